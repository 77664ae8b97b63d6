#!/usr/bin/env python3
"""Records what Ansible and Jinja2 really make of the cases in cases/*.yaml, into recorded/*.json.

Needs the Debian packages ansible-core and python3-jinja2; run with /usr/bin/python3. The results are
compared with ours by differential.test.ts. Nothing in recorded/ is written by hand.
"""
import json
import pathlib
import re
import sys

import jinja2
import yaml
from ansible import __version__ as ansible_version
from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.conditional import Conditional
from ansible.template import AnsibleEnvironment, Templar
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.runtime import StrictUndefined, Undefined

HERE = pathlib.Path(__file__).parent
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


def plain(value):
    """JSON data; floats stay floats (5.0), tuples and sets become lists."""
    if isinstance(value, StrictUndefined):
        str(value)
    if isinstance(value, Undefined):
        return ""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return ADDRESS.sub("0x0", value)
    if hasattr(value, "__iter__"):
        return [plain(item) for item in value]
    return ADDRESS.sub("0x0", str(value))


def kind_of(error):
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = getattr(error, "orig_exc", None) or error.__cause__ or error.__context__
    if any(isinstance(one, (UndefinedError, AnsibleUndefinedVariable)) for one in chain):
        return "undefined"
    if any(isinstance(one, TemplateSyntaxError) for one in chain):
        return "syntax"
    return "other"


def attempt(run):
    try:
        return {"value": run()}
    except Exception as error:  # every kind of fault is a result
        return {"error": kind_of(error)}


def record(case, variables):
    text = case["text"]
    merged = {**variables, **case.get("vars", {})}
    templar = Templar(loader=DataLoader(), variables=merged)
    kind = case.get("kind", "expression")
    if kind == "file":
        # As the action plugin of the module "template" does.
        templar = templar.copy_with_new_env(environment_class=AnsibleEnvironment, **case.get("options", {}))
        templar.environment.loader = jinja2.DictLoader(case.get("files") or {})
        return attempt(
            lambda: templar.template(
                text, convert_data=False, escape_backslashes=False, preserve_trailing_newlines=True
            )
        )
    if kind == "condition":
        conditional = Conditional(loader=DataLoader())
        conditional.when = [text]
        return attempt(lambda: bool(conditional.evaluate_conditional(templar, merged)))
    if kind == "argument":
        return attempt(lambda: plain(templar.template(text)))

    def value():
        expression = templar.environment.compile_expression(text, undefined_to_none=False)
        return plain(expression(**{**templar.environment.globals, **merged}))

    made = attempt(value)
    # The parentheses keep Ansible from its short cut for texts that are one variable.
    printed = attempt(
        lambda: templar.template("{{ (" + text + ") }}", convert_data=False, escape_backslashes=False)
    )
    if "error" not in made and "value" in printed:
        made["printed"] = ADDRESS.sub("0x0", printed["value"])
    return made


def main():
    for path in sorted((HERE / "cases").glob("*.yaml")):
        data = yaml.safe_load(path.read_text())
        results = [
            {"text": case["text"], **record(case, data.get("vars") or {})} for case in data["cases"]
        ]
        recorded = {
            "recordedWith": {
                "ansible": ansible_version,
                "jinja2": jinja2.__version__,
                "python": sys.version.split()[0],
            },
            "results": results,
        }
        target = HERE / "recorded" / (path.stem + ".json")
        target.write_text(json.dumps(recorded, indent=2, ensure_ascii=False) + "\n")
        failed = sum("error" in result for result in results)
        print(f"{path.stem}: {len(results)} cases, {failed} of them faults")


main()
