/** `apt`: Debian packages. */
import * as z from 'zod';
import { choice, list } from '../args/types.js';
import type { Module } from '../core/module.js';
import { aptAliases, aptDocs, aptShape, aptWanted } from './apt-args.js';
import { packageWord } from './names.js';
import { packageNeeds, planPackages, type WantedPackages } from './plan-packages.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  name: list().default([]),
  state: choice(['present', 'absent', 'latest', 'fixed', 'installed', 'removed']).default('present'),
  ...aptShape,
});
export type AptArgs = z.infer<typeof args>;

const wantedOf = ({ name, state, ...further }: AptArgs): WantedPackages => aptWanted(name, state, further);

export const apt: Module<AptArgs> = {
  name: 'apt',
  fullNames: ['ansible.builtin.apt', 'ansible.legacy.apt'],
  barrier: false,
  args,
  aliases: {
    name: ['package', 'pkg'],
    ...aptAliases,
  },
  rules: [
    { type: 'exclusive', args: ['name', 'deb', 'upgrade'] },
    { type: 'one-of', args: ['name', 'deb', 'upgrade', 'update_cache', 'autoremove', 'autoclean', 'clean'] },
  ],
  doc: {
    summary:
      'Installs, upgrades and removes Debian packages. The plan lists every package of the transaction.',
    args: {
      name: 'Packages: `name`, `name:arch`, `name=version`, `name/release`; `*` and `?` match.',
      state: '`present`, `latest`, `absent`, or `fixed` (repairs broken packages). Default: present.',
      ...aptDocs,
    },
    examples: [
      '- apt:\n    name: [tuned, rt-tests]\n    update_cache: true\n    cache_valid_time: 3600',
      '- apt:\n    name: irqbalance\n    state: absent\n    purge: true',
    ],
  },
  touches: (given) => {
    const names: unknown = given['name'];
    if (typeof names !== 'string') return undefined;
    return names.split(',').flatMap((text) => {
      const word = packageWord(text.trim());
      return word === undefined || word.pattern ? [] : [{ kind: 'package', name: word.name } as const];
    });
  },
  needs: (given, context) => (context.facts.pkgMgr === 'apt' ? packageNeeds(wantedOf(given), context) : []),
  plan: (given, context) =>
    context.facts.pkgMgr === 'apt'
      ? planPackages(wantedOf(given), context)
      : failed(
          `This host has no apt: it is ${context.facts.osId}. Use \`package\`, which uses the host's own package manager.`,
        ),
};
