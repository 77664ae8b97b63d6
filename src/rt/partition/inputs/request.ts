/** From the inventory's variables of a host and its guests to the request that the planner takes. */
import type * as z from 'zod';
import { isMapping, plainText, type Value } from '../../../values/value.js';
import type {
  GuestRequest,
  HostRequest,
  Housekeeping,
  PlanDiagnostic,
  ReservationRequest,
  SliceCpus,
} from '../model.js';
import { check, inputFault } from './check.js';
import { cpusOf, explicitLists, listText, type MachineLimits, type MachineVars } from './cpu-texts.js';
import { readGuest } from './guest-request.js';
import { partitionSchema, reservationsSchema, variableSchemas } from './schema.js';

export interface Wishes {
  /** Undefined where the host's variables are wrong. */
  readonly host?: HostRequest;
  readonly guests: readonly GuestRequest[];
  readonly reservations: readonly ReservationRequest[];
  readonly diagnostics: readonly PlanDiagnostic[];
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

/** A flag as the roles read it; what is wrong counts as not given. */
function flagOf(
  { vars }: MachineVars,
  name: 'rt_strict_devices' | 'rt_boot_manage',
  faults: PlanDiagnostic[],
): boolean | undefined {
  const value = vars[name] ?? null;
  return value === null ? undefined : check(variableSchemas[name], 'host', name, value, faults);
}

/** Undefined: there are none. */
function textsByName(value: Value | undefined): Readonly<Record<string, string>> | undefined {
  const found = entries(value).map(([name, one]) => [name, plainText(one)] as const);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Undefined: it is not a list. */
function texts(value: Value | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly Value[] = value;
  return items.filter((one) => typeof one === 'string');
}

/** Other variables of the site's playbook that the plan's rules look at. Wrong types are left to the roles that use them. */
function judged(machine: MachineVars, lastCpu: number, faults: PlanDiagnostic[]): Partial<HostRequest> {
  const { vars } = machine;
  const slices = ['rt_slice_cpus', 'rt_slice_cpus_host'].flatMap((variable) =>
    entries(vars[variable]).flatMap(([name, value]): readonly SliceCpus[] => {
      const text = listText(value);
      const cpus = text === undefined ? undefined : cpusOf(text, 'host', [variable, name], lastCpu, faults);
      return cpus === undefined ? [] : [{ name, cpus, origin: [variable, name] }];
    }),
  );
  const sysctls = textsByName(vars['rt_sysctls']);
  const sysctlsExtra = textsByName(vars['rt_sysctls_extra']);
  const ownArguments = texts(vars['rt_kernel_args']);
  const otherArguments = texts(vars['rt_kernel_args_extra']) ?? [];
  return {
    ...(flagOf(machine, 'rt_boot_manage', faults) === false ? { bootManaged: false } : {}),
    ...(slices.length === 0 ? {} : { slices }),
    ...(sysctls === undefined ? {} : { sysctls }),
    ...(sysctlsExtra === undefined ? {} : { sysctlsExtra }),
    ...(ownArguments === undefined ? {} : { ownArguments }),
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
    strictDevices: flagOf(machine, 'rt_strict_devices', faults) === true,
    ...judged(machine, lastCpu, faults),
  };
}

/** Reads all wishes; what is wrong with one machine's variables does not hide what is wrong with another's. */
export function readWishes(host: MachineVars, guests: readonly MachineVars[], limits: MachineLimits): Wishes {
  const diagnostics: PlanDiagnostic[] = [];
  const request = readHost(host, limits.lastCpu, diagnostics);
  const read = guests.flatMap((guest) => readGuest(guest, limits, diagnostics) ?? []);
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
