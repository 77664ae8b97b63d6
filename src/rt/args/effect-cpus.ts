/** The effect of arguments that name CPUs. */
import { cpusOf, parseIsolcpus } from './arg-lists.js';
import {
  CpuListFault,
  equalCpus,
  formatCpuList,
  intersectCpus,
  parseCpuList,
  subtractCpus,
  unionCpus,
  type CpuListOptions,
  type CpuSet,
} from '../cpus/cpu-list.js';
import { formatCpuMask, parseCpuMask } from '../cpus/cpu-mask.js';
import { inFile, nothing, type Check, type Trace } from './effect-trace.js';
import type { KernelArg } from './kernel-args.js';
import { offloadedCpus, pollsForCallbacks } from '../kernel/kernel-log.js';
import type { Observed } from './observed.js';

/** The highest possible CPU, for `N` and `all`. */
function cpuOptions(seen: Observed): CpuListOptions {
  const cpus = parseCpuList(seen.cpuPossible ?? seen.cpuPresent ?? '');
  const lastCpu = cpus instanceof CpuListFault ? undefined : cpus.at(-1);
  return lastCpu === undefined ? {} : { lastCpu };
}

/** An unset mask is printed as `(null)` by kernels before 6.8, later as an empty line. */
function listIs(text: string, wanted: CpuSet): boolean {
  const cpus = text === '(null)' ? [] : parseCpuList(text);
  return !(cpus instanceof CpuListFault) && equalCpus(cpus, wanted);
}

function withCpus(arg: KernelArg, seen: Observed, check: (cpus: CpuSet) => Trace): Trace {
  const options = cpuOptions(seen);
  const cpus = cpusOf(arg, options);
  if (cpus instanceof CpuListFault) {
    // Without the number of CPUs, `N` cannot be read.
    const holds = options.lastCpu === undefined ? undefined : false;
    return { holds, evidence: `${arg.text}: ${cpus.message}` };
  }
  return cpus === undefined ? nothing(`${arg.text} has no CPUs`) : check(cpus);
}

/**
 * Both keep the unbound workqueues off these CPUs at boot; the mask can be written later (Documentation/core-api/workqueue.rst),
 * so it decides nothing here.
 */
function withWork(trace: Trace, cpus: CpuSet, seen: Observed): Trace {
  const mask = parseCpuMask(seen.workqueueMask ?? '');
  const still = mask instanceof CpuListFault ? [] : intersectCpus(mask, cpus);
  if (still.length === 0) return trace;
  return { ...trace, evidence: `${trace.evidence}; workqueue/cpumask still has ${formatCpuList(still)}` };
}

export const isolcpus: Check = (arg, seen) =>
  withCpus(arg, seen, (cpus) => {
    const read = parseIsolcpus(arg.value ?? '', cpuOptions(seen));
    // The file shows what is out of the scheduling domains; the flags nohz and managed_irq leave no trace in it.
    if (!(read instanceof CpuListFault) && read.flags.length > 0 && !read.flags.includes('domain')) {
      return nothing('isolcpus without the flag domain cannot be observed');
    }
    return withWork(
      inFile('/sys/devices/system/cpu/isolated', seen.cpuIsolated, (text) => listIs(text, cpus)),
      cpus,
      seen,
    );
  });

export const nohzFull: Check = (arg, seen) =>
  withCpus(arg, seen, (cpus) =>
    // Without CONFIG_NO_HZ_FULL there is no file, and the argument does nothing.
    withWork(
      inFile('/sys/devices/system/cpu/nohz_full', seen.cpuNohzFull, (text) => listIs(text, cpus), false),
      cpus,
      seen,
    ),
  );

/** All CPUs of nohz_full are offloaded too, so more may be than were asked for. */
export const rcuNocbs: Check = (arg, seen) =>
  withCpus(arg, seen, (cpus) => {
    const logged = seen.dmesg === undefined ? undefined : offloadedCpus(seen.dmesg);
    const offloaded = logged ?? seen.rcuOffloadThreads;
    if (offloaded === undefined) return nothing('the kernel log no longer has a line on RCU callbacks');
    const source = logged ? 'dmesg: Offload RCU callbacks from CPUs' : 'threads rcuop/';
    const missing = subtractCpus(cpus, offloaded);
    const list = formatCpuList(offloaded);
    return {
      holds: missing.length === 0,
      evidence: `${source}: ${list === '' ? '(none)' : list}`,
    };
  });

export const rcuNocbPoll: Check = (_arg, seen) => {
  const polls = seen.dmesg === undefined ? undefined : pollsForCallbacks(seen.dmesg);
  if (polls === undefined) return nothing('the kernel log no longer has a line on RCU callbacks');
  return {
    holds: polls,
    evidence: `dmesg: ${polls ? '' : 'no '}"Poll for callbacks from no-CBs CPUs"`,
  };
};

/** The kernel always adds the CPU that it booted on (irq_affinity_setup(), kernel/irq/irqdesc.c). */
export const irqaffinity: Check = (arg, seen) =>
  withCpus(arg, seen, (cpus) =>
    inFile('/proc/irq/default_smp_affinity', seen.defaultSmpAffinity, (text) => {
      const mask = parseCpuMask(text);
      const { lastCpu } = cpuOptions(seen);
      const possible = lastCpu === undefined ? undefined : parseCpuList(`0-${lastCpu}`);
      const shown =
        possible instanceof CpuListFault || possible === undefined ? cpus : intersectCpus(cpus, possible);
      return !(mask instanceof CpuListFault) && formatCpuMask(mask) === formatCpuMask(unionCpus(shown, [0]));
    }),
  );
