/**
 * The plan's JSON as a schema. `test/rt/partition/json/` holds plans to it. Only its types are imported by what runs, so that
 * zod's schema is made only when it is asked for.
 */
import * as z from 'zod';

const list = z.string().describe('CPU numbers as the kernel prints them: `0-3,8`; empty: none.');
const why = z.array(z.string()).describe('Why it stands there, a short sentence a step.');
const demand = z.string().describe('What led to the place. The next plan keeps it while this is the same.');
const kept = z.boolean().describe('Whether it is kept from the former plan.');
const cores = z.array(list).describe('Whole cores that are its alone, idle siblings included.');
const idleSiblings = list.describe('CPUs of its cores that stay idle.');
const node = z.int().nonnegative().describe('A NUMA node by its id.');

const guest = z.object({
  vcpus: z
    .array(z.int().nonnegative())
    .describe('In the order of the vCPUs: the CPU of each that has one of its own.'),
  shared: z
    .record(z.string(), list)
    .optional()
    .describe('The other vCPUs by their number: the CPUs that they share.'),
  emulator: list.describe('Where its emulator, I/O and vhost threads run.'),
  node: node.nullable().describe('Its first node; null: the kernel does not say which node its CPUs are of.'),
  nodes: z
    .array(node)
    .describe('All nodes of its CPUs; without a CPU of its own those that it is planned on.'),
  memoryNodes: z.array(node).describe('The nodes that its memory is on.'),
  cores,
  idleSiblings,
  threads: z.union([z.literal(1), z.literal(2)]).describe('Threads of each core that it uses.'),
  memoryBytes: z.int().positive().optional(),
  page: z.string().optional().describe('Size of its huge pages: `1G`, `2M`.'),
  pages: z.int().nonnegative().optional().describe('How many of them.'),
  priority: z.int().describe('FIFO priority of its real-time vCPUs on the host.'),
  iothreads: z.int().nonnegative(),
  kept,
  why,
  demand,
});

const reservation = z.object({
  for: z.enum(['unit', 'slice', 'irq']),
  cpus: list,
  node,
  cores,
  idleSiblings,
  kept,
  why,
  demand,
});

const group = z.object({
  cpus: list,
  mode: z.enum(['shareable', 'exclusive']),
  by: z.enum(['resctrl', 'libvirt']).describe('Who makes the group.'),
  schemata: z.array(z.string()).describe("Lines of the group's schemata file: `L3:0=7;1=7ff`."),
  why,
});

const diagnostic = z.object({
  code: z.string().describe('As in troubleshooting.md.'),
  severity: z.enum(['error', 'warning', 'note']).describe('An error refuses what it is about.'),
  message: z.string(),
  hint: z.string().optional().describe('How to repair it.'),
  origin: z
    .array(z.union([z.string(), z.int()]))
    .describe('The inventory variable to change: `guest:NAME` or `host`, then the path in its variables.'),
});

export const planSchema = z.object({
  version: z.int().positive(),
  housekeeping: list,
  isolated: list,
  masks: z
    .object({ housekeeping: z.string(), isolated: z.string() })
    .describe('Hexadecimal, as wide as the kernel prints them.'),
  smt: z.enum(['whole_core', 'off']),
  isolation: z.enum(['boot', 'cgroup']),
  kernelArguments: z.array(z.string()).describe('One argument an item, in the order of the command line.'),
  hugepages: z
    .record(z.string(), z.record(z.string(), z.int().positive()))
    .describe('By page size, then by node: how many.'),
  cache: z.record(z.string(), group).describe('Groups by guest; the name of the default group is empty.'),
  guests: z.record(z.string(), guest),
  reservations: z.record(z.string(), reservation),
  foreign: z
    .array(z.object({ domain: z.string(), running: z.boolean(), cpus: list }))
    .describe('Domains that are not in the inventory, whose pins are left free.'),
  why: z.record(z.string(), z.string()).describe("Each core's role and the reason, by its lowest CPU."),
  diagnostics: z.array(diagnostic),
});

export type PlanJson = z.infer<typeof planSchema>;

const noPlanSchema = z
  .strictObject({ version: z.int().positive(), diagnostics: z.array(diagnostic).min(1) })
  .describe("The host's own variables are wrong, so there is no plan.");

export type NoPlanJson = z.infer<typeof noPlanSchema>;

/** Draft 7, for `rtprov schema partition`. */
export function planJsonSchema(): object {
  const either = z.union([planSchema, noPlanSchema]).meta({ title: 'rtprov partition plan' });
  return z.toJSONSchema(either, { target: 'draft-7', io: 'input' });
}
