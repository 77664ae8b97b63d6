/** What was read of a running machine, as src/rt judges kernel arguments by it. */
import type { BootState } from '../../resources/boot/state.js';
import type { Observed, Seen } from '../../rt/args/observed.js';

const cpu = '/sys/devices/system/cpu';

/** Files `PREFIX/REST` by what `name` makes of REST. */
function below(
  files: Readonly<Record<string, string>>,
  pattern: RegExp,
): readonly { readonly groups: readonly string[]; readonly text: string }[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const match = pattern.exec(path);
    return match === null ? [] : [{ groups: match.slice(1), text }];
  });
}

export function observed(boot: BootState): Observed {
  const { files } = boot;
  const seen = (path: string): Seen => files[path] ?? null;
  const nodes: Record<number, Record<number, number>> = {};
  for (const { groups, text } of below(
    files,
    /^\/sys\/devices\/system\/node\/node(\d+)\/hugepages\/hugepages-(\d+)kB\/nr_hugepages$/,
  )) {
    const [node, size] = groups.map(Number);
    if (node === undefined || size === undefined) continue;
    nodes[size] = { ...nodes[size], [node]: Number(text) };
  }
  return {
    procCmdline: boot.cmdline,
    ...(boot.dmesg === undefined ? {} : { dmesg: boot.dmesg }),
    cpuPossible: seen(`${cpu}/possible`),
    cpuPresent: seen(`${cpu}/present`),
    cpuIsolated: seen(`${cpu}/isolated`),
    cpuNohzFull: seen(`${cpu}/nohz_full`),
    defaultSmpAffinity: seen('/proc/irq/default_smp_affinity'),
    workqueueMask: seen('/sys/devices/virtual/workqueue/cpumask'),
    rcuOffloadThreads: boot.rcuOffloadThreads,
    watchdog: seen('/proc/sys/kernel/watchdog'),
    nmiWatchdog: seen('/proc/sys/kernel/nmi_watchdog'),
    softWatchdog: seen('/proc/sys/kernel/soft_watchdog'),
    numaBalancing: seen('/proc/sys/kernel/numa_balancing'),
    clocksource: seen('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    smtControl: seen(`${cpu}/smt/control`),
    scalingDriver: seen(`${cpu}/cpu0/cpufreq/scaling_driver`),
    cpuidleDriver: seen(`${cpu}/cpuidle/current_driver`),
    transparentHugepage: seen('/sys/kernel/mm/transparent_hugepage/enabled'),
    vulnerabilities: Object.fromEntries(
      below(files, /^\/sys\/devices\/system\/cpu\/vulnerabilities\/([^/]+)$/).map(({ groups, text }) => [
        groups[0] ?? '',
        text,
      ]),
    ),
    defaultHugepageKb: boot.hugepageKb,
    nrHugepages: Object.fromEntries(
      below(files, /^\/sys\/kernel\/mm\/hugepages\/hugepages-(\d+)kB\/nr_hugepages$/).map(
        ({ groups, text }) => [Number(groups[0]), Number(text)],
      ),
    ),
    nodeHugepages: nodes,
    moduleParameters: Object.fromEntries(
      below(files, /^\/sys\/module\/([^/]+)\/parameters\/([^/]+)$/).map(({ groups, text }) => [
        groups.join('.'),
        text,
      ]),
    ),
  };
}
