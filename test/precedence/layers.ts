/**
 * Every way in which ansible-core's language gives a variable a value, and the shapes of a play that they are tried in. Each layer has
 * one variable for each other layer (`nameOf`), so that one run shows the winner of every pair.
 */
import type { Value } from '../../src/values/value.js';

export type Vars = Record<string, Value>;

/** Where the role and the tasks files with the probes come from. */
export interface Shape {
  readonly role: 'roles' | 'import_role' | 'include_role';
  readonly tasks: 'import_tasks' | 'include_tasks';
}

export const SHAPES: readonly Shape[] = (['roles', 'import_role', 'include_role'] as const).flatMap((role) =>
  (['import_tasks', 'include_tasks'] as const).map((tasks) => ({ role, tasks })),
);

/** From outside to inside: in the dependency of the role, deep within it and at its beginning, in the role, after it, in the next play. */
export const PLACES = ['deep', 'inner', 'outer', 'after', 'next'] as const;

export type Place = (typeof PLACES)[number];

/** Groups of the one host; `child`, `zchild` and `apriority` are children of `parent`, and `high` and `parent` are of `all`. */
export const GROUPS = ['all', 'high', 'parent', 'child', 'zchild', 'apriority'] as const;

const groupLayers = (where: string): string[] => GROUPS.map((group) => `${where} ${group}`);

export const FACTS = 'facts';
export const REGISTERED = 'registered';
export const LOOP = 'loop';

/** In the order of ansible-core's documentation, where it says something of them. The order means nothing here. */
export const LAYERS: readonly string[] = [
  'earlier role defaults',
  'later role defaults',
  'outer role defaults',
  'inner role defaults',
  ...groupLayers('inventory group'),
  ...groupLayers('second inventory group'),
  ...groupLayers('group_vars'),
  ...groupLayers('second group_vars'),
  ...groupLayers('playbook group_vars'),
  'inventory host',
  'second inventory host',
  'host_vars',
  'second host_vars',
  'playbook host_vars',
  FACTS,
  'set_fact cacheable',
  'play vars',
  'vars_prompt',
  'vars_files',
  'second vars_files',
  'import_playbook vars',
  'earlier role vars',
  'later role vars',
  'outer role vars',
  'inner role vars',
  'block around role',
  'outer block',
  'inner block',
  'task vars',
  'include_vars',
  'include_vars again',
  'set_fact',
  'set_fact again',
  REGISTERED,
  'earlier role params',
  'role params',
  'role entry vars',
  'dependency params',
  'dependency entry vars',
  'apply of role',
  'outer include vars',
  'include vars',
  'apply',
  'extra vars',
  LOOP,
];

/** Facts that ansible-core and rtprov both have on every machine: for pairs with `facts`, whose names cannot be chosen. */
const FACT_NAMES = [
  ...[
    'distribution',
    'distribution_version',
    'distribution_major_version',
    'distribution_release',
    'os_family',
  ],
  ...['service_mgr', 'hostname', 'nodename', 'fqdn', 'domain', 'system', 'kernel', 'kernel_version'],
  ...['architecture', 'machine', 'userspace_bits', 'userspace_architecture', 'processor', 'processor_count'],
  ...['processor_cores', 'processor_threads_per_core', 'processor_vcpus', 'processor_nproc', 'memtotal_mb'],
  ...['memfree_mb', 'swaptotal_mb', 'swapfree_mb', 'memory_mb', 'uptime_seconds', 'loadavg', 'bios_date'],
  ...['bios_version', 'bios_vendor', 'board_name', 'board_serial', 'board_vendor', 'board_version'],
  ...['board_asset_tag', 'chassis_serial', 'chassis_vendor', 'chassis_version', 'chassis_asset_tag'],
  ...['product_name', 'product_serial', 'product_uuid', 'product_version', 'system_vendor'],
  ...['virtualization_type', 'virtualization_role', 'virtualization_tech_guest', 'virtualization_tech_host'],
  ...['cmdline', 'proc_cmdline', 'date_time', 'env', 'user_id', 'user_uid', 'user_gid', 'user_gecos'],
  ...['user_dir', 'user_shell', 'real_user_id', 'real_group_id', 'effective_user_id', 'effective_group_id'],
  ...['selinux', 'apparmor', 'fips', 'mounts', 'devices', 'dns', 'lsb', 'is_chroot'],
].map((name) => `ansible_${name}`);

export interface Pair {
  readonly one: string;
  readonly other: string;
  /** Their variable. */
  readonly name: string;
}

export function nameOf(one: string, other: string): string {
  if (one === FACTS || other === FACTS) {
    const fact = FACT_NAMES[LAYERS.indexOf(one === FACTS ? other : one)];
    if (fact === undefined) throw new Error('there are more layers than names of facts');
    return fact;
  }
  const [low, high] = [LAYERS.indexOf(one), LAYERS.indexOf(other)].sort((a, b) => a - b);
  return `p_${low}_${high}`;
}

export const PAIRS: readonly Pair[] = LAYERS.flatMap((one, at) =>
  LAYERS.slice(at + 1).map((other) => ({ one, other, name: nameOf(one, other) })),
);

/** The variables of a layer: one for each other layer, whose value is the layer's name. */
export function varsOf(layer: string): Vars {
  return Object.fromEntries(
    LAYERS.filter((other) => other !== layer).map((other) => [nameOf(layer, other), layer]),
  );
}

/** Not given, and not that of a layer. */
export const NONE = 'none';

/** Which of the two a value of their variable is from: `register` gives a mapping, and facts are what they are. */
export function winnerOf({ one, other }: Pick<Pair, 'one' | 'other'>, value: unknown): string {
  const said =
    typeof value === 'object' && value !== null && 'msg' in value && typeof value.msg === 'string'
      ? value.msg
      : value;
  if (said === one || said === other || said === NONE) return said;
  return one === FACTS || other === FACTS ? FACTS : JSON.stringify(value);
}
