/** The kernel arguments that bring the plan about (Documentation/admin-guide/kernel-parameters.txt). */
import { formatCpuList, type CpuSet } from '../../cpus/cpu-list.js';
import { pageText } from '../diagnostics.js';
import type { HostRequest, HugePages, ThreadPriorities } from '../model.js';
import { commandLineSize } from '../../args/kernel-arg-faults.js';
import { formatStrides } from './strides.js';

export interface ArgumentInput {
  readonly housekeeping: CpuSet;
  readonly isolated: CpuSet;
  readonly isolation: 'boot' | 'cgroup';
  readonly smt: 'whole_core' | 'off';
  readonly hugePages: readonly HugePages[];
  /** Whether pages can be had at boot for each node; if not, a unit writes them after it. */
  readonly pagesAtBoot: boolean;
  /** Whether the nodes of the firmware are taken for one, so that the kernel shares the pages out. */
  readonly mergedNodes: boolean;
  readonly rcuPriority: number;
}

/** FIFO priorities above the vCPUs' 1 and below the 99 of migration and watchdog threads. */
export function threadPriorities(host: HostRequest): ThreadPriorities {
  return { softirq: 2, rcu: 4, irq: 50, tools: 95, ...host.priorities };
}

/** `[major, minor]` of a kernel's release; undefined for other text. */
export function kernelVersion(release: string | undefined): readonly [number, number] | undefined {
  const [, major, minor] = /^([0-9]+)\.([0-9]+)/.exec(release ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** Whether the release is at least this version; undefined: it is not known. */
export function kernelAtLeast(
  release: string | undefined,
  major: number,
  minor: number,
): boolean | undefined {
  const version = kernelVersion(release);
  if (version === undefined) return undefined;
  return version[0] !== major ? version[0] > major : version[1] >= minor;
}

function cpuArguments(input: ArgumentInput, format: (cpus: CpuSet) => string): readonly string[] {
  if (input.isolated.length === 0) return [];
  const list = format(input.isolated);
  const flags = input.isolation === 'boot' ? 'managed_irq,domain' : 'managed_irq';
  const affinity = input.housekeeping.length === 0 ? [] : [`irqaffinity=${format(input.housekeeping)}`];
  return [`isolcpus=${flags},${list}`, `nohz_full=${list}`, `rcu_nocbs=${list}`, ...affinity];
}

/** `default_hugepagesz=1G hugepagesz=1G hugepages=0:24,1:4`; the form with nodes came with 5.16. */
function pageArguments({ hugePages, pagesAtBoot, mergedNodes }: ArgumentInput): readonly string[] {
  const [first] = hugePages;
  if (first === undefined) return [];
  const pools = hugePages.flatMap(({ pageBytes, nodes }) => {
    const counts = mergedNodes
      ? [...nodes.values()].reduce((total, pages) => total + pages, 0)
      : [...nodes].map(([node, pages]) => `${node}:${pages}`).join(',');
    return [`hugepagesz=${pageText(pageBytes)}`, `hugepages=${counts}`];
  });
  return [`default_hugepagesz=${pageText(first.pageBytes)}`, ...(pagesAtBoot ? pools : [])];
}

function all(input: ArgumentInput, format: (cpus: CpuSet) => string): readonly string[] {
  return [
    ...cpuArguments(input, format),
    'skew_tick=1',
    'nosoftlockup',
    'nmi_watchdog=0',
    `rcutree.kthread_prio=${input.rcuPriority}`,
    ...(input.smt === 'off' ? ['nosmt'] : []),
    ...pageArguments(input),
  ];
}

/** Left free for what the boot loader adds and a plan cannot know: `BOOT_IMAGE=/boot/vmlinuz-... root=UUID=... ro`, `quiet`. */
export const bootLoaderBytes = 256;

/** Bytes of the arguments, each with the blank in front of it. */
export function bytesOf(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + 1 + Buffer.byteLength(word), 0);
}

/** Bytes of the whole line without the NUL, with those of the boot loader. */
export function lineLength(words: readonly string[]): number {
  return bootLoaderBytes + bytesOf(words);
}

/**
 * One argument an item. Lists are written in ranges, and with strides only where the line would be too long otherwise.
 * @param others What else is on the line.
 */
export function kernelArguments(input: ArgumentInput, others: readonly string[]): readonly string[] {
  const plain = all(input, formatCpuList);
  return lineLength([...others, ...plain]) < commandLineSize ? plain : all(input, formatStrides);
}
