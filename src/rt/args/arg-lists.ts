/** Arguments whose value is a list: reading, and adding to what is there. */
import {
  cpuSet,
  CpuListFault,
  formatCpuList,
  parseCpuList,
  unionCpus,
  type CpuListOptions,
  type CpuSet,
} from '../cpus/cpu-list.js';
import { argsNamed, canonicalName, kernelArg, type KernelArg } from './kernel-args.js';

/** Arguments that are one CPU list (Documentation/admin-guide/kernel-parameters.txt, "<cpu list>"). */
export const cpuListArgs: ReadonlySet<string> = new Set([
  'nohz_full',
  'rcu_nocbs',
  'irqaffinity',
  'kthread_cpus',
]);

/** Comma lists whose entries only add up: `module_blacklist=a,b`. */
const commaListArgs: ReadonlySet<string> = new Set([
  'module_blacklist',
  'initcall_blacklist',
  'modprobe.blacklist',
  'rd.driver.blacklist',
  'cgroup_disable',
]);

/** `isolcpus=[flag,...]<cpu list>`. */
export interface Isolcpus {
  /** As written: nohz, domain, managed_irq. No flag means `domain`. */
  readonly flags: readonly string[];
  readonly cpus: CpuSet;
}

/** The flags that housekeeping_isolcpus_setup() knows (kernel/sched/isolation.c, 5.6 and later). */
const isolcpusFlags = ['nohz', 'domain', 'managed_irq'];

/**
 * Everything that begins with a letter is a flag to the kernel, so `all` and `N` may not come first. An unknown flag is
 * skipped by the kernel (and one with other characters makes it ignore the argument): here it is a fault.
 */
export function parseIsolcpus(value: string, options: CpuListOptions = {}): Isolcpus | CpuListFault {
  const flags: string[] = [];
  let at = 0;
  while (/[a-zA-Z]/.test(value.charAt(at))) {
    const [flag = ''] = /^[^,]*/.exec(value.slice(at)) ?? [];
    if (!isolcpusFlags.includes(flag)) {
      return new CpuListFault(
        `"${flag}" is not one of the flags ${isolcpusFlags.join(', ')}; a list at the beginning starts with a number`,
        at,
      );
    }
    if (value[at + flag.length] !== ',')
      return new CpuListFault('CPUs are missing after the flags', value.length);
    flags.push(flag);
    at += flag.length + 1;
  }
  const cpus = parseCpuList(value.slice(at), options);
  return cpus instanceof CpuListFault ? new CpuListFault(cpus.message, cpus.at + at) : { flags, cpus };
}

export function formatIsolcpus(isolcpus: Isolcpus): string {
  return [...isolcpus.flags, formatCpuList(isolcpus.cpus)].join(',');
}

/** The CPUs that an argument's list names; undefined for an argument that is not a CPU list or a bare `rcu_nocbs`. */
export function cpusOf(arg: KernelArg, options: CpuListOptions = {}): CpuSet | CpuListFault | undefined {
  const name = canonicalName(arg.name);
  if (arg.value === undefined) return undefined;
  if (name === 'isolcpus') {
    const read = parseIsolcpus(arg.value, options);
    return read instanceof CpuListFault ? read : read.cpus;
  }
  return cpuListArgs.has(name) ? parseCpuList(arg.value, options) : undefined;
}

/**
 * The argument that has both what the last one of its name in `args` lists and what `wanted` lists: flags and CPUs of
 * isolcpus, CPU lists, comma lists such as module_blacklist (all of them, since they repeat). Other names, and lists that
 * cannot be read, give `wanted` itself: it replaces.
 */
export function mergedArg(
  args: readonly KernelArg[],
  wanted: KernelArg,
  options: CpuListOptions = {},
): KernelArg {
  const name = canonicalName(wanted.name);
  const present = argsNamed(args, wanted.name).filter(({ value }) => value !== undefined);
  const last = present.at(-1)?.value;
  if (last === undefined || wanted.value === undefined) return wanted;
  if (name === 'isolcpus') {
    const [old, fresh] = [parseIsolcpus(last, options), parseIsolcpus(wanted.value, options)];
    if (old instanceof CpuListFault || fresh instanceof CpuListFault) return wanted;
    // No flag is the flag domain; beside others it has to be written.
    const flags = [...meant(old.flags), ...meant(fresh.flags)];
    const bare = old.flags.length === 0 && fresh.flags.length === 0;
    const cpus = unionCpus(old.cpus, fresh.cpus);
    return kernelArg(wanted.name, formatIsolcpus({ flags: bare ? [] : [...new Set(flags)], cpus }));
  }
  if (cpuListArgs.has(name)) {
    const [old, fresh] = [parseCpuList(last, options), parseCpuList(wanted.value, options)];
    if (old instanceof CpuListFault || fresh instanceof CpuListFault) return wanted;
    return kernelArg(wanted.name, formatCpuList(cpuSet([...old, ...fresh])));
  }
  if (!commaListArgs.has(name)) return wanted;
  const entries = [...present.map(({ value = '' }) => value), wanted.value].flatMap((value) =>
    value.split(','),
  );
  return kernelArg(wanted.name, [...new Set(entries.filter((entry) => entry !== ''))].join(','));
}

function meant(flags: readonly string[]): readonly string[] {
  return flags.length === 0 ? ['domain'] : flags;
}
