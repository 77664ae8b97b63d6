/** systemd's slices: one with isolated CPUs needs a housekeeping CPU too, and a child cannot have what its parent lacks (systemd.slice(5)). */
import { formatCpuList, intersectCpus, subtractCpus } from '../../cpus/cpu-list.js';
import { cpusText, planError } from '../diagnostics.js';
import type { PlanDiagnostic, SliceCpus } from '../model.js';
import type { Judged } from './judged.js';

/** `a-b.slice` is below `a.slice`; undefined: below the root, which has all CPUs. */
function parentOf({ name }: SliceCpus, slices: readonly SliceCpus[]): SliceCpus | undefined {
  const parts = name.replace(/\.slice$/, '').split('-');
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const parent = slices.find((slice) => slice.name === `${parts.slice(0, length).join('-')}.slice`);
    if (parent !== undefined) return parent;
  }
  return undefined;
}

export function sliceFaults({ request, plan }: Judged): readonly PlanDiagnostic[] {
  const slices = request.host.slices ?? [];
  return slices.flatMap((slice) => {
    const faults: PlanDiagnostic[] = [];
    const origin = ['host', ...slice.origin];
    const isolated = intersectCpus(slice.cpus, plan.isolated);
    if (isolated.length > 0 && intersectCpus(slice.cpus, plan.housekeeping).length === 0) {
      const message = `${slice.name} has ${cpusText(slice.cpus)}, isolated ones only: emulator threads in it would run beside real-time vCPUs and starve`;
      const hint = `Add a housekeeping CPU, such as ${formatCpuList(plan.housekeeping.slice(0, 1))}.`;
      faults.push(planError('SLICE_NO_HK', origin, { message, hint }));
    }
    const parent = parentOf(slice, slices);
    const outside = parent === undefined ? [] : subtractCpus(slice.cpus, parent.cpus);
    if (parent !== undefined && outside.length > 0) {
      const message = `${slice.name} has ${cpusText(outside)}, which ${parent.name} above it does not have (${formatCpuList(parent.cpus)})`;
      const hint = `Add them to ${parent.name}, or remove them here: a cgroup gets no CPU that its parent lacks.`;
      faults.push(planError('SLICE_NO_HK', origin, { message, hint }));
    }
    return faults;
  });
}
