/** A guest's own partition against that of its host, and guests that run while the plan moves them. */
import { formatCpuList, subtractCpus, unionCpus } from '../../cpus/cpu-list.js';
import { counted, ofGuest, planError, planWarning } from '../diagnostics.js';
import type { GuestRequest, PlanDiagnostic } from '../model.js';
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

/** Moving vCPUs of a guest that runs can stop it for long: it needs a time when that is allowed. */
function moved({ plan, request, machine }: Judged): readonly PlanDiagnostic[] {
  return request.found.flatMap((found) => {
    const placed = plan.guests.find(({ name }) => name === found.domain);
    if (!found.running || placed === undefined || found.cpus.length === 0) return [];
    const all = unionCpus(...placed.vcpus.map(({ cpus }) => cpus));
    const own = unionCpus(...placed.vcpus.filter(({ shared }) => !shared).map(({ cpus }) => cpus));
    const leaves = subtractCpus(found.cpus, all);
    if (leaves.length === 0 && subtractCpus(own, found.cpus).length === 0) return [];
    const floating = machine.online.every((cpu) => found.cpus.includes(cpu));
    const from = floating ? 'all CPUs' : formatCpuList(found.cpus);
    const message = `${found.domain} runs on ${from}, and the plan has it on ${formatCpuList(all)}: to apply this moves a running guest`;
    const hint = 'Apply it while the guest is shut down.';
    return [planWarning('GUEST_RUNNING', ofGuest(found.domain), { message, hint })];
  });
}

export function guestFaults(judged: Judged): readonly PlanDiagnostic[] {
  return [...judged.request.guests.flatMap(ownPartition), ...moved(judged)];
}
