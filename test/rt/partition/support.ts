/** Short forms of plans, for tests that compare them with typed values. */
import { formatCpuList } from '../../../src/rt/cpus/cpu-list.js';
import { formatCpuMask } from '../../../src/rt/cpus/cpu-mask.js';
import type { FormerPlace, PartitionPlan } from '../../../src/rt/partition/model.js';

export function lists(plan: PartitionPlan): {
  readonly housekeeping: string;
  readonly isolated: string;
  readonly mask: string;
} {
  return {
    housekeeping: formatCpuList(plan.housekeeping),
    isolated: formatCpuList(plan.isolated),
    mask: formatCpuMask(plan.housekeeping, { lastCpu: plan.cpuIds - 1 }),
  };
}

/** The CPUs of each guest's own vCPUs, in the vCPUs' order: `{ plc1: '1 2' }`. */
export function pins(plan: PartitionPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    plan.guests.map(({ name, vcpus }) => [
      name,
      vcpus
        .filter(({ shared }) => !shared)
        .map(({ cpus }) => formatCpuList(cpus))
        .join(' '),
    ]),
  );
}

/** The nodes of each guest: `{ plc1: '0', wide: '0 1' }`. */
export function nodesOf(plan: PartitionPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(plan.guests.map(({ name, nodes }) => [name, nodes.join(' ')]));
}

export function codes(plan: PartitionPlan, severity?: string): readonly string[] {
  return plan.diagnostics
    .filter((one) => severity === undefined || one.severity === severity)
    .map(({ code }) => code);
}

export function errors(plan: PartitionPlan): readonly string[] {
  return codes(plan, 'error');
}

/** What the next plan gets as the former one. */
export function formerOf(plan: PartitionPlan): readonly FormerPlace[] {
  return [
    ...plan.guests.map(({ name, demand, vcpus, nodes }) => ({
      name,
      kind: 'guest' as const,
      demand,
      nodes,
      cpus: vcpus
        .filter(({ shared }) => !shared)
        .flatMap(({ cpus }) => cpus)
        .sort((a, b) => a - b),
    })),
    ...plan.reservations.map(({ name, demand, cpus }) => ({
      name,
      kind: 'reservation' as const,
      demand,
      cpus,
    })),
  ];
}
