/** The plan as JSON: what `rtprov partition --json` prints and what the target keeps. CPU lists as the kernel prints them. */
import { formatCpuList } from '../../cpus/cpu-list.js';
import { formatCpuMask } from '../../cpus/cpu-mask.js';
import { formatSchemata } from '../cat/schemata.js';
import { pageText } from '../diagnostics.js';
import type { CacheGroup, PartitionPlan, PlacedGuest, PlacedReservation, PlanDiagnostic } from '../model.js';
import type { NoPlanJson, PlanJson } from './schema.js';

/** Goes up when a reader of the former version would misread the next one. New fields do not count. */
export const planVersion = 1;

type GuestJson = PlanJson['guests'][string];
type ReservationJson = PlanJson['reservations'][string];
type GroupJson = PlanJson['cache'][string];

function guestJson(guest: PlacedGuest): GuestJson {
  const own = guest.vcpus.filter(({ shared }) => !shared);
  const shared = guest.vcpus.filter((vcpu) => vcpu.shared);
  const { memoryBytes, pages } = guest;
  return {
    vcpus: own.flatMap(({ cpus }) => cpus),
    ...(shared.length === 0
      ? {}
      : { shared: Object.fromEntries(shared.map(({ vcpu, cpus }) => [vcpu, formatCpuList(cpus)])) }),
    emulator: formatCpuList(guest.emulator),
    node: guest.nodes[0] ?? null,
    nodes: [...guest.nodes],
    memoryNodes: [...guest.memoryNodes],
    cores: guest.cores.map((cpus) => formatCpuList(cpus)),
    idleSiblings: formatCpuList(guest.idleSiblings),
    threads: guest.threads,
    ...(memoryBytes === undefined ? {} : { memoryBytes, page: pageText(guest.pageBytes) }),
    ...(pages === undefined ? {} : { pages }),
    priority: guest.priority,
    iothreads: guest.iothreads,
    kept: guest.kept,
    why: [...guest.why],
    demand: guest.demand,
  };
}

function reservationJson(reservation: PlacedReservation): ReservationJson {
  return {
    for: reservation.for,
    cpus: formatCpuList(reservation.cpus),
    node: reservation.node,
    cores: reservation.cores.map((cpus) => formatCpuList(cpus)),
    idleSiblings: formatCpuList(reservation.idleSiblings),
    kept: reservation.kept,
    why: [...reservation.why],
    demand: reservation.demand,
  };
}

function groupJson(group: CacheGroup): GroupJson {
  return {
    cpus: formatCpuList(group.cpus),
    mode: group.mode,
    schemata: formatSchemata(group.masks).split('\n'),
    by: group.by,
    why: [...group.why],
  };
}

/** By name, in byte order, so that equal plans give equal texts. */
function sorted<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function diagnosticsJson(diagnostics: readonly PlanDiagnostic[]): PlanJson['diagnostics'] {
  return diagnostics.map(({ code, severity, message, hint, origin }) => ({
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    origin: [...origin],
  }));
}

/** Where the host's own variables are wrong, there is no plan. */
export function noPlanJson(diagnostics: readonly PlanDiagnostic[]): NoPlanJson {
  return { version: planVersion, diagnostics: diagnosticsJson(diagnostics) };
}

export function planJson(plan: PartitionPlan): PlanJson {
  const mask = (cpus: readonly number[]): string => formatCpuMask(cpus, { lastCpu: plan.cpuIds - 1 });
  return {
    version: planVersion,
    housekeeping: formatCpuList(plan.housekeeping),
    isolated: formatCpuList(plan.isolated),
    masks: { housekeeping: mask(plan.housekeeping), isolated: mask(plan.isolated) },
    smt: plan.smt,
    isolation: plan.isolation,
    kernelArguments: [...plan.kernelArguments],
    hugepages: Object.fromEntries(
      plan.hugePages.map(({ pageBytes, nodes }) => [pageText(pageBytes), Object.fromEntries(nodes)]),
    ),
    cache: sorted(plan.cacheGroups.map((group) => [group.name, groupJson(group)] as const)),
    guests: sorted(plan.guests.map((guest) => [guest.name, guestJson(guest)] as const)),
    reservations: sorted(plan.reservations.map((one) => [one.name, reservationJson(one)] as const)),
    foreign: plan.foreign.map(({ domain, running, cpus }) => ({
      domain,
      running,
      cpus: formatCpuList(cpus),
    })),
    why: Object.fromEntries(plan.why),
    diagnostics: diagnosticsJson(plan.diagnostics),
  };
}

/**
 * What the target keeps, and what templates get as `rt_plan`: the plan without what differs between two plans that are the same
 * (whether a place was kept, and why) and without what was found on the machine.
 */
export function storedPlan(plan: PartitionPlan): object {
  const {
    guests,
    reservations,
    cache,
    why: _why,
    diagnostics: _rules,
    foreign: _foreign,
    ...rest
  } = planJson(plan);
  const lasting = <T extends { readonly why: unknown }>(all: Readonly<Record<string, T>>): object =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => [
        name,
        Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'why' && key !== 'kept')),
      ]),
    );
  return { ...rest, guests: lasting(guests), reservations: lasting(reservations), cache: lasting(cache) };
}
