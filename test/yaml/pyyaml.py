"""Records what PyYAML (the reader that Ansible uses) makes of YAML texts, into fixtures/pyyaml.json.

Run it by hand after adding a text: python3 test/yaml/pyyaml.py. Dates are left as text, which is what
rtprov does with them. The value is JSON; infinities and NaN are written as {"$float": "inf"}.
"""

import json
import math
import pathlib
import re

import yaml


class Loader(yaml.SafeLoader):
    """SafeLoader without dates."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

SCALARS = """
yes Yes YES yEs no No NO true True TRUE tRUE false False FALSE on On ON oN off Off OFF y Y n N t f
~ null Null NULL nULL none None
0 00 01 07 08 09 0644 00644 0o644 0755 01777 -0644 +0644 0_7 1_000 1__0 _1 1_ -1 +1 --1 1-1 12a 0x1f 0X1F 0xFF_FF -0x10 0x 0b101
-0b11 0b102 10 1000000 9007199254740991 1.0 1. .5 -.5 +.5 -1.5 +1.5 1.5.2 1_0.5 1.5_5 1e3 1.0e3 1.0e+3 1.0E-3 1e+3 .5e+1 .e1 -1.e+2
.inf -.inf +.inf .Inf .INF inf Infinity .nan .NaN .NAN nan NaN
1:30 12:30 12:30:45 -1:30 0:30 00:30 01:30 9:60 22:22 1:2:3:4 12:30.5 1:30.25 0:30.5 1_0:30 190:20:30 190:20:30.15
2001-01-01 2001-01-01T10:00:00Z 10.0.0.1 1.2.3 ::1 aa:bb:cc:dd:ee:ff 52:54:00:12:34:56
a a-b a_b /etc/x C:\\x a,b a;b !a& a&b a*b $x x=y 5.10.0-8-rt-amd64 0-3 2-7,10-15 0,2-5 isolcpus=2-7 1G 4K 100% 3.5.1 v1 <<x
""".split()

TEXTS = [
    "a: 1\nb: two\nc: [1, 'x', yes]\nd: {e: f, g: 0644}\n",
    "- a\n- - b\n  - c\n- d: e\n  f: g\n",
    "a:\n- 1\n- 2\nb:\n  - 3\n",
    "a: |\n  one\n   two\n  three\n",
    "a: |-\n  one\n  two\n\n",
    "a: |+\n  one\n\n\nb: 1\n",
    "a: >\n  one\n  two\n\n  three\n    kept\n  four\n",
    "a: >-\n  one\n  two\n",
    "a: |2\n    two more\n  end\n",
    "a: one\n  two\n  three\n",
    "a: 'it''s'\nb: \"tab\\t nl\\n uni\\u00e9 \\x41 \\\\ \\\"\"\n",
    "a: 'one\n  two\n\n  three'\n",
    "a: \"one \\\n  two\"\n",
    "a: \"{{ x }}\"\nb: x {{ y }}\nc: '{% if a %}b{% endif %}'\n",
    "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n",
    "a: &x {b: 1, c: 2}\nd: &y {b: 3, f: 4}\ne:\n  c: 9\n  <<: [*x, *y]\n",
    "a: &s text\nb: *s\n",
    "a: !!str 0644\nb: !!int '7'\nc: !!float '1.5'\nd: !!bool 'yes'\ne: !!null ''\nf: !!str\n",
    "a: !!seq [1]\nb: !!map {c: 1}\n",
    "# only a comment\n",
    "---\n",
    "---\na: 1\n...\n",
    "%YAML 1.1\n---\na: 0644\n",
    "a:\nb: ''\nc: \"\"\nd: ~\n",
    "{a: 1, b: [x, y], 'c': {d: ~}}\n",
    "[a, b: c, {d: e}]\n",
    "{a, b: 1}\n",
    '{"a": 1, "b": [true, false, null, "x", 1.5], "c": {"d": "e"}}\n',
    '{\n\t"a": 1,\n\t"b": [\n\t\t2\n\t]\n}\n',
    "? a\n: b\n",
    "a: b # comment\nc: d#e\nf: '#g'\nh: i:j\nk: http://x/y#z\n",
    "'quoted key': 1\n\"other\": 2\n",
    "a: [\n  1,\n  2,\n]\n",
    "a:   spaced   \nb:\tx\n",
    "a: -\nb: -x\nc: ?x\nd: :x\n",
    "a: foo, bar\nb: x [y]\nc: x {y}\n",
    "a:\n  b:\n    c:\n      - d:\n          e: 1\n        f: 2\n",
    "a: 1\r\nb: |\r\n  x\r\n  y\r\n",
    "a: \u00e9\u4e2d\nb: \"\U0001F600\"\n",
    "- name: x\n  shell: |\n    echo {{ a }}\n    cat <<EOF\n    k: v\n    EOF\n  when: a == 'b'\n",
    "- x: &a [1, 2]\n- y: *a\n",
    "a: \"x\": 1\n",
    "a: b: c\n",
    "a:\n\tb: 1\n",
    "a: [1, 2\n",
    "a: @x\n",
    "a: *x\n",
    "a: 'x\n",
    "a: {{ x }}/y\n",
    "a:\n  b: 1\n c: 2\n",
    "- a\nb: c\n",
    "a: \"\\q\"\n",
    "a: 1\nb\n",
    "a: %x\n",
    "a: !foo x\n",
]


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": str(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def record(text):
    try:
        return {"text": text, "value": plain(yaml.load(text, Loader))}
    except yaml.YAMLError as error:
        return {"text": text, "error": re.sub(r"\s+", " ", str(error))[:60]}


cases = [record(f"a: {scalar}\n") for scalar in SCALARS]
cases += [record(f"a: '{scalar}'\n") for scalar in SCALARS[:40]]
cases += [record(f"- {scalar}\n") for scalar in SCALARS]
cases += [record(f"[{scalar}]\n") for scalar in SCALARS[:120]]
cases += [record(text) for text in TEXTS]
path = pathlib.Path(__file__).parent / "fixtures" / "pyyaml.json"
lines = ",\n".join(json.dumps(case) for case in cases)
path.write_text(f'{{ "pyyaml": "{yaml.__version__}", "cases": [\n{lines}\n] }}\n')
print(len(cases), "cases")
