/** Where we differ from Ansible 2.14 on purpose: docs/templates.md says why. */
import type { Value } from '../../src/values/value.js';

export interface Difference {
  readonly why: string;
  readonly ours: { readonly value?: Value; readonly printed?: string; readonly error?: string };
}

export const differences: Readonly<Record<string, Difference>> = {};
