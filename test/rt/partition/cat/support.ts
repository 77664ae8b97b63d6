/** Machines with cache allocation, guests that ask for cache, and short forms of what they get. */
import type {
  CacheOptions,
  CacheWish,
  GuestRequest,
  PartitionPlan,
  PlanDiagnostic,
} from '../../../../src/rt/partition/model.js';
import { formatSchemata } from '../../../../src/rt/partition/cat/schemata.js';
import type { CacheResource, Topology } from '../../../../src/rt/topology/model.js';
import { cacheResource, guest, machine, resctrl, type MachineShape } from '../../../support/machine.js';

export const KiB = 1024;

/** One socket of 8 cores with the cache of a Xeon Silver 4108: 11 ways of 1 MiB, shareable 600. */
export function silver(
  more: Partial<MachineShape> = {},
  resources: readonly CacheResource[] = [cacheResource()],
  groups: Readonly<Record<string, string>> = {},
): Topology {
  return machine({ cores: 8, cacheBytes: 11264 * KiB, resctrl: resctrl(resources, groups), ...more });
}

/** A guest of 2 cores that asks for cache. */
export function asking(
  name: string,
  cache: CacheWish & CacheOptions,
  more: Partial<GuestRequest> = {},
): GuestRequest {
  return guest(name, 2, { cache, ...more });
}

export function bytes(
  count: number,
  options: CacheOptions & { readonly codeBytes?: number } = {},
): CacheWish & CacheOptions {
  return { kind: 'bytes', bytes: count, ...options };
}

/** Schemata by group; the default group is `default`. */
export function schemata(plan: PartitionPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.cacheGroups.map(({ name, masks }) => [name === '' ? 'default' : name, formatSchemata(masks)]),
  );
}

/** What a person reads: the place, the message and how to repair it. */
export function seen({ code, severity, origin, message, hint = '' }: PlanDiagnostic): readonly string[] {
  return [`${severity} ${code} at ${origin.join('.')}`, message, hint];
}

/** Diagnostics of cache allocation alone. */
export function cacheDiagnostics(plan: PartitionPlan): readonly PlanDiagnostic[] {
  return plan.diagnostics.filter(({ code }) => code.startsWith('CAT_'));
}
