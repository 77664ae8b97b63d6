/** `setup`: facts of the host. */
import * as z from 'zod';
import { ignored, list } from '../args/types.js';
import type { Module } from '../core/module.js';

const args = z.strictObject({
  gather_subset: list().default(['all']),
  filter: list().default([]),
  gather_timeout: ignored('Facts come in one round trip.'),
  fact_path: ignored('Local facts of the host are always read from /etc/ansible/facts.d.'),
});
export type SetupArgs = z.infer<typeof args>;

function make(moduleName: string): Module<SetupArgs> {
  return {
    name: moduleName,
    fullNames: [`ansible.builtin.${moduleName}`, `ansible.legacy.${moduleName}`],
    barrier: true,
    args,
    aliases: {},
    doc: {
      summary: 'Gathers the facts of the host again.',
      args: {
        gather_subset: 'Which facts: `all`, `min`, or names; `!` before a name excludes it. Default: all.',
        filter: 'Patterns of the names to keep. Default: all names.',
        gather_timeout: 'Accepted, but has no effect: all facts come in one round trip.',
        fact_path: 'Accepted, but has no effect: local facts are always read from `/etc/ansible/facts.d`.',
      },
      examples: [`- ${moduleName}:\n    filter: ansible_kernel*`],
    },
    needs: () => [],
    plan: (given) => ({
      type: 'controller',
      operation: { op: 'setup', subset: given.gather_subset, filter: given.filter },
    }),
  };
}

export const setup = make('setup');
export const gatherFacts = make('gather_facts');
