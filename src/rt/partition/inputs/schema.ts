/**
 * The inventory's variables that ask for a partition: `rt_partition` and `rt_reservations` of a host, `rt_guest` of each of its
 * guests. The same schemas check the values, give editors their completion (`rtprov schema inventory`) and explain themselves.
 */
import * as z from 'zod';
import { parseSize } from './size.js';

/** A size as text. Its value is bytes. */
function size(meaning: string) {
  return z
    .string()
    .transform((text, context) => {
      const bytes = parseSize(text);
      if (typeof bytes === 'number') return bytes;
      context.addIssue({ code: 'custom', message: bytes.fault });
      return z.NEVER;
    })
    .meta({ description: meaning, examples: ['6GiB', '256MiB', '2M'] });
}

const cpuText = z.union([z.string(), z.int().min(0).transform(String)]);

const perPackage = z.strictObject({
  cores_per_package: z
    .int()
    .min(1)
    .max(64)
    .describe('How many whole cores of each package are for housekeeping.'),
});

export const partitionSchema = z
  .strictObject({
    housekeeping: z
      .union([z.literal('auto'), perPackage, cpuText])
      .default('auto')
      .describe(
        'auto, a number of cores for each package, or a CPU list such as "0-1,8". All other online CPUs are isolated.',
      ),
    isolation: z
      .enum(['auto', 'boot', 'cgroup'])
      .default('auto')
      .describe('How CPUs are isolated: boot arguments (auto, boot) or a cgroup v2 partition (cgroup).'),
    smt: z
      .enum(['whole_core', 'off'])
      .default('whole_core')
      .describe(
        'whole_core: both threads of a core have one use. off: boot with nosmt, and count the lowest thread of each core.',
      ),
    memory_reserve: size('Memory of each NUMA node that is left for the host itself.').default(6 * 1024 ** 3),
  })
  .describe('How the CPUs and the memory of this host are partitioned.');

const vcpusSchema = z.strictObject({
  rt: z.int().min(0).max(1024).describe('vCPUs for real-time work, each with an isolated core of its own.'),
  housekeeping: z.int().min(0).max(1024).default(1).describe("vCPUs for the guest's own housekeeping."),
  placement: z
    .enum(['isolated', 'shared'])
    .default('isolated')
    .describe(
      "Where its housekeeping vCPUs run: on isolated cores of their own, or shared on the host's housekeeping CPUs.",
    ),
});

const cacheSchema = z
  .strictObject({
    bytes: size("Cache that is the guest's alone.").optional(),
    ways: z.int().min(1).max(64).optional().describe('The same in ways (bits of the mask).'),
    percent: z.number().gt(0).max(100).optional().describe('The same in percent of the cache.'),
    code: size(
      'With bytes, and resctrl mounted with cdp: cache for code; bytes is then for data.',
    ).optional(),
    mask: z
      .string()
      .regex(/^(0x)?[0-9a-fA-F]{1,16}$/, 'is not a hexadecimal mask such as "f0"')
      .transform((text) => BigInt(`0x${text.replace(/^0x/i, '')}`))
      .optional()
      .describe('The mask itself, where the plan shall not choose.'),
    by: z
      .enum(['resctrl', 'libvirt'])
      .default('resctrl')
      .describe(
        "Who makes the group: rtprov for the guest's cores, or libvirt's cachetune when the guest starts.",
      ),
    exclusive: z
      .boolean()
      .default(false)
      .describe('Whether the kernel refuses to share these ways with another group.'),
  })
  .superRefine((wish, context) => {
    const given = (['bytes', 'ways', 'percent', 'mask'] as const).filter((name) => wish[name] !== undefined);
    if (given.length !== 1)
      context.addIssue({ code: 'custom', message: 'takes exactly one of bytes, ways, percent and mask' });
    else if (wish.code !== undefined && wish.bytes === undefined)
      context.addIssue({ code: 'custom', message: 'takes code only together with bytes' });
  });

const nodeNumber = z.int().min(0).max(1023);
const pciAddress = z
  .string()
  .regex(
    /^[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-1][0-9a-fA-F]\.[0-7]$/,
    'is not a PCI address such as 0000:3b:00.0',
  );

export const guestSchema = z
  .strictObject({
    vcpus: vcpusSchema.describe('How many vCPUs it has, and where they run.'),
    threads: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe('1: each vCPU has a whole core. 2: two vCPUs share a core, as its threads.'),
    memory: size('Memory of the guest.').optional(),
    page: size('Size of the huge pages that back it: 1G, 2M, or 4K for none.').default(1024 ** 3),
    node: z
      .union([
        z.literal('auto'),
        nodeNumber,
        z.array(nodeNumber).min(1),
        z.strictObject({ near: pciAddress }),
      ])
      .default('auto')
      .describe('NUMA node: auto, a number, a list (the vCPUs are split evenly), or {near: PCI-ADDRESS}.'),
    cache: cacheSchema.optional().describe('Cache for its cores alone (CAT).'),
    devices: z
      .array(z.string())
      .default([])
      .describe('Its devices: PCI addresses, or names such as virtio-net and balloon.'),
    priority: z
      .int()
      .min(1)
      .max(98)
      .default(1)
      .describe('SCHED_FIFO priority of its real-time vCPUs on the host.'),
    pins: z
      .array(z.int().min(0).max(8191))
      .min(1)
      .optional()
      .describe(
        'The CPU of each vCPU that has one of its own, in their order, where the plan shall not choose.',
      ),
    emulator: cpuText
      .optional()
      .describe('Where emulator, I/O and vhost threads run, where the plan shall not choose: a CPU list.'),
    hard_limit: size(
      'Memory that the QEMU process may use or lock; without it there is no limit.',
    ).optional(),
    iothreads: z.int().min(0).max(64).default(0).describe('Its I/O threads; they run on housekeeping CPUs.'),
  })
  .describe('What this guest needs of its host.');

export const reservationsSchema = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9:_.@-]+$/, 'is not a name of letters, digits and :_.@-'),
      cpus: z.int().min(1).max(1024).describe('How many isolated cores.'),
      for: z
        .enum(['unit', 'slice', 'irq'])
        .describe('Who uses them: a systemd unit, a slice, or an interrupt.'),
      node: nodeNumber.optional().describe('NUMA node; without it any.'),
    }),
  )
  .describe('Other users of isolated cores: containers, daemons such as ptp4l, measuring tools, interrupts.');
