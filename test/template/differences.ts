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
  'nowhere | mandatory': { why: 'the fault says "undefined"', ours: { error: 'undefined' } },
  '\'{"a": [1, 2.0, null]}\' | from_json': {
    why: 'JSON numbers lose whether they were written with a fraction',
    ours: { value: { a: [1, 2, null] }, printed: "{'a': [1, 2, None]}" },
  },
};
