/** The kernel command line as a whole: its length, one list in all arguments, and what isolation needs of the kernel. */
import { commandLineSize } from '../../args/kernel-arg-faults.js';
import { cpusOf } from '../../args/arg-lists.js';
import { kernelArg } from '../../args/kernel-args.js';
import { CpuListFault, equalCpus, formatCpuList } from '../../cpus/cpu-list.js';
import { bootLoaderBytes, bytesOf, kernelAtLeast, lineLength } from '../arguments/kernel-arguments.js';
import { ofPartition, planError } from '../diagnostics.js';
import type { Origin, PlanDiagnostic } from '../model.js';
import { listOrigins, ownArguments, type Judged } from './judged.js';

type ArgumentsVariable = 'rt_kernel_args' | 'rt_kernel_args_extra';

function ofArguments(variable: ArgumentsVariable): Origin {
  return ['host', variable];
}

/** Which variable makes the line too long: that of other arguments, if the plan's own fit without them. */
function longFrom(judged: Judged, beyond: number): { readonly origin: Origin; readonly how: string } {
  const remove = (variable: ArgumentsVariable) => ({
    origin: ofArguments(variable),
    how: `Remove arguments of ${variable}, ${beyond} bytes or more`,
  });
  if (lineLength(ownArguments(judged)) < commandLineSize) return remove('rt_kernel_args_extra');
  if (judged.request.host.ownArguments !== undefined) return remove('rt_kernel_args');
  return {
    origin: listOrigins(judged).housekeeping,
    how: 'Choose housekeeping CPUs that leave longer ranges',
  };
}

function lengthFaults(judged: Judged): readonly PlanDiagnostic[] {
  const { ownArguments: replaced, otherArguments: others = [] } = judged.request.host;
  const own = ownArguments(judged);
  const length = lineLength([...own, ...others]);
  if (length < commandLineSize) return [];
  const parts = `${bytesOf(own)} of ${replaced === undefined ? 'the plan' : 'rt_kernel_args'}, ${bytesOf(others)} of rt_kernel_args_extra and ${bootLoaderBytes} left free for what the boot loader adds`;
  const message = `the kernel command line would have ${length} bytes (${parts}), and the kernel reads ${commandLineSize - 1}`;
  const { origin, how } = longFrom(judged, length - commandLineSize + 1);
  const hint = `${how}: what is beyond is lost without a message.`;
  return [planError('LIST_LONG', origin, { message, hint })];
}

function differing(
  { plan }: Judged,
  words: readonly string[],
  variable: ArgumentsVariable,
  repair: (name: string, list: string) => string,
): readonly PlanDiagnostic[] {
  return words.flatMap((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) return [];
    const name = word.slice(0, equals);
    if (!['isolcpus', 'nohz_full', 'rcu_nocbs'].includes(name.replaceAll('-', '_'))) return [];
    const cpus = cpusOf(kernelArg(name, word.slice(equals + 1)), { lastCpu: plan.cpuIds - 1 });
    if (cpus === undefined || (!(cpus instanceof CpuListFault) && equalCpus(cpus, plan.isolated))) return [];
    const list = formatCpuList(plan.isolated);
    const message = `${variable} has ${word}, and the plan isolates the CPUs ${list}: isolcpus, nohz_full and rcu_nocbs have to name the same CPUs`;
    return [planError('NOHZ_NOT_ISOLATED', ofArguments(variable), { message, hint: repair(name, list) })];
  });
}

/** Lists that the inventory gives the kernel by itself. */
function differingLists(judged: Judged): readonly PlanDiagnostic[] {
  const { ownArguments: replaced = [], otherArguments: others = [] } = judged.request.host;
  return [
    ...differing(
      judged,
      replaced,
      'rt_kernel_args',
      (name, list) =>
        `Write ${name} with ${list} there, or remove rt_kernel_args: without it the kernel gets the arguments of the plan.`,
    ),
    ...differing(
      judged,
      others,
      'rt_kernel_args_extra',
      (name) => `Remove ${name} from rt_kernel_args_extra: the plan sets it.`,
    ),
  ];
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
