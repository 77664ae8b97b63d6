/** systemd's slices: one with isolated CPUs needs a housekeeping CPU too, and a child cannot have what its parent lacks (systemd.slice(5)). */
import { formatCpuList, intersectCpus, subtractCpus, unionCpus, type CpuSet } from '../../cpus/cpu-list.js';
import { cpusText, planError, pronoun } from '../diagnostics.js';
import type { PartitionPlan, PlanDiagnostic, SliceCpus } from '../model.js';
import type { Judged } from './judged.js';

interface Parent {
  readonly name: string;
  readonly cpus: CpuSet;
  /** Whether the inventory has it; otherwise the plan gives it its CPUs. */
  readonly written: boolean;
}

/** The slices that the role rt_systemd gives CPUs by itself. */
function plansOwn({ housekeeping, isolated }: PartitionPlan): readonly Parent[] {
  const all = unionCpus(housekeeping, isolated);
  return [
    { name: 'system.slice', cpus: housekeeping, written: false },
    { name: 'user.slice', cpus: housekeeping, written: false },
    { name: 'realtime.slice', cpus: all, written: false },
    { name: 'machine.slice', cpus: all, written: false },
  ];
}

/** `a-b.slice` is below `a.slice`; undefined: below the root, which has all CPUs. */
function parentOf({ name }: SliceCpus, slices: ReadonlyMap<string, Parent>): Parent | undefined {
  const parts = name.replace(/\.slice$/, '').split('-');
  for (let length = parts.length - 1; length > 0; length -= 1) {
    const parent = slices.get(`${parts.slice(0, length).join('-')}.slice`);
    if (parent !== undefined) return parent;
  }
  return undefined;
}

function withoutHousekeeping(
  slice: SliceCpus,
  { housekeeping, isolated }: PartitionPlan,
): readonly PlanDiagnostic[] {
  const own = intersectCpus(slice.cpus, isolated);
  if (own.length === 0 || intersectCpus(slice.cpus, housekeeping).length > 0) return [];
  const message = `${slice.name} has ${cpusText(slice.cpus)}, isolated ones only: emulator threads in it would run beside real-time vCPUs and starve`;
  const hint = `Add a housekeeping CPU, such as ${formatCpuList(housekeeping.slice(0, 1))}.`;
  return [planError('SLICE_NO_HK', ['host', ...slice.origin], { message, hint })];
}

/** @param online CPUs that are absent or offline make no difference to a cgroup. */
function beyondParent(slice: SliceCpus, parent: Parent, online: CpuSet): readonly PlanDiagnostic[] {
  const outside = intersectCpus(subtractCpus(slice.cpus, parent.cpus), online);
  if (outside.length === 0) return [];
  const message = `${slice.name} has ${cpusText(outside)}, which ${parent.name} above it does not have (${formatCpuList(parent.cpus)}${parent.written ? '' : ', from the plan'})`;
  const them = pronoun(outside);
  const instead = parent.written
    ? `Add ${them} to ${parent.name}, or remove ${them} here`
    : `Remove ${them} here, or use a slice below realtime.slice, which has all CPUs`;
  const hint = `${instead}: a cgroup gets no CPU that its parent lacks.`;
  return [planError('SLICE_NO_HK', ['host', ...slice.origin], { message, hint })];
}

export function sliceFaults({ request, plan, machine }: Judged): readonly PlanDiagnostic[] {
  const slices = request.host.slices ?? [];
  const written = slices.map(({ name, cpus }): Parent => ({ name, cpus, written: true }));
  const known = new Map([...plansOwn(plan), ...written].map((one) => [one.name, one]));
  return slices.flatMap((slice) => {
    const parent = parentOf(slice, known);
    return [
      ...withoutHousekeeping(slice, plan),
      ...(parent === undefined ? [] : beyondParent(slice, parent, machine.online)),
    ];
  });
}
