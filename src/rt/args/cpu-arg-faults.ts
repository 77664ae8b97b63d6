/** Faults of kernel arguments that name CPUs. */
import { argFault, type ArgFault, type Mend } from './arg-fault.js';
import { cpuListArgs, cpusOf, formatIsolcpus, parseIsolcpus } from './arg-lists.js';
import {
  complementCpus,
  CpuListFault,
  equalCpus,
  formatCpuList,
  intersectCpus,
  subtractCpus,
  unionCpus,
  type CpuListOptions,
  type CpuSet,
} from '../cpus/cpu-list.js';
import { argsNamed, canonicalName, kernelArg, type KernelArg } from './kernel-args.js';

const isolates = new Set(['isolcpus', 'nohz_full']);

/** The CPUs of the last argument of a name; none where it is missing or cannot be read. */
function cpusNamed(args: readonly KernelArg[], name: string, options: CpuListOptions): CpuSet {
  const last = argsNamed(args, name).at(-1);
  const cpus = last === undefined ? undefined : cpusOf(last, options);
  return cpus === undefined || cpus instanceof CpuListFault ? [] : cpus;
}

/**
 * The argument with these CPUs; without any CPU it has to go. Where `nohz_full` is on the line, isolcpus does without its flag nohz, which
 * would have to name the same CPUs; and an isolcpus that has no other flag then says nothing of its own.
 */
function withCpus(args: readonly KernelArg[], arg: KernelArg, cpus: CpuSet, options: CpuListOptions): Mend {
  const gone = { remove: [{ name: arg.name }] };
  if (cpus.length === 0) return gone;
  if (canonicalName(arg.name) !== 'isolcpus') return { set: [kernelArg(arg.name, formatCpuList(cpus))] };
  const read = parseIsolcpus(arg.value ?? '', options);
  const given = read instanceof CpuListFault ? [] : read.flags;
  const double = argsNamed(args, 'nohz_full').length > 0;
  const flags = given.filter((flag) => !double || flag !== 'nohz');
  if (flags.length < given.length && flags.length === 0) return gone;
  return { set: [kernelArg(arg.name, formatIsolcpus({ flags, cpus }))] };
}

/** CPUs that this machine has and that would be a good list: housekeeping's, or those that may be isolated. */
function exampleFor(args: readonly KernelArg[], name: string, options: CpuListOptions): CpuSet {
  if (name === 'irqaffinity' || name === 'kthread_cpus') return [0];
  const isolcpus = argsNamed(args, 'isolcpus').at(-1)?.value;
  const beside = isolcpus === undefined ? undefined : parseIsolcpus(isolcpus, options);
  if (name === 'nohz_full' && beside !== undefined && 'flags' in beside && beside.flags.includes('nohz'))
    return subtractCpus(beside.cpus, [0]);
  const last = options.lastCpu ?? 3;
  const interrupts = cpusNamed(args, 'irqaffinity', options);
  return subtractCpus(complementCpus([0], last), interrupts);
}

function listFaults(
  args: readonly KernelArg[],
  arg: KernelArg,
  options: CpuListOptions,
): readonly ArgFault[] {
  const name = canonicalName(arg.name);
  if (name !== 'isolcpus' && !cpuListArgs.has(name)) return [];
  // `rcu_nocbs` alone is allowed since 5.18: CPUs can then be offloaded later.
  if (arg.value === undefined) return name === 'rcu_nocbs' ? [] : [emptyFault(arg)];
  const cpus = cpusOf(arg, options);
  if (cpus instanceof CpuListFault) {
    const why = 'name CPUs that the machine has';
    const detail = `${arg.text}: ${cpus.message} (at character ${cpus.at + 1} of the value). The kernel then ignores the argument or, for rcu_nocbs, takes all CPUs.`;
    const summary = 'a kernel argument has a CPU list that the kernel does not take';
    const mend = withCpus(args, { ...arg, value: '' }, exampleFor(args, name, options), options);
    return [argFault('ARG_CPU_LIST', { summary, detail, why }, [name], mend)];
  }
  if (cpus === undefined) return [];
  if (cpus.length === 0) return [emptyFault(arg)];
  return isolates.has(name) ? isolationFaults(args, arg, cpus, options) : [];
}

function emptyFault(arg: KernelArg): ArgFault {
  const summary = 'a kernel argument has an empty CPU list';
  const detail = `${arg.text} has no CPU, so it does nothing; often the variable with the CPUs was empty.`;
  const mend = { remove: [{ name: arg.name }] };
  const why = 'name the CPUs, or remove the argument';
  return argFault('ARG_EMPTY_LIST', { summary, detail, why }, [canonicalName(arg.name)], mend);
}

function isolationFaults(
  args: readonly KernelArg[],
  arg: KernelArg,
  cpus: CpuSet,
  options: CpuListOptions,
): readonly ArgFault[] {
  if (!cpus.includes(0)) return [];
  const { lastCpu } = options;
  const mend = withCpus(args, arg, subtractCpus(cpus, [0]), options);
  const names = [canonicalName(arg.name)];
  if (lastCpu !== undefined && cpus.length === lastCpu + 1) {
    const summary = 'a kernel argument isolates all CPUs';
    const detail = `${arg.text} leaves no CPU for housekeeping. The kernel then keeps the boot CPU out of the list, and all interrupts and threads share it.`;
    const why = 'leave at least CPU 0, better a whole core, for housekeeping';
    return [argFault('ARG_ALL_CPUS', { summary, detail, why }, names, mend)];
  }
  const summary = 'a kernel argument isolates CPU 0';
  const detail = `${arg.text} contains CPU 0, which boots the machine, keeps the time and handles interrupts that cannot be moved. It has to stay a housekeeping CPU.`;
  return [argFault('ARG_BOOT_CPU', { summary, detail, why: 'remove CPU 0 from the list' }, names, mend)];
}

/**
 * `isolcpus=nohz,...` and `nohz_full=` set the same housekeeping mask; when they differ the kernel says "Housekeeping:
 * nohz_full= must match isolcpus=" and ignores the second (kernel/sched/isolation.c).
 */
function mismatch(args: readonly KernelArg[], options: CpuListOptions): readonly ArgFault[] {
  const isolcpus = argsNamed(args, 'isolcpus').at(-1);
  const nohz = argsNamed(args, 'nohz_full').at(-1);
  if (isolcpus?.value === undefined || nohz === undefined) return [];
  const isolated = parseIsolcpus(isolcpus.value, options);
  const tickless = cpusOf(nohz, options);
  if (isolated instanceof CpuListFault || tickless instanceof CpuListFault || tickless === undefined)
    return [];
  if (!isolated.flags.includes('nohz') || equalCpus(isolated.cpus, tickless)) return [];
  const summary = 'isolcpus=nohz and nohz_full name different CPUs';
  const detail = `${isolcpus.text} and ${nohz.text}: the kernel takes the first of the two and ignores the other.`;
  const why = 'remove the flag nohz from isolcpus';
  const mend = withCpus(args, isolcpus, subtractCpus(isolated.cpus, [0]), options);
  return [argFault('ARG_NOHZ_MISMATCH', { summary, detail, why }, ['isolcpus', 'nohz_full'], mend)];
}

/**
 * Interrupts or kernel threads that are sent to CPUs which other arguments keep free. `rcu_nocbs` says that too, unless it names CPU 0: then it is callbacks of
 * the whole machine that are moved away.
 */
function busy(
  args: readonly KernelArg[],
  name: 'irqaffinity' | 'kthread_cpus',
  options: CpuListOptions,
): readonly ArgFault[] {
  const affinity = argsNamed(args, name).at(-1);
  if (affinity === undefined) return [];
  const offloaded = cpusNamed(args, 'rcu_nocbs', options);
  const sets = {
    isolcpus: cpusNamed(args, 'isolcpus', options),
    nohz_full: cpusNamed(args, 'nohz_full', options),
    rcu_nocbs: offloaded.includes(0) ? [] : offloaded,
  };
  const interrupts = cpusNamed(args, name, options);
  const isolated = subtractCpus(unionCpus(...Object.values(sets)), [0]);
  const both = intersectCpus(interrupts, isolated);
  if (both.length === 0) return [];
  const by = Object.entries(sets)
    .filter(([, cpus]) => intersectCpus(cpus, both).length > 0)
    .map(([name]) => name);
  const left = subtractCpus(interrupts, isolated);
  const free = options.lastCpu === undefined ? [0] : complementCpus(isolated, options.lastCpu);
  const what = name === 'irqaffinity' ? 'interrupts' : 'kernel threads';
  const summary = `${what} are sent to isolated CPUs`;
  const detail = `${affinity.text} has ${formatCpuList(both)}, which ${by.join(' and ')} ${by.length === 1 ? 'keeps' : 'keep'} free of other work: each of the ${what} there delays the work on that CPU.`;
  const why = `leave ${what} to the other CPUs`;
  const mend = { set: [kernelArg(affinity.name, formatCpuList(left.length > 0 ? left : free))] };
  return [argFault('ARG_ISOLATED_BUSY', { summary, detail, why }, [name, ...by], mend)];
}

/** `lastCpu` is the highest possible CPU (/sys/devices/system/cpu/possible). */
export function cpuArgFaults(args: readonly KernelArg[], options: CpuListOptions): readonly ArgFault[] {
  return [
    ...args.flatMap((arg) => listFaults(args, arg, options)),
    ...mismatch(args, options),
    ...busy(args, 'irqaffinity', options),
    ...busy(args, 'kthread_cpus', options),
  ];
}
