/** `package`: packages with the host's own package manager. */
import * as z from 'zod';
import { bool, choice, list } from './args/types.js';
import type { Module } from './module.js';
import { aptNeeds, planApt, type WantedPackages } from './packages/plan-apt.js';

const args = z.strictObject({
  name: list(),
  state: choice(['present', 'absent', 'latest', 'installed', 'removed']).default('present'),
  use: choice(['auto', 'apt', 'ansible.builtin.apt']).default('auto'),
  update_cache: bool().default(false),
});
export type PackageArgs = z.infer<typeof args>;

const STATES = {
  present: 'present',
  installed: 'present',
  absent: 'absent',
  removed: 'absent',
  latest: 'latest',
} as const;

function wantedOf(given: PackageArgs): WantedPackages {
  return {
    names: given.name,
    state: STATES[given.state],
    updateCache: given.update_cache,
    cacheValidSeconds: 0,
    purge: false,
    autoremove: false,
    onlyUpgrade: false,
    allowDowngrade: false,
  };
}

export const packageModule: Module<PackageArgs> = {
  name: 'package',
  fullNames: ['ansible.builtin.package', 'ansible.legacy.package'],
  barrier: false,
  args,
  aliases: { name: ['pkg'] },
  doc: {
    summary: "Installs, upgrades and removes packages with the host's package manager; so far that is apt.",
    args: {
      name: 'Packages, as the package manager names them.',
      state: '`present`, `latest` or `absent`. Default: present.',
      use: 'The package manager: `auto` or `apt`. Default: auto.',
      update_cache: 'Whether to refresh the package lists first. Default: false.',
    },
    examples: ['- package:\n    name: tuned\n    state: present'],
  },
  needs: (given, context) => (context.facts.pkgMgr === 'apt' ? aptNeeds(wantedOf(given), context) : []),
  plan: (given, context) => planApt(wantedOf(given), context),
};
