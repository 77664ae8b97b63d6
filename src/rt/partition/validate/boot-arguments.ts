/** The kernel command line as a whole: its length, one list in all arguments, and what isolation needs of the kernel. */
import { commandLineSize } from '../../args/kernel-arg-faults.js';
import { cpusOf } from '../../args/arg-lists.js';
import { kernelArg } from '../../args/kernel-args.js';
import { grubenvSize, newGrubenv, setGrubenv } from '../../boot/grubenv.js';
import { CpuListFault, equalCpus, formatCpuList } from '../../cpus/cpu-list.js';
import { kernelAtLeast, lineLength } from '../arguments/kernel-arguments.js';
import { ofPartition, planError } from '../diagnostics.js';
import type { PlanDiagnostic } from '../model.js';
import type { Judged } from './judged.js';

const shorter =
  'Choose housekeeping CPUs that leave longer ranges, or remove arguments of rt_kernel_args_extra: what is beyond is lost without a message.';

function lengthFaults({ plan, request }: Judged): readonly PlanDiagnostic[] {
  const words = [...(request.host.otherArguments ?? []), ...plan.kernelArguments];
  const length = lineLength(words);
  const faults: PlanDiagnostic[] = [];
  if (length >= commandLineSize) {
    const message = `the kernel command line has ${length} bytes, and the kernel reads ${commandLineSize - 1}`;
    faults.push(planError('LIST_LONG', ofPartition('housekeeping'), { message, hint: shorter }));
  }
  const block = Buffer.isBuffer(setGrubenv(newGrubenv(), 'kernelopts', words.join(' ')));
  if (request.facts?.argumentsInGrubenv === true && !block) {
    const message = `GRUB keeps the arguments in its environment block of ${grubenvSize} bytes, and they have ${length}`;
    faults.push(planError('LIST_LONG', ofPartition('housekeeping'), { message, hint: shorter }));
  }
  return faults;
}

/** Lists that the inventory adds by itself. */
function differingLists({ plan, request }: Judged): readonly PlanDiagnostic[] {
  return (request.host.otherArguments ?? []).flatMap((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) return [];
    const name = word.slice(0, equals);
    if (!['isolcpus', 'nohz_full', 'rcu_nocbs'].includes(name.replaceAll('-', '_'))) return [];
    const cpus = cpusOf(kernelArg(name, word.slice(equals + 1)), { lastCpu: plan.cpuIds - 1 });
    if (cpus === undefined || (!(cpus instanceof CpuListFault) && equalCpus(cpus, plan.isolated))) return [];
    const message = `${word} beside the plan, whose isolated CPUs are ${formatCpuList(plan.isolated)}: isolcpus, nohz_full and rcu_nocbs have to name the same CPUs`;
    const hint = `Remove ${name} from rt_kernel_args_extra: the plan sets it.`;
    return [planError('NOHZ_NOT_ISOLATED', ['host', 'rt_kernel_args_extra'], { message, hint })];
  });
}

function isolationFaults({ plan, request }: Judged): readonly PlanDiagnostic[] {
  if (plan.isolation !== 'cgroup') return [];
  const { cpusetExclusive, kernelRelease } = request.facts ?? {};
  const known = cpusetExclusive ?? kernelAtLeast(kernelRelease, 6, 7);
  if (known !== false) return [];
  const kernel = kernelRelease === undefined ? 'the kernel' : `the kernel ${kernelRelease}`;
  const message = `isolation: cgroup needs the file cpuset.cpus.exclusive, which ${kernel} does not have (6.7 and later do)`;
  const hint = 'Write isolation: boot, or install a later kernel.';
  return [planError('ISO_KERNEL', ofPartition('isolation'), { message, hint })];
}

export function bootFaults(judged: Judged): readonly PlanDiagnostic[] {
  return [...lengthFaults(judged), ...differingLists(judged), ...isolationFaults(judged)];
}
