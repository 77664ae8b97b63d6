/** `package`: packages with the host's own package manager. */
import * as z from 'zod';
import type { Value } from '../../values/value.js';
import { bool, choice, list } from '../args/types.js';
import type { Module, NeedsContext } from '../core/module.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { managerAliases, managerDocs, managerShape, managerWanted } from './manager-args.js';
import { noManager, packageNeeds, planPackages, type WantedPackages } from './plan-packages.js';
import { failed } from '../core/plan-result.js';

const own = {
  name: list(),
  state: choice(['present', 'absent', 'latest', 'fixed', 'installed', 'removed']).default('present'),
  use: choice([
    'auto',
    'apt',
    'dnf',
    'zypper',
    'ansible.builtin.apt',
    'ansible.builtin.dnf',
    'community.general.zypper',
  ]).default('auto'),
  update_cache: bool().optional(),
};
const args = z.strictObject({ ...own, ...managerShape });
export type PackageArgs = z.infer<z.ZodObject<typeof own>> & Readonly<Record<string, unknown>>;

/** What is wanted on this host, or why it cannot be. */
function wantedOf(given: PackageArgs, { pkgMgr, osId }: TargetFacts): WantedPackages | string {
  const { name, state, use, update_cache, ...further } = given;
  if (pkgMgr === 'unknown') return noManager(osId);
  const asked = use.slice(use.lastIndexOf('.') + 1);
  if (asked !== 'auto' && asked !== pkgMgr) return `This host (${osId}) has ${pkgMgr} and not ${asked}`;
  return managerWanted(pkgMgr, { name, state, update_cache }, further as Readonly<Record<string, Value>>);
}

export const packageModule: Module<PackageArgs> = {
  name: 'package',
  fullNames: ['ansible.builtin.package', 'ansible.legacy.package'],
  barrier: false,
  args: args,
  aliases: { name: ['pkg'], update_cache: ['update-cache', 'expire-cache', 'refresh'], ...managerAliases },
  doc: {
    summary:
      "Installs, upgrades and removes packages with the host's package manager: apt, dnf or zypper. It accepts the arguments of all three; the task fails on a host whose package manager does not have an argument.",
    args: {
      name: 'Packages, as the package manager names them.',
      state: '`present`, `latest` or `absent`; with apt `fixed` too. Default: present.',
      use: 'The package manager that the host has to have: `apt`, `dnf` or `zypper`. Default: auto.',
      update_cache:
        'Whether to refresh the package lists first. `cache_valid_time` asks for it too. Default: false.',
      ...managerDocs,
    },
    examples: [
      '- package:\n    name: tuned\n    state: present',
      '- package:\n    name: irqbalance\n    state: absent\n    autoremove: true',
    ],
  },
  needs: (given, context: NeedsContext) => {
    const wanted = wantedOf(given, context.facts);
    return typeof wanted === 'string' ? [] : packageNeeds(wanted, context);
  },
  plan: (given, context) => {
    const wanted = wantedOf(given, context.facts);
    return typeof wanted === 'string' ? failed(wanted) : planPackages(wanted, context);
  },
};
