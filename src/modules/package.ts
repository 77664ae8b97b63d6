/** `package`: packages with the host's own package manager. */
import * as z from 'zod';
import { bool, choice, list } from './args/types.js';
import type { Module, TargetFacts } from './module.js';
import { packageNeeds, planPackages, type WantedPackages } from './packages/plan-packages.js';
import { failed } from './plan-result.js';

const args = z.strictObject({
  name: list(),
  state: choice(['present', 'absent', 'latest', 'installed', 'removed']).default('present'),
  use: choice([
    'auto',
    'apt',
    'dnf',
    'zypper',
    'ansible.builtin.apt',
    'ansible.builtin.dnf',
    'community.general.zypper',
  ]).default('auto'),
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

function refusal({ use }: PackageArgs, { pkgMgr, osId }: TargetFacts): string | undefined {
  const asked = use.slice(use.lastIndexOf('.') + 1);
  return asked === 'auto' || asked === pkgMgr || pkgMgr === 'unknown'
    ? undefined
    : `This host (${osId}) has ${pkgMgr}, and not ${asked}`;
}

export const packageModule: Module<PackageArgs> = {
  name: 'package',
  fullNames: ['ansible.builtin.package', 'ansible.legacy.package'],
  barrier: false,
  args,
  aliases: { name: ['pkg'] },
  doc: {
    summary: "Installs, upgrades and removes packages with the host's package manager: apt, dnf or zypper.",
    args: {
      name: 'Packages, as the package manager names them.',
      state: '`present`, `latest` or `absent`. Default: present.',
      use: 'The package manager that the host has to have: `apt`, `dnf` or `zypper`. Default: auto.',
      update_cache: 'Whether to refresh the package lists first. Default: false.',
    },
    examples: ['- package:\n    name: tuned\n    state: present'],
  },
  needs: (given, context) =>
    refusal(given, context.facts) === undefined ? packageNeeds(wantedOf(given), context) : [],
  plan: (given, context) => {
    const why = refusal(given, context.facts);
    return why === undefined ? planPackages(wantedOf(given), context) : failed(why);
  },
};
