/** Machines with cache allocation, guests that ask for cache, and short forms of what they get. */
import type {
  CacheOptions,
  CacheWish,
  FormerPlace,
  GuestRequest,
  PartitionPlan,
  PartitionRequest,
  PlanDiagnostic,
} from '../../../../src/rt/partition/model.js';
import { formatSchemata } from '../../../../src/rt/partition/cat/schemata.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { CacheResource, Topology } from '../../../../src/rt/topology/model.js';
import { cacheResource, guest, machine, resctrl, type MachineShape } from '../../../support/machine.js';
import { formerOf } from '../support.js';

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

/** The plan's places with the masks that the next plan gets. */
export function formerWithMasks(plan: PartitionPlan): readonly FormerPlace[] {
  return formerOf(plan).map((place) => {
    const group = plan.cacheGroups.find(({ name }) => name === place.name);
    return group === undefined ? place : { ...place, cacheMask: formatSchemata(group.masks) };
  });
}

/** The same for all of them, of a plan that is made now. */
export function reported(topology: Topology, wanted: PartitionRequest): readonly (readonly string[])[] {
  return cacheDiagnostics(planPartition(topology, wanted)).map(seen);
}
