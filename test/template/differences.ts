/** Where we differ from Ansible 2.14 on purpose: docs/templates.md says why. */
import type { Value } from '../../src/values/value.js';

export interface Difference {
  readonly why: string;
  readonly ours: { readonly value?: Value; readonly printed?: string; readonly error?: string };
}

export const differences: Readonly<Record<string, Difference>> = {
  "''.__class__": { why: 'undefined, as any attribute that is not there', ours: { error: 'undefined' } },
  'd.items': { why: 'a method that is not called has no text', ours: { error: 'other' } },
  'nowhere is string': {
    why: 'undefined is an error in every test but "defined"',
    ours: { error: 'undefined' },
  },
  xs: {
    why: 'a list is not a valid result of a condition, as in ansible-core 2.19',
    ours: { error: 'other' },
  },
  'nowhere | mandatory': { why: 'the fault says "undefined"', ours: { error: 'undefined' } },
  '\'{"a": [1, 2.0, null]}\' | from_json': {
    why: 'JSON numbers lose whether they were written with a fraction',
    ours: { value: { a: [1, 2, null] }, printed: "{'a': [1, 2, None]}" },
  },
};

/** Where tuples are printed: ansible-core 2.19 prints them as lists, 2.14 as tuples. */
export const tuples: ReadonlySet<string> = new Set([
  'd.items() | list',
  '(1, 2)',
  '(1,)',
  '()',
  "'a=b=c'.partition('=')",
  "'a=b=c'.rpartition('=')",
  '{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k=3) }}',
  'mixed | dictsort',
  'mixed | dictsort(true)',
  "mixed | dictsort(false, 'value', true)",
  'mixed | items | list',
  "'a1b22' | regex_findall('([a-z])([0-9]+)')",
  "'isolcpus=2-5 nohz_full=2-5' | regex_findall('(\\\\w+)=(\\\\S+)')",
  "'/a/b.tar.gz' | splitext",
  "'/a/.bashrc' | splitext",
  "xs | zip(['a', 'b', 'c']) | list",
  "xs | zip(['a']) | list",
  "xs | zip_longest(['a'], fillvalue='-') | list",
  "xs | product(['a', 'b']) | list",
  '[1, 2, 3] | permutations(2) | list',
  '[1, 2, 3] | combinations(2) | list',
  "[{'n': 'a', 'k': [1, 2]}, {'n': 'b', 'k': [3]}] | subelements('k')",
]);

/** What 2.14 printed, as 2.19 prints it. No text of these cases has brackets in a string. */
export function listsForTuples(printed: string): string {
  return printed.replaceAll('(', '[').replaceAll(/,?\)/g, ']');
}
