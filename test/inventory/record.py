"""Records what ansible-inventory and ansible say of the inventories below fixtures/corpus/, into fixtures/ansible.json.

Run it by hand after a change of the corpus: python3 test/inventory/record.py. It needs ansible-core.
A case is a directory; its case.json may name `sources` (default: the file hosts or hosts.yml), `extra`
(--extra-vars), `playbookDir`, `patterns` (answered by `ansible --list-hosts`) and `graph` (groups to print).
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).parent / "fixtures"
CORPUS = HERE / "corpus"
ENV = {
    **os.environ,
    "ANSIBLE_LOCALHOST_WARNING": "False",
    "ANSIBLE_DEPRECATION_WARNINGS": "False",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "True",
    "LC_ALL": "C.UTF-8",
}


def run(case, *command):
    done = subprocess.run(command, cwd=case, env=ENV, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def record(case):
    meta_file = case / "case.json"
    meta = json.loads(meta_file.read_text()) if meta_file.exists() else {}
    default = ["hosts.yml" if (case / "hosts.yml").exists() else "hosts"]
    base = []
    for source in meta.get("sources", default):
        base += ["-i", source]
    options = [f"--extra-vars={extra}" for extra in meta.get("extra", [])]
    if "playbookDir" in meta:
        options += ["--playbook-dir", meta["playbookDir"]]
    code, out, error = run(case, "ansible-inventory", *base, *options, "--list")
    result = {"list": json.loads(out)} if code == 0 else {"error": re.sub(r"\s+", " ", error)[:200]}
    graphs = meta.get("graph", ["all"])
    result["graph"] = {group: run(case, "ansible-inventory", *base, "--graph", group)[1] for group in graphs}
    result["patterns"] = {}
    for pattern in meta.get("patterns", []):
        code, out, error = run(case, "ansible", *base, "--list-hosts", pattern)
        result["patterns"][pattern] = sorted(line.strip() for line in out.splitlines()[1:]) if code == 0 else "error"
    return case.name, result


def main():
    cases = sorted(path for path in CORPUS.iterdir() if path.is_dir())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = dict(pool.map(record, cases))
    version = run(HERE, "ansible-inventory", "--version")[1].splitlines()[0]
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(result)}" for name, result in sorted(results.items()))
    (HERE / "ansible.json").write_text(f'{{ "version": {json.dumps(version)}, "cases": {{\n{lines}\n}} }}\n')
    print(len(results), "cases", sum(len(r["patterns"]) for r in results.values()), "patterns")
    for name, result in results.items():
        if "error" in result:
            print(name, result["error"])


main()
