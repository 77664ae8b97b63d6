/** A guest's own partition against that of its host, and guests that run while the plan moves them. */
import { formatCpuList, subtractCpus, unionCpus } from '../../cpus/cpu-list.js';
import { formatSchemata, parseSchemata } from '../cat/schemata.js';
import { counted, ofGuest, pageText, planError, planWarning } from '../diagnostics.js';
import { memoryIn } from '../guests/demand.js';
import { formatSize } from '../inputs/size.js';
import type { Machine } from '../machine.js';
import type {
  FormerPlace,
  FoundPins,
  GuestRequest,
  PartitionPlan,
  PlacedGuest,
  PlanDiagnostic,
} from '../model.js';
import type { Judged } from './judged.js';

/** Inside the guest, its housekeeping vCPUs are housekeeping and the others isolated: one plan for both levels. */
function ownPartition({ name, vcpus, self }: GuestRequest): readonly PlanDiagnostic[] {
  if (self === undefined) return [];
  const total = vcpus.rt + vcpus.housekeeping;
  const all = Array.from({ length: total }, (_, vcpu) => vcpu);
  const first = all.slice(0, Math.max(1, vcpus.housekeeping));
  const covered = unionCpus(self.housekeeping, self.isolated);
  const hint = `Write rt_housekeeping_cpus: "${formatCpuList(first)}" and rt_isolated_cpus: "${formatCpuList(subtractCpus(all, first))}" for ${name}, or neither.`;
  const fault = (message: string): readonly PlanDiagnostic[] => [
    planError('GUEST_SELF', [`guest:${name}`, 'rt_housekeeping_cpus'], { message, hint }),
  ];
  const lists = `housekeeping ${formatCpuList(self.housekeeping)}, isolated ${formatCpuList(self.isolated)}`;
  if (subtractCpus(all, covered).length > 0 || subtractCpus(covered, all).length > 0) {
    return fault(
      `${name} has ${counted(total, 'vCPU')} on its host (${formatCpuList(all)}), and its own lists are: ${lists}`,
    );
  }
  if (!self.housekeeping.includes(0))
    return fault(`${name} does not use its vCPU 0 for housekeeping (${lists})`);
  const beyond = subtractCpus(self.housekeeping, first);
  if (beyond.length === 0) return [];
  return fault(
    `${name} uses its vCPU ${formatCpuList(beyond)} for housekeeping, which its host runs as real-time vCPU (${lists}; on the host ${counted(vcpus.housekeeping, 'housekeeping vCPU')})`,
  );
}

function movedPins({ cpus, domain }: FoundPins, placed: PlacedGuest, machine: Machine): string | undefined {
  if (cpus.length === 0) return undefined;
  const all = unionCpus(...placed.vcpus.map((vcpu) => vcpu.cpus));
  const own = unionCpus(...placed.vcpus.filter(({ shared }) => !shared).map((vcpu) => vcpu.cpus));
  if (subtractCpus(cpus, all).length === 0 && subtractCpus(own, cpus).length === 0) return undefined;
  const floating = machine.online.every((cpu) => cpus.includes(cpu));
  const from = floating ? 'all CPUs' : formatCpuList(cpus);
  return `${domain} runs on ${from}, and the plan has it on ${formatCpuList(all)}`;
}

function movedMasks({ cacheMask }: FormerPlace, name: string, plan: PartitionPlan): string | undefined {
  const group = plan.cacheGroups.find((one) => one.name === name);
  const [from, to] = [formatSchemata(parseSchemata(cacheMask ?? '')), formatSchemata(group?.masks ?? {})];
  if (from === to) return undefined;
  const text = (schemata: string): string =>
    schemata === '' ? 'no cache of its own' : schemata.replaceAll('\n', ' ');
  return `${name} runs with ${text(from)}, and the plan gives it ${text(to)}`;
}

function movedPages(former: FormerPlace, placed: PlacedGuest): string | undefined {
  const text = (demand: string, nodes: readonly number[]): string => {
    const memory = memoryIn(demand);
    if (memory === undefined) return '';
    return `${formatSize(memory.bytes)} in pages of ${pageText(memory.page)} on node ${formatCpuList(nodes)}`;
  };
  const from = text(former.demand, former.nodes ?? placed.nodes);
  const to = text(placed.demand, placed.nodes);
  if (from === to || from === '') return undefined;
  return `${placed.name} runs with ${from}, and the plan gives it ${to === '' ? 'no memory of a known size' : to}`;
}

/** What moves a guest that runs can stop it for long: it needs a time when that is allowed. */
function moved({ plan, request, machine }: Judged): readonly PlanDiagnostic[] {
  return request.found.flatMap((found) => {
    const placed = plan.guests.find(({ name }) => name === found.domain);
    if (!found.running || placed === undefined) return [];
    const former = request.former.find(({ name, kind }) => name === placed.name && kind !== 'reservation');
    const changes = [
      movedPins(found, placed, machine),
      ...(former === undefined ? [] : [movedMasks(former, placed.name, plan), movedPages(former, placed)]),
    ];
    return changes.flatMap((change) => {
      if (change === undefined) return [];
      const message = `${change}: to apply this changes a running guest`;
      const hint = 'Apply it while the guest is shut down.';
      return [planWarning('GUEST_RUNNING', ofGuest(found.domain), { message, hint })];
    });
  });
}

export function guestFaults(judged: Judged): readonly PlanDiagnostic[] {
  return [...judged.request.guests.flatMap(ownPartition), ...moved(judged)];
}
