/** Memory in huge pages: whole pages, on nodes that have them, asked for at boot, and lockable. */
import {
  counted,
  listed,
  ofGuest,
  ofPartition,
  pageText,
  planError,
  planWarning,
  sizeText,
} from '../diagnostics.js';
import { pagesByNode } from '../memory/huge-pages.js';
import type { GuestRequest, Origin, PlanDiagnostic } from '../model.js';
import { ownArguments, placedWith, type Judged } from './judged.js';

const gibibyte = 1024 ** 3;

/** What QEMU needs beside the guest's memory, as libvirt reckons for a locked guest with devices (qemuDomainGetMemLockLimitBytes). */
const overheadBytes = gibibyte;

function otherPages({ memoryBytes = 0, pageBytes }: GuestRequest): string {
  const whole = Math.ceil(memoryBytes / pageBytes) * pageBytes;
  const small = 2 * 1024 ** 2;
  if (pageBytes <= small || memoryBytes % small !== 0) return `Give it ${sizeText(whole)}.`;
  return `Give it ${sizeText(whole)}, or write page: 2M (${memoryBytes / small} pages).`;
}

/** A guest alone: whole pages, and a limit that lets QEMU lock them. */
export function guestMemoryFaults(guests: readonly GuestRequest[]): readonly PlanDiagnostic[] {
  return guests.flatMap((guest): readonly PlanDiagnostic[] => {
    const { name, memoryBytes, pageBytes, hardLimitBytes } = guest;
    if (memoryBytes === undefined) return [];
    const faults: PlanDiagnostic[] = [];
    if (memoryBytes % pageBytes !== 0) {
      const message = `${name} has ${sizeText(memoryBytes)}, which is ${(memoryBytes / pageBytes).toFixed(2)} pages of ${pageText(pageBytes)}`;
      faults.push(planError('MEM_PAGE', ofGuest(name, 'memory'), { message, hint: otherPages(guest) }));
    }
    if (hardLimitBytes !== undefined && hardLimitBytes < memoryBytes + overheadBytes) {
      const message = `${name} locks ${sizeText(memoryBytes)} and may use ${sizeText(hardLimitBytes)}: QEMU needs ${sizeText(memoryBytes + overheadBytes)}`;
      const hint = 'Remove hard_limit: without it, libvirt lets a locked guest lock what it needs.';
      faults.push(planError('LOCK_LIMIT', ofGuest(name, 'hard_limit'), { message, hint }));
    }
    return faults;
  });
}

/** Equal parts on several nodes have to be whole pages too. */
function partFaults(judged: Judged): readonly PlanDiagnostic[] {
  return placedWith(judged).flatMap(([placed, guest]) => {
    const { pages = 0, nodes } = placed;
    if (nodes.length < 2 || pages % nodes.length === 0) return [];
    const message = `${placed.name} has ${counted(pages, 'page')} of ${pageText(placed.pageBytes)}, which ${nodes.length} nodes cannot share equally`;
    const whole = Math.ceil(pages / nodes.length) * nodes.length * guest.pageBytes;
    return [
      planError('MEM_PAGE', ofGuest(placed.name, 'memory'), { message, hint: `Give it ${sizeText(whole)}.` }),
    ];
  });
}

/** Guests that kept their place where the memory does not reach any more. */
function nodeFaults({ plan, machine, request }: Judged): readonly PlanDiagnostic[] {
  return machine.nodes.flatMap(({ id, memoryBytes, normalMemory }) => {
    const users = plan.guests.filter((guest) => (pagesByNode(guest).get(id) ?? 0) > 0);
    const asked = users.reduce((sum, guest) => sum + (pagesByNode(guest).get(id) ?? 0) * guest.pageBytes, 0);
    const limit = normalMemory ? Math.max(0, memoryBytes - request.host.memoryReserveBytes) : 0;
    if (asked <= limit) return [];
    const message = `${listed(users.map(({ name }) => name))} ${users.length === 1 ? 'needs' : 'need'} ${sizeText(asked)} of node ${id}, which has ${sizeText(limit)} for guests (${sizeText(memoryBytes)} less the reserve of ${sizeText(request.host.memoryReserveBytes)})`;
    const hint = 'Lower rt_partition.memory_reserve, give a guest less memory, or use --replan.';
    return [planError('MEM_NODE', ofPartition('memory_reserve'), { message, hint })];
  });
}

/** Guests with memory where no node has any for them. */
function noNode(judged: Judged): readonly PlanDiagnostic[] {
  return judged.plan.guests.flatMap(({ name, memoryBytes, memoryNodes, nodes }) => {
    if (memoryBytes === undefined || memoryNodes.length > 0 || nodes.length === 0) return [];
    const message = `${name} needs ${sizeText(memoryBytes)}, and no node has memory for guests`;
    const hint = 'Remove memory, or look at /sys/devices/system/node/has_normal_memory of the host.';
    return [planError('MEM_NODE', ofGuest(name, 'memory'), { message, hint })];
  });
}

interface NotAtBoot {
  readonly why: string;
  readonly origin: Origin;
  readonly repair: string;
}

/** Undefined: the kernel reserves huge pages when it boots. */
function notAtBoot(judged: Judged): NotAtBoot | undefined {
  const { bootManaged, ownArguments: replaced, otherArguments = [] } = judged.request.host;
  const origin = ['host', 'rt_boot_manage'];
  const repair = 'Let rtprov manage the boot arguments';
  if (bootManaged === false) return { why: 'rt_boot_manage is false', origin, repair };
  const words = [...ownArguments(judged), ...otherArguments];
  if (words.some((word) => word.startsWith('hugepages='))) return undefined;
  if (replaced === undefined)
    return { why: 'kernels before 5.16 do not accept a node on the command line', origin, repair };
  return {
    why: 'rt_kernel_args has no hugepages=',
    origin: ['host', 'rt_kernel_args'],
    repair: 'Remove rt_kernel_args: without it the kernel gets the arguments of the plan',
  };
}

/** Pages of 1 GiB need whole free regions of that size, which a machine that has run for a while may not have. */
function lateFaults(judged: Judged): readonly PlanDiagnostic[] {
  const { plan, machine } = judged;
  const large = plan.hugePages.find(({ pageBytes }) => pageBytes >= gibibyte);
  const late = notAtBoot(judged);
  if (large === undefined || late === undefined) return [];
  const missing = [...large.nodes].filter(([node, pages]) => {
    const pool = machine.nodeById.get(node)?.hugePages.find(({ pageBytes }) => pageBytes === large.pageBytes);
    return (pool?.total ?? 0) < pages;
  });
  if (missing.length === 0) return [];
  const size = pageText(large.pageBytes);
  const wanted = listed(missing.map(([node, pages]) => `${pages} on node ${node}`));
  const message = `pages of ${size} cannot be had at boot (${late.why}), and free memory in pieces of that size is not proven: ${wanted}`;
  const hint = `${late.repair}, use page: 2M, or reserve the pages yourself before.`;
  return [planWarning('MEM_1G_LATE', late.origin, { message, hint })];
}

export function memoryFaults(judged: Judged): readonly PlanDiagnostic[] {
  return [
    ...guestMemoryFaults(judged.request.guests),
    ...partFaults(judged),
    ...nodeFaults(judged),
    ...noNode(judged),
    ...lateFaults(judged),
  ];
}
