/**
 * An Unknown at any place of an input: what comes out is unknown, or the same as without it. It is not a failure that the known input
 * does not give, and no known value that another value in that place would change.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Templates, scopeOf } from '../../src/template/engine.js';
import { findFilter, FILTER_NAMES } from '../../src/template/filters/registry.js';
import {
  isMapping,
  isUnknown,
  Unknown,
  UnknownMapping,
  type Value,
  type Vars,
} from '../../src/values/value.js';

const later = new Unknown('later');
const templates = new Templates();

interface Cases {
  readonly vars: Vars;
  readonly cases: readonly { readonly text: string; readonly kind?: string; readonly vars?: Vars }[];
}

/** Inputs that hold lists and mappings several levels deep, for the filters and tests that look into them. */
const OWN: Cases = {
  vars: {
    deep: [[1, [2, 3]], [4, null], 5],
    rows: [
      { n: 'a', rc: 0, k: [1, 2], d: { l: [3] } },
      { n: 'b', rc: 1, k: [], d: { l: [4, 5] }, only: 1 },
    ],
    byName: { a: { k: [1] }, b: { k: [2, 3] } },
    low: { a: { x: 1, l: [1, 2] }, b: [1], c: 1 },
    high: { a: { y: 2, l: [2, 3] }, b: [2], d: 4 },
    pairs: [
      ['a', 1],
      ['b', 2],
    ],
    looped: { results: [{ changed: false }, { changed: true }] },
    texts: ['a b', 'c'],
    numbers: [3, 1, 2],
    list: [1, [2, 3], null],
  },
  cases: [
    'deep | flatten',
    'deep | flatten(levels=1)',
    'deep | flatten(levels=1, skip_nulls=false)',
    'deep | flatten | length',
    'list | flatten(levels=0)',
    "rows | subelements('k')",
    "rows | subelements('d.l')",
    "rows | subelements(['d', 'l'], skip_missing=true)",
    "byName | subelements('k', skip_missing=true)",
    "rows | subelements('k') | length",
    'low | combine(high)',
    'low | combine(high, recursive=true)',
    "low | combine(high, list_merge='keep')",
    "low | combine(high, recursive=true, list_merge='append')",
    "low | combine(high, recursive=true, list_merge='prepend_rp')",
    '[low, high] | combine(recursive=true)',
    "rows | map('combine', high) | list",
    "rows | map('dict2items') | list",
    "rows | map(attribute='only', default=7) | list",
    "rows | map(attribute='d.l') | map('length') | list",
    "rows | map(attribute='n') | map('type_debug') | list",
    "rows | selectattr('only', 'defined') | list | length",
    "rows | rejectattr('d.l', 'undefined') | map(attribute='n') | list",
    "rows | selectattr('rc', 'eq', 0) | list",
    "rows | items2dict(key_name='n', value_name='k')",
    "rows | rekey_on_member('n')",
    "rows | groupby('rc') | list",
    "rows | sum(attribute='k', start=[])",
    'rows | product(numbers) | list',
    'rows | zip(numbers) | list',
    'numbers | zip_longest(list, texts) | list',
    'rows | batch(1, list) | list',
    'rows | slice(3, list) | list',
    'rows | first',
    'rows | last',
    'rows | reverse | list',
    'list | permutations(2) | list',
    'list | combinations(2) | list',
    'list | unique',
    'numbers | sort',
    "numbers | random(seed='x')",
    'rows | to_nice_yaml',
    "['n'] | map('extract', rows[0]) | list",
    "[0] | map('extract', rows, ['d', 'l']) | list",
    "byName | extract(low, 'x')",
    'dict(pairs)',
    'low | dictsort',
    'low | items | list',
    "low | attr('keys')",
    'low.items() | list',
    'low.values() | list',
    "low.get('c', 5)",
    'looped is changed',
    'looped is failed',
    'rows[0] is succeeded',
    'rows[0] is skipped',
    'numbers is subset(list)',
    'list is contains(1)',
    '4 in numbers',
    'list is all',
    'list is any',
    'list | type_debug',
    'list[0] is defined',
    'list[0] is none',
    'list[0] is sameas(1)',
    'numbers | sum',
    'list + numbers',
    'numbers[1:]',
    'numbers[::-1]',
    'texts | map("split") | list',
    'texts | map("upper") | select("match", "A") | list',
    'texts | join(list | length | string)',
    '"x" if numbers[0] in list else "y"',
    'numbers < [3, 2]',
    'low == high',
    'numbers.index(1)',
    'numbers.count(1)',
    'list | default([], true)',
    'list[2] | default("d", true)',
    'list[2] | ternary(texts, numbers, low)',
    'list | select | list',
    'list | mandatory',
    'list | safe',
    'list | string',
    'list | pprint',
    'texts | path_join',
  ].map((text) => ({ text })),
};

const folder = new URL('cases/', import.meta.url);
const recorded = (name: string): Cases => parse(readFileSync(new URL(name, folder), 'utf8')) as Cases;

/** The value with an Unknown in the place of each of its parts, one at a time. */
function* planted(value: Value): Generator<Value> {
  yield later;
  if (Array.isArray(value)) {
    const list = value as readonly Value[];
    for (const [at, item] of list.entries()) for (const one of planted(item)) yield list.with(at, one);
  } else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value))
      for (const one of planted(item)) yield { ...value, [key]: one };
  }
}

/** Whether nothing that `seen` says is known differs from the value. */
function fits(seen: unknown, value: unknown): boolean {
  if (isUnknown(seen)) return true;
  if (Array.isArray(seen))
    return (
      Array.isArray(value) && seen.length === value.length && seen.every((one, at) => fits(one, value[at]))
    );
  if (isMapping(seen)) {
    if (!isMapping(value)) return false;
    const keys = Object.keys(seen);
    return keys.length === Object.keys(value).length && keys.every((key) => fits(seen[key], value[key]));
  }
  return Object.is(seen, value);
}

const words = (text: string): ReadonlySet<string> => new Set(text.match(/\w+/g));

function result(text: string, vars: Vars): { readonly value: Value } | undefined {
  try {
    return { value: templates.evaluate(`{{ ${text} }}`, scopeOf(vars)) };
  } catch {
    return undefined;
  }
}

describe('template: an Unknown inside of an input', () => {
  for (const [topic, { vars, cases }] of Object.entries({
    'inputs of several levels': OWN,
    filters: recorded('filters.yaml'),
    expressions: recorded('expressions.yaml'),
  })) {
    it(`${topic}: what comes out is unknown or the same`, () => {
      for (const { text, kind, vars: further } of cases) {
        if (kind !== undefined && kind !== 'expression') continue;
        const all: Vars = { ...vars, ...further };
        const known = result(text, all);
        if (known === undefined) continue;
        const used = words(text);
        for (const [name, value] of Object.entries(all)) {
          if (!used.has(name)) continue;
          for (const one of planted(value)) {
            const shown = `${text}\nwith ${name}=${JSON.stringify(one)}`;
            const seen = result(text, { ...all, [name]: one });
            assert.ok(seen !== undefined, `this fails: ${shown}`);
            assert.ok(fits(seen.value, known.value), `${JSON.stringify(seen.value)} comes from ${shown}`);
          }
        }
      }
    });
  }

  it('leaves the results of a loop apart, which are mappings', () => {
    const results = [new UnknownMapping('later'), { rc: 0 }];
    assert.deepEqual(result('[results] | flatten(levels=2)', { results }), { value: results });
    for (const text of [
      "results | map(attribute='k')",
      '[results | first | dict2items]',
      '[results[0] and 1]',
    ])
      assert.deepEqual(result(`${text} | flatten`, { results }), { value: later }, text);
  });

  it('tries every filter that leaves Unknown members as they are', () => {
    const text = [...OWN.cases, ...recorded('filters.yaml').cases].map((one) => one.text).join('\n');
    const tried = words(text);
    assert.deepEqual(
      FILTER_NAMES.filter((name) => findFilter(name).shallow === true && !tried.has(name)),
      [],
    );
  });
});
