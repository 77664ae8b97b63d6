/** From the inventory's variables of a host and its guests to the request that the planner takes. */
import type * as z from 'zod';
import { isMapping, plainText, type Value, type Vars } from '../../../values/value.js';
import { CpuListFault, parseCpuList, type CpuSet } from '../../cpus/cpu-list.js';
import type {
  CacheOptions,
  CacheWish,
  GuestRequest,
  HostRequest,
  Housekeeping,
  NodeWish,
  Origin,
  PlanDiagnostic,
  ReservationRequest,
  SliceCpus,
} from '../model.js';
import { check, inputFault } from './check.js';
import { guestSchema, partitionSchema, reservationsSchema } from './schema.js';

/** The variables of one machine, templates rendered. */
export interface MachineVars {
  readonly name: string;
  readonly vars: Vars;
}

export interface Wishes {
  /** Undefined where the host's variables are wrong. */
  readonly host?: HostRequest;
  readonly guests: readonly GuestRequest[];
  readonly reservations: readonly ReservationRequest[];
  readonly diagnostics: readonly PlanDiagnostic[];
}

function cpusOf(
  text: string,
  owner: string,
  path: Origin,
  lastCpu: number,
  faults: PlanDiagnostic[],
): CpuSet | undefined {
  // No lastCpu as a limit: an absent CPU gets the planner's own diagnostic, with what the machine has.
  const cpus = parseCpuList(
    /N|all/i.test(text) ? text.replace(/N/g, String(lastCpu)).replace(/all/gi, `0-${lastCpu}`) : text,
  );
  if (!(cpus instanceof CpuListFault)) return cpus;
  faults.push(
    inputFault(
      owner,
      path,
      `"${text}" is not a CPU list: ${cpus.message}`,
      'Write it as text such as "0-1,8".',
    ),
  );
  return undefined;
}

function listText(value: Value | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** `rt_housekeeping_cpus` and `rt_isolated_cpus`: both or none. */
function explicitLists(
  { vars }: MachineVars,
  owner: string,
  lastCpu: number,
  faults: PlanDiagnostic[],
): Extract<Housekeeping, { kind: 'lists' }> | { readonly kind: 'none' } | undefined {
  const names = ['rt_housekeeping_cpus', 'rt_isolated_cpus'] as const;
  const given = names.filter((name) => vars[name] !== undefined && vars[name] !== null);
  if (given.length === 0) return { kind: 'none' };
  const [only] = given;
  if (given.length === 1 && only !== undefined) {
    const other = names.find((name) => name !== only) ?? '';
    faults.push(
      inputFault(
        owner,
        [only],
        `is given without ${other}`,
        `Give both lists, or remove ${only} and let the plan choose.`,
      ),
    );
    return undefined;
  }
  const [housekeeping, isolated] = names.map((name) => {
    const text = listText(vars[name]);
    if (text !== undefined) return cpusOf(text, owner, [name], lastCpu, faults);
    faults.push(inputFault(owner, [name], 'is not a CPU list', 'Write it as text such as "0-1,8".'));
    return undefined;
  });
  return housekeeping === undefined || isolated === undefined
    ? undefined
    : { kind: 'lists', housekeeping, isolated };
}

function housekeepingOf(
  machine: MachineVars,
  wish: z.output<typeof partitionSchema>['housekeeping'],
  written: boolean,
  lastCpu: number,
  faults: PlanDiagnostic[],
): Housekeeping | undefined {
  const lists = explicitLists(machine, 'host', lastCpu, faults);
  if (lists === undefined) return undefined;
  if (lists.kind === 'lists') {
    if (!written) return lists;
    faults.push(
      inputFault(
        'host',
        ['rt_partition', 'housekeeping'],
        'is given beside rt_housekeeping_cpus and rt_isolated_cpus',
        'Remove rt_partition.housekeeping, or both lists.',
      ),
    );
    return undefined;
  }
  if (wish === 'auto') return { kind: 'auto' };
  if (typeof wish === 'object') return { kind: 'per-package', cores: wish.cores_per_package };
  const cpus = cpusOf(wish, 'host', ['rt_partition', 'housekeeping'], lastCpu, faults);
  return cpus === undefined ? undefined : { kind: 'list', cpus };
}

function entries(value: Value | undefined): readonly (readonly [string, Value])[] {
  return value !== undefined && isMapping(value) ? Object.entries(value) : [];
}

function hasKey(value: Value | undefined, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** Other variables of the site's playbook that the plan's rules look at. Wrong types are left to the roles that use them. */
function judged({ vars }: MachineVars, lastCpu: number, faults: PlanDiagnostic[]): Partial<HostRequest> {
  const texts = (value: Value | undefined): readonly string[] =>
    Array.isArray(value) ? (value as readonly Value[]).filter((one) => typeof one === 'string') : [];
  const slices = ['rt_slice_cpus', 'rt_slice_cpus_host'].flatMap((variable) =>
    entries(vars[variable]).flatMap(([name, value]): readonly SliceCpus[] => {
      const text = listText(value);
      const cpus = text === undefined ? undefined : cpusOf(text, 'host', [variable, name], lastCpu, faults);
      return cpus === undefined ? [] : [{ name, cpus, origin: [variable, name] }];
    }),
  );
  const sysctls = [...entries(vars['rt_sysctls']), ...entries(vars['rt_sysctls_extra'])].map(
    ([name, value]) => [name, plainText(value)] as const,
  );
  const otherArguments = texts(vars['rt_kernel_args_extra']);
  return {
    ...(vars['rt_boot_manage'] === false ? { bootManaged: false } : {}),
    ...(slices.length === 0 ? {} : { slices }),
    ...(sysctls.length === 0 ? {} : { sysctls: Object.fromEntries(sysctls) }),
    ...(otherArguments.length === 0 ? {} : { otherArguments }),
  };
}

function readHost(machine: MachineVars, lastCpu: number, faults: PlanDiagnostic[]): HostRequest | undefined {
  const written = machine.vars['rt_partition'] ?? {};
  const wish = check(partitionSchema, 'host', 'rt_partition', written, faults);
  if (wish === undefined) return undefined;
  const housekeeping = housekeepingOf(
    machine,
    wish.housekeeping,
    hasKey(written, 'housekeeping'),
    lastCpu,
    faults,
  );
  if (housekeeping === undefined) return undefined;
  return {
    housekeeping,
    isolation: wish.isolation,
    smt: wish.smt,
    memoryReserveBytes: wish.memory_reserve,
    strictDevices: machine.vars['rt_strict_devices'] === true,
    ...judged(machine, lastCpu, faults),
  };
}

function nodeWish(node: z.output<typeof guestSchema>['node']): NodeWish {
  if (node === 'auto') return { kind: 'auto' };
  if (typeof node === 'number') return { kind: 'node', node };
  if ('near' in node) return { kind: 'near', device: node.near };
  return { kind: 'nodes', nodes: [...new Set(node)].sort((a, b) => a - b) };
}

function cacheWish(cache: NonNullable<z.output<typeof guestSchema>['cache']>): CacheWish & CacheOptions {
  const { exclusive, by } = cache;
  const options = { exclusive, by };
  if (cache.ways !== undefined) return { kind: 'ways', ways: cache.ways, ...options };
  if (cache.percent !== undefined) return { kind: 'percent', percent: cache.percent, ...options };
  if (cache.mask !== undefined) return { kind: 'mask', mask: cache.mask, ...options };
  const bytes = cache.bytes ?? 0;
  return { kind: 'bytes', bytes, ...options, ...(cache.code === undefined ? {} : { codeBytes: cache.code }) };
}

function readGuest(
  machine: MachineVars,
  lastCpu: number,
  faults: PlanDiagnostic[],
): GuestRequest | undefined {
  const { name, vars } = machine;
  const owner = `guest:${name}`;
  const written = vars['rt_guest'];
  if (written === undefined || written === null) {
    faults.push(
      inputFault(
        owner,
        ['rt_guest'],
        'is missing',
        `Say what ${name} needs, such as rt_guest: {vcpus: {rt: 1}}.`,
      ),
    );
    return undefined;
  }
  const wish = check(guestSchema, owner, 'rt_guest', written, faults);
  if (wish === undefined) return undefined;
  const { vcpus, threads, devices, priority, iothreads, pins } = wish;
  const emulator =
    wish.emulator === undefined
      ? undefined
      : cpusOf(wish.emulator, owner, ['rt_guest', 'emulator'], lastCpu, faults);
  const lists = explicitLists(machine, owner, wish.vcpus.rt + wish.vcpus.housekeeping - 1, faults);
  return {
    name,
    vcpus,
    threads,
    pageBytes: wish.page,
    node: nodeWish(wish.node),
    devices,
    priority,
    iothreads,
    ...(wish.memory === undefined ? {} : { memoryBytes: wish.memory }),
    ...(wish.cache === undefined ? {} : { cache: cacheWish(wish.cache) }),
    ...(pins === undefined ? {} : { pins }),
    ...(emulator === undefined ? {} : { emulator }),
    ...(wish.hard_limit === undefined ? {} : { hardLimitBytes: wish.hard_limit }),
    ...(lists?.kind === 'lists' ? { self: lists } : {}),
  };
}

/** Reads all wishes; what is wrong with one machine's variables does not hide what is wrong with another's. */
export function readWishes(
  host: MachineVars,
  guests: readonly MachineVars[],
  options: { readonly lastCpu: number },
): Wishes {
  const diagnostics: PlanDiagnostic[] = [];
  const request = readHost(host, options.lastCpu, diagnostics);
  const read = guests.flatMap((guest) => readGuest(guest, options.lastCpu, diagnostics) ?? []);
  const reservations =
    check(reservationsSchema, 'host', 'rt_reservations', host.vars['rt_reservations'] ?? [], diagnostics) ??
    [];
  return {
    guests: read,
    reservations: reservations.map(({ node, ...rest }) => (node === undefined ? rest : { ...rest, node })),
    diagnostics,
    ...(request === undefined ? {} : { host: request }),
  };
}
