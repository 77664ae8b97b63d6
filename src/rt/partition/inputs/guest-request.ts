/** From a guest's variables to what the planner takes. */
import type * as z from 'zod';
import { listed, pageText } from '../diagnostics.js';
import { largePage, smallPage } from '../memory/huge-pages.js';
import type { CacheOptions, CacheWish, GuestRequest, NodeWish, PlanDiagnostic } from '../model.js';
import { check, inputFault } from './check.js';
import { cpusOf, explicitLists, type MachineLimits, type MachineVars } from './cpu-texts.js';
import { guestSchema } from './schema.js';

function nodeWish(node: z.output<typeof guestSchema>['node']): NodeWish {
  if (node === 'auto') return { kind: 'auto' };
  if (typeof node === 'number') return { kind: 'node', node };
  if ('near' in node) return { kind: 'near', device: node.near };
  return { kind: 'nodes', nodes: [...new Set(node)].sort((a, b) => a - b) };
}

function cacheWish(cache: NonNullable<z.output<typeof guestSchema>['cache']>): CacheWish & CacheOptions {
  const { exclusive, by } = cache;
  const options = { exclusive, by };
  if (cache.ways !== undefined) return { kind: 'ways', ways: cache.ways, ...options };
  if (cache.percent !== undefined) return { kind: 'percent', percent: cache.percent, ...options };
  if (cache.mask !== undefined) return { kind: 'mask', mask: cache.mask, ...options };
  const bytes = cache.bytes ?? 0;
  return { kind: 'bytes', bytes, ...options, ...(cache.code === undefined ? {} : { codeBytes: cache.code }) };
}

/** A page size that the machine does not have. Older kernels list 1 GiB only where they were booted with such pages, so it is taken everywhere. */
function pageFault(page: number, { pageSizes }: MachineLimits): string | undefined {
  const given = pageText(page);
  if (page < smallPage || !Number.isInteger(Math.log2(page))) return `no machine has pages of ${given}`;
  const known = pageSizes.length === 0 || [smallPage, largePage, ...pageSizes].includes(page);
  return known ? undefined : `the machine has no pages of ${given}, but ${listed(pageSizes.map(pageText))}`;
}

export function readGuest(
  machine: MachineVars,
  limits: MachineLimits,
  faults: PlanDiagnostic[],
): GuestRequest | undefined {
  const { name, vars } = machine;
  const owner = `guest:${name}`;
  const written = vars['rt_guest'];
  if (written === undefined || written === null) {
    faults.push(
      inputFault(
        owner,
        ['rt_guest'],
        'is missing',
        `Say what ${name} needs, such as rt_guest: {vcpus: {rt: 1}}.`,
      ),
    );
    return undefined;
  }
  const wish = check(guestSchema, owner, 'rt_guest', written, faults);
  if (wish === undefined) return undefined;
  const { vcpus, threads, devices, priority, iothreads, pins } = wish;
  const page = pageFault(wish.page, limits);
  if (page !== undefined)
    faults.push(
      inputFault(owner, ['rt_guest', 'page'], page, 'Write 1G or 2M, or 4K for a guest without huge pages.'),
    );
  const emulator =
    wish.emulator === undefined
      ? undefined
      : cpusOf(wish.emulator, owner, ['rt_guest', 'emulator'], limits.lastCpu, faults);
  const lists = explicitLists(machine, owner, wish.vcpus.rt + wish.vcpus.housekeeping - 1, faults);
  if (page !== undefined) return undefined;
  return {
    name,
    vcpus,
    threads,
    pageBytes: wish.page,
    node: nodeWish(wish.node),
    devices,
    priority,
    iothreads,
    ...(wish.memory === undefined ? {} : { memoryBytes: wish.memory }),
    ...(wish.cache === undefined ? {} : { cache: cacheWish(wish.cache) }),
    ...(pins === undefined ? {} : { pins }),
    ...(emulator === undefined ? {} : { emulator }),
    ...(wish.hard_limit === undefined ? {} : { hardLimitBytes: wish.hard_limit }),
    ...(lists?.kind === 'lists' ? { self: lists } : {}),
  };
}
