/** For each kernel argument that leaves a trace in a running kernel: where to look, and what must be there. */
import { irqaffinity, isolcpus, nohzFull, rcuNocbPoll, rcuNocbs } from './effect-cpus.js';
import { inFile, nothing, type Check } from './effect-trace.js';
import { pageRequest, pageSizeKb } from './hugepages.js';
import { argsNamed } from './kernel-args.js';
import type { Observed, Seen } from './observed.js';

const zero = (text: string): boolean => text === '0';
/** A kernel without a watchdog has none to switch off. */
const off =
  (path: string, file: (seen: Observed) => Seen | undefined): Check =>
  (arg, seen) =>
    arg.value === undefined || arg.value === '0'
      ? inFile(path, file(seen), zero, true)
      : inFile(path, file(seen), (text) => text !== '0', false);

const tsc: Check = (arg, seen) =>
  arg.value === 'reliable' || arg.value === 'nowatchdog'
    ? inFile('clocksource0/current_clocksource', seen.clocksource, (text) => text === 'tsc')
    : nothing('only tsc=reliable and tsc=nowatchdog are checked');

const hugepages: Check = (arg, seen, args, index) => {
  const asked = pageRequest(args, index);
  if (!asked) return { holds: false, evidence: `${arg.text} is not a number of pages` };
  const defaultText = argsNamed(args, 'default_hugepagesz').at(-1)?.value;
  const sizeKb = asked.sizeKb ?? pageSizeKb(defaultText ?? '') ?? seen.defaultHugepageKb;
  if (sizeKb === undefined) return nothing('the size of the pages is not known');
  if (!seen.nrHugepages) return nothing('nr_hugepages was not read');
  const total = seen.nrHugepages[sizeKb];
  if (total === undefined) return { holds: false, evidence: `this kernel has no huge pages of ${sizeKb} kB` };
  const onNodes = seen.nodeHugepages?.[sizeKb];
  const short = Object.entries(asked.nodes ?? {}).filter(
    ([node, count]) => onNodes !== undefined && (onNodes[Number(node)] ?? 0) < count,
  );
  const nodes = short.map(([node, count]) => `, node ${node}: ${onNodes?.[Number(node)] ?? 0} of ${count}`);
  return {
    holds: total >= asked.total && short.length === 0,
    evidence: `hugepages-${sizeKb}kB/nr_hugepages: ${total} of ${asked.total}${nodes.join('')}`,
  };
};

const hugepagesz: Check = (arg, seen) => {
  const sizeKb = pageSizeKb(arg.value ?? '');
  if (!seen.nrHugepages) return nothing('/sys/kernel/mm/hugepages was not read');
  return {
    holds: sizeKb !== undefined && seen.nrHugepages[sizeKb] !== undefined,
    evidence: `/sys/kernel/mm/hugepages: ${Object.keys(seen.nrHugepages).join(' kB, ')} kB`,
  };
};

const defaultHugepagesz: Check = (arg, seen) =>
  seen.defaultHugepageKb === undefined
    ? nothing('/proc/meminfo was not read')
    : {
        holds: pageSizeKb(arg.value ?? '') === seen.defaultHugepageKb,
        evidence: `/proc/meminfo: Hugepagesize: ${seen.defaultHugepageKb} kB`,
      };

/** Documentation/ABI/testing/sysfs-devices-system-cpu: on, off, forceoff, notsupported, notimplemented. */
const nosmt: Check = (arg, seen) =>
  inFile(
    '/sys/devices/system/cpu/smt/control',
    seen.smtControl,
    (text) => text.startsWith('not') || text === 'forceoff' || (arg.value !== 'force' && text === 'off'),
    true,
  );

/** spectre_v2 stands for all: nearly every CPU has it, and both values change what it says (admin-guide/hw-vuln). */
const mitigations: Check = (arg, seen) => {
  const text = seen.vulnerabilities?.['spectre_v2'];
  const wantsOff = arg.value === 'off';
  return inFile('/sys/devices/system/cpu/vulnerabilities/spectre_v2', text, (said) => {
    if (said.startsWith('Vulnerable')) return wantsOff;
    return said.startsWith('Mitigation') ? !wantsOff : undefined;
  });
};

/** With idle=poll no driver chooses idle states (cpuidle.rst). */
const idle: Check = (arg, seen) =>
  arg.value === 'poll'
    ? inFile('cpuidle/current_driver', seen.cpuidleDriver, (text) => text === 'none', true)
    : nothing(`idle=${arg.value ?? ''} cannot be observed`);

/** Names of drivers: Documentation/admin-guide/pm/intel_pstate.rst, amd-pstate.rst. */
const pstate =
  (drivers: Readonly<Record<string, string>>): Check =>
  (arg, seen) => {
    const wanted = drivers[arg.value ?? ''];
    const all = Object.values(drivers);
    return inFile(
      'cpu0/cpufreq/scaling_driver',
      seen.scalingDriver,
      (text) =>
        arg.value === 'disable' ? !all.includes(text) : wanted === undefined ? undefined : text === wanted,
      arg.value === 'disable',
    );
  };

const transparentHugepage: Check = (arg, seen) =>
  inFile(
    '/sys/kernel/mm/transparent_hugepage/enabled',
    seen.transparentHugepage,
    (text) => text.includes(`[${arg.value ?? ''}]`),
    // Real-time kernels are built without.
    arg.value === 'never',
  );

const numaBalancing: Check = (arg, seen) =>
  inFile(
    '/proc/sys/kernel/numa_balancing',
    seen.numaBalancing,
    (text) => (text === '0') === (arg.value === 'disable'),
    arg.value === 'disable',
  );

/** Switches are shown as Y and N (Documentation: module_param(bool)). */
const asShown = (text: string): string => text.replace(/^[yY]$/, '1').replace(/^[nN]$/, '0');

/** A built-in module's parameter. Nothing else shows it: the kernel never calls a name with a dot unknown. */
export const moduleParameter: Check = (arg, seen) => {
  const path = `/sys/module/${arg.name.replace('.', '/parameters/')}`;
  return inFile(
    path,
    seen.moduleParameters?.[arg.name],
    (text) => asShown(text) === asShown(arg.value ?? '1'),
    false,
  );
};

/** By canonical name. */
export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['isolcpus', isolcpus],
  ['nohz_full', nohzFull],
  ['rcu_nocbs', rcuNocbs],
  ['rcu_nocb_poll', rcuNocbPoll],
  ['irqaffinity', irqaffinity],
  ['nosoftlockup', off('/proc/sys/kernel/soft_watchdog', ({ softWatchdog }) => softWatchdog)],
  ['nowatchdog', off('/proc/sys/kernel/watchdog', ({ watchdog }) => watchdog)],
  ['nmi_watchdog', off('/proc/sys/kernel/nmi_watchdog', ({ nmiWatchdog }) => nmiWatchdog)],
  ['tsc', tsc],
  [
    'clocksource',
    (arg, seen) => inFile('clocksource0/current_clocksource', seen.clocksource, (text) => text === arg.value),
  ],
  ['hugepages', hugepages],
  ['hugepagesz', hugepagesz],
  ['default_hugepagesz', defaultHugepagesz],
  ['nosmt', nosmt],
  ['mitigations', mitigations],
  ['idle', idle],
  ['intel_pstate', pstate({ active: 'intel_pstate', passive: 'intel_cpufreq' })],
  ['amd_pstate', pstate({ active: 'amd-pstate-epp', passive: 'amd-pstate', guided: 'amd-pstate' })],
  ['transparent_hugepage', transparentHugepage],
  ['numa_balancing', numaBalancing],
]);
