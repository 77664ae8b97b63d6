/** The variables that the engine sets by itself; they cover all others. */

import { dirname } from 'node:path';
import { ANSIBLE_VERSION } from '../values/magic-names.js';
import type { Value, Vars } from '../values/value.js';
import { groupsOf, hostsBelow } from './group-walk.js';
import { HostVars } from './host-vars.js';
import type { Inventory } from './inventory.js';
import { inventoryLayers } from './layers.js';
import { freshMapping, lazyMapping, lazyVars } from './lazy.js';
import type { VarLayer } from './precedence.js';

/** What the variables are made of. What is not given is not defined, unless a default is named. */
export interface MagicContext {
  readonly inventory: Inventory;
  readonly hostName: string;
  /** The variables of any host as they are now, templated; called at every access of hostvars[name]. */
  readonly hostVars?: (name: string) => Vars;
  readonly playbookDir?: string;
  readonly playName?: string;
  /** Hosts of the play that have not failed. */
  readonly playHosts?: () => readonly string[];
  /** All hosts of the play, failed ones too. */
  readonly playHostsAll?: readonly string[];
  /** Hosts of the present batch (serial). */
  readonly playBatch?: readonly string[];
  readonly roleName?: string;
  readonly rolePath?: string;
  /** Roles that the play names. Default []. */
  readonly roleNames?: readonly string[];
  /** Roles that those depend on. Default []. */
  readonly dependentRoleNames?: readonly string[];
  /** The ansible.cfg that was read. */
  readonly configFile?: string;
  /** Default false. */
  readonly checkMode?: boolean;
  /** Default false. */
  readonly diffMode?: boolean;
  /** Default 0. */
  readonly verbosity?: number;
  readonly forks?: number;
  /** The text of --limit. */
  readonly limit?: string;
  /** Default ["all"]. */
  readonly runTags?: readonly string[];
  /** Default []. */
  readonly skipTags?: readonly string[];
  readonly version?: string;
  /** The value that makes a module forget an argument. */
  readonly omit?: Value;
}

const GROUPS = new WeakMap<Inventory, Value>();

/** Names of the hosts of every group; one value for all hosts of an inventory. */
function groupsValue(inventory: Inventory): Value {
  const known = GROUPS.get(inventory);
  if (known !== undefined) return known;
  const names = inventory.groups.map((group) => group.name);
  const value = lazyMapping(
    () => names,
    (name) => {
      const group = inventory.group(name);
      if (group === undefined) return undefined;
      const hosts = name === 'all' ? inventory.hosts : hostsBelow(group);
      return hosts.map((host) => host.name);
    },
  );
  GROUPS.set(inventory, value);
  return value;
}

function hostvarsValue({ inventory, hostVars }: MagicContext): Value {
  const read = hostVars ?? ((name): Vars => HostVars.of(inventoryLayers(inventory, name)).toVars());
  return freshMapping(
    () => inventory.hosts.map((host) => host.name),
    (name) => (inventory.host(name) === undefined ? undefined : read(name)),
  );
}

/** The names of the groups of a host, sorted, without `all`. */
export function groupNames(inventory: Inventory, hostName: string): readonly string[] {
  const host = inventory.host(hostName);
  return host === undefined
    ? []
    : groupsOf(host)
        .map((group) => group.name)
        .sort();
}

/** An address is its own short name; of other names it is what is before the first dot. */
function shortName(name: string): string {
  return /^[0-9.]+$/.test(name) || name.includes(':') ? name : (name.split('.')[0] ?? name);
}

function given(
  parts: Readonly<Record<string, Value | (() => Value) | undefined>>,
): Record<string, () => Value> {
  const out: Record<string, () => Value> = {};
  for (const [name, part] of Object.entries(parts)) {
    if (part !== undefined) out[name] = typeof part === 'function' ? part : (): Value => part;
  }
  return out;
}

/** The layer of magic variables of a host. */
export function magicVars(context: MagicContext): VarLayer {
  const { inventory, hostName, playHosts } = context;
  const file = inventory.host(hostName)?.origin.file;
  const inFile = file !== undefined && !file.startsWith('(') && !file.startsWith('--');
  const { roleNames: named = [], dependentRoleNames: dependent = [] } = context;
  const playHostsValue = playHosts === undefined ? undefined : (): Value => playHosts();
  const vars = lazyVars(
    given({
      inventory_hostname: hostName,
      inventory_hostname_short: shortName(hostName),
      inventory_file: inFile ? file : null,
      inventory_dir: inFile ? dirname(file) : null,
      groups: () => groupsValue(inventory),
      group_names: () => groupNames(inventory, hostName),
      hostvars: () => hostvarsValue(context),
      playbook_dir: context.playbookDir,
      ansible_play_name: context.playName,
      ansible_play_hosts: playHostsValue,
      play_hosts: playHostsValue,
      ansible_play_hosts_all: context.playHostsAll,
      ansible_play_batch: context.playBatch,
      role_name: context.roleName,
      ansible_role_name: context.roleName,
      role_path: context.rolePath,
      role_names: named,
      ansible_play_role_names: named,
      ansible_dependent_role_names: dependent,
      ansible_role_names: [...new Set([...named, ...dependent])],
      ansible_version: ANSIBLE_VERSION,
      // No Python is looked for: this is the name that tasks for the controller itself are given.
      ansible_playbook_python: '/usr/bin/python3',
      ansible_config_file: context.configFile ?? null,
      ansible_search_path: context.playbookDir === undefined ? undefined : [context.playbookDir],
      environment: [],
      ansible_check_mode: context.checkMode ?? false,
      ansible_diff_mode: context.diffMode ?? false,
      ansible_verbosity: context.verbosity ?? 0,
      ansible_forks: context.forks,
      ansible_limit: context.limit,
      ansible_run_tags: context.runTags ?? ['all'],
      ansible_skip_tags: context.skipTags ?? [],
      ansible_inventory_sources: inventory.sources,
      rtprov_version: context.version,
      omit: context.omit,
    }),
  );
  return { name: 'magic', vars, trusted: false, unsafe: new Set(), origin: () => undefined };
}
