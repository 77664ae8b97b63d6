/**
 * The inventory's variables that ask for a partition: `rt_partition` and `rt_reservations` of a host, `rt_guest` of each of its
 * guests. The same schemas check the values, give editors their completion (`rtprov schema inventory`) and explain themselves.
 */
import * as z from 'zod';
import { parseSize, sizePattern } from './size.js';
import { mustBe, notThis } from './words.js';

/**
 * A size as text. Its value is bytes.
 * @param least In bytes.
 * @param usual What holds where nothing is written. It is here because the JSON Schema has defaults as they are written.
 */
function size(meaning: string, least: number, usual?: string) {
  return z
    .string({ error: mustBe('a size with its unit, such as "4GiB"') })
    .meta({
      description: meaning,
      examples: ['6GiB', '256MiB', '2M'],
      pattern: sizePattern.source,
      ...(usual === undefined ? {} : { default: usual }),
    })
    .transform((text, context) => {
      const bytes = parseSize(text);
      if (typeof bytes === 'number' && bytes >= least) return bytes;
      const message = typeof bytes === 'number' ? `must be more than 0${notThis(text)}` : bytes.fault;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
}

/** Words for flags as the filter `bool` takes them, so that a plan without contact reads them as the roles do. */
const flagWords = /^\s*(?:(yes|true|on|1|y|t)|no|false|off|0|n|f)\s*$/i;

function flag(meaning: string) {
  return z
    .union(
      [z.boolean(), z.literal([0, 1]), z.string().regex(flagWords, { error: mustBe('true or false') })],
      { error: mustBe('true or false') },
    )
    .transform((value) =>
      typeof value === 'string' ? flagWords.exec(value)?.[1] !== undefined : value === true || value === 1,
    )
    .describe(meaning);
}

const cpuForm = 'a CPU list as text, such as "0-1,8"';

function cpuText(meaning: string) {
  return z
    .union([z.string(), z.int().min(0).transform(String)], { error: mustBe(cpuForm) })
    .describe(meaning);
}

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
      .union([z.literal('auto'), perPackage, z.string(), z.int().min(0).transform(String)], {
        error: mustBe(`auto, {cores_per_package: N} or ${cpuForm}`),
      })
      .default('auto')
      .describe(
        'auto, a number of cores for each package, or a CPU list such as "0-1,8". All other online CPUs are isolated.',
      ),
    isolation: z
      .enum(['auto', 'boot', 'cgroup'])
      .default('auto')
      .describe('How CPUs are isolated: boot arguments (auto, boot) or a cgroup v2 partition (cgroup).'),
    // Without quotes YAML reads `off` as false.
    smt: z
      .union([z.enum(['whole_core', 'off']), z.literal(false).transform(() => 'off' as const)], {
        error: mustBe('whole_core or off'),
      })
      .prefault('whole_core')
      .describe(
        'whole_core: both threads of a core have one use. off: boot with nosmt, and count the lowest thread of each core.',
      ),
    memory_reserve: size('Memory of each NUMA node that is left for the host itself.', 0, '6GiB').prefault(
      '6GiB',
    ),
  })
  .describe('How the CPUs and the memory of this host are partitioned.');

const vcpusForm = mustBe('a mapping such as {rt: 3, housekeeping: 1}');

const vcpusSchema = z
  .strictObject(
    {
      rt: z
        .int()
        .min(0)
        .max(1024)
        .describe('vCPUs for real-time work, each with an isolated core of its own.'),
      housekeeping: z.int().min(0).max(1024).default(1).describe("vCPUs for the guest's own housekeeping."),
      placement: z
        .enum(['isolated', 'shared'])
        .default('isolated')
        .describe(
          "Where its housekeeping vCPUs run: on isolated cores of their own, or shared on the host's housekeeping CPUs.",
        ),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? vcpusForm(issue) : undefined) },
  )
  .refine(({ rt, housekeeping }) => rt !== 0 || housekeeping !== 0, {
    error: 'must have one vCPU or more: rt and housekeeping are both 0',
  });

const maskForm = mustBe('a hexadecimal mask in quotes, such as "f0"');

const cacheSchema = z
  .strictObject({
    bytes: size("Cache that is the guest's alone.", 1).optional(),
    ways: z.int().min(1).max(64).optional().describe('The same in ways (bits of the mask).'),
    percent: z.number().gt(0).max(100).optional().describe('The same in percent of the cache.'),
    code: size(
      'With bytes, and resctrl mounted with cdp: cache for code; bytes is then for data.',
      1,
    ).optional(),
    mask: z
      .string({ error: maskForm })
      .regex(/^(0x)?[0-9a-fA-F]{1,16}$/, { error: maskForm })
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
/** Without quotes YAML reads 0000:01:00.0 as the number 60. */
const pciForm = mustBe('a PCI address in quotes, such as "0000:3b:00.0"');
const pciAddress = z
  .string({ error: pciForm })
  .regex(/^[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-1][0-9a-fA-F]\.[0-7]$/, { error: pciForm });

export const guestSchema = z
  .strictObject({
    vcpus: vcpusSchema.describe('How many vCPUs it has, and where they run.'),
    threads: z
      .literal([1, 2])
      .default(1)
      .describe('1: each vCPU has a whole core. 2: two vCPUs share a core, as its threads.'),
    memory: size('Memory of the guest.', 1).optional(),
    page: size('Size of the huge pages that back it: 1G, 2M, or 4K for none.', 1, '1G').prefault('1G'),
    node: z
      .union(
        [
          z.literal('auto'),
          nodeNumber,
          z.array(nodeNumber).min(1),
          z.strictObject({ near: pciAddress.describe('A PCI device of the host: its node is taken.') }),
        ],
        { error: mustBe('auto, a node number, a list of node numbers or {near: PCI-ADDRESS}') },
      )
      .default('auto')
      .describe('NUMA node: auto, a number, a list (the vCPUs are split evenly), or {near: PCI-ADDRESS}.'),
    cache: cacheSchema.optional().describe('Cache for its cores alone (CAT).'),
    devices: z
      .array(z.string({ error: mustBe('a PCI address or a name in quotes, such as "0000:3b:00.0"') }))
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
    emulator: cpuText(
      'Where emulator, I/O and vhost threads run, where the plan shall not choose: a CPU list.',
    ).optional(),
    hard_limit: size(
      'Memory that the QEMU process may use or lock; without it there is no limit.',
      1,
    ).optional(),
    iothreads: z.int().min(0).max(64).default(0).describe('Its I/O threads; they run on housekeeping CPUs.'),
  })
  .describe('What this guest needs of its host.');

export const reservationsSchema = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9:_.@-]+$/, { error: mustBe('a name of letters, digits and :_.@-') })
        .describe('Such as ptp4l.service; it keeps its cores as long as it has this name.'),
      cpus: z.int().min(1).max(1024).describe('How many isolated cores.'),
      for: z
        .enum(['unit', 'slice', 'irq'])
        .describe('Who uses them: a systemd unit, a slice, or an interrupt.'),
      node: nodeNumber.optional().describe('NUMA node; without it any.'),
    }),
  )
  .superRefine((list, context) => {
    for (const [index, { name }] of list.entries()) {
      const first = list.findIndex((other) => other.name === name);
      if (first < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `"${name}" is the name of two reservations; each needs a name of its own`,
        });
    }
  })
  .describe('Other users of isolated cores: containers, daemons such as ptp4l, measuring tools, interrupts.');

/** The variables that a plan reads, by name. */
export const variableSchemas = {
  rt_partition: partitionSchema,
  rt_guest: guestSchema,
  rt_reservations: reservationsSchema,
  rt_strict_devices: flag(
    'Whether a device that disturbs real-time work is an error; otherwise it is a warning.',
  ),
  rt_boot_manage: flag('Whether GRUB is set up and the machine rebooted.'),
  rt_replan: flag('Whether to plan again, whatever the former plan was. Guests may move.'),
  rt_host: z.string().describe('Of a guest: the host of the inventory that runs it.'),
  rt_housekeeping_cpus: cpuText(
    'The housekeeping CPUs as an explicit list: together with rt_isolated_cpus or not at all.',
  ),
  rt_isolated_cpus: cpuText(
    'The isolated CPUs as an explicit list: together with rt_housekeeping_cpus or not at all.',
  ),
} as const;
