/** `rtprov partition [HOST...]`: the plan that `rt_partition` would make, drawn. It changes nothing. */
import { writeFileSync } from 'node:fs';
import { visible, visibleJson } from '../../diagnostics/printable.js';
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { fileFault } from '../../diagnostics/file-fault.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { VarLayer } from '../../inventory/precedence.js';
import { paintFor } from '../../report/paint.js';
import { drawSvg } from '../../rt/partition/drawing/svg.js';
import { noPlanJson, planJson } from '../../rt/partition/json/json.js';
import { Templates } from '../../template/engine.js';
import { readTextFile } from '../../yaml/text-file.js';
import { askHosts } from '../ask-hosts.js';
import { chosenHosts } from '../chosen-hosts.js';
import { commandSecrets } from '../command-secrets.js';
import { hasNoInventory, readInventory } from '../inventory-option.js';
import { targetOpener } from '../open-target.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';
import { planText } from '../partition/plan-text.js';
import { makePlan, type MadePlan, type Seen } from '../partition/make-plan.js';
import { Wanted } from '../partition/machine-vars.js';
import { printDiagnostics } from '../partition/report-plan.js';
import { roleDefaults } from '../partition/role-vars.js';
import { seeHost } from '../partition/see-host.js';
import { readTopologyTree } from '../topology/tree.js';
import { worst } from './host-journals.js';

export interface PartitionCommandOptions extends InventoryOptions, ConnectionOptions {
  readonly hosts: readonly string[];
  readonly topology?: string;
  readonly former?: string;
  readonly replan: boolean;
  readonly explain: boolean;
  readonly json: boolean;
  readonly svg?: string;
}

interface Planned extends MadePlan {
  readonly name: string;
  readonly seen: Seen;
}

const refused = 2;

function checkOptions({ topology, former, json, explain }: PartitionCommandOptions): void {
  const fault = (message: string, hint: string): never => {
    throw new RtprovError('BAD_OPTION', message, { hint });
  };
  if (former !== undefined && topology === undefined)
    fault(
      '--former is only for --topology',
      'A host keeps its former plan by itself. Use --replan to ignore it.',
    );
  if (json && explain) fault('--json and --explain exclude each other', 'The JSON holds every reason.');
}

function former(path: string | undefined): string {
  if (path === undefined) return '';
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new RtprovError('BAD_OPTION', `the former plan cannot be read: ${fileFault(cause, path)}`, {
      cause,
      hint: 'Give --former a file that `rtprov partition --json` wrote.',
    });
  }
}

/** The hosts that are asked for; without a name those of rt_hosts, and for a recorded machine none is needed. */
function namesOf(
  options: PartitionCommandOptions,
  inventory: Inventory,
  diagnostics: Diagnostics,
): readonly string[] {
  if (options.hosts.length > 0) return chosenHosts(inventory, options.hosts, options.limit, diagnostics);
  if (options.topology !== undefined) return [];
  if (inventory.group('rt_hosts') === undefined)
    throw new RtprovError('BAD_OPTION', 'no host is named, and the inventory has no group rt_hosts', {
      hint: 'Name a host: rtprov partition HOST',
    });
  return chosenHosts(inventory, ['rt_hosts'], options.limit, diagnostics);
}

async function seenOf(
  names: readonly string[],
  inventory: Inventory,
  extraVars: VarLayer,
  options: PartitionCommandOptions,
  codes: Set<number>,
): Promise<ReadonlyMap<string, Seen>> {
  if (options.topology !== undefined) {
    const seen = {
      topology: await readTopologyTree(options.topology),
      found: [],
      former: former(options.former),
    };
    return new Map([[names[0] ?? options.topology, seen]]);
  }
  const open = await targetOpener(names, inventory, extraVars, options);
  return askHosts(names, open, seeHost, codes);
}

/** One host that is asked for is a plan; several are plans by name, also where all but one failed. */
function print(
  planned: readonly Planned[],
  names: readonly string[],
  options: PartitionCommandOptions,
): void {
  if (options.json) {
    const plans = planned.map(
      ({ name, plan, found }) => [name, plan === undefined ? noPlanJson(found) : planJson(plan)] as const,
    );
    const [only] = plans;
    if (names.length < 2 && only === undefined) return;
    const json = names.length < 2 ? only?.[1] : Object.fromEntries(plans);
    process.stdout.write(`${visibleJson(JSON.stringify(commandSecrets.json(json), undefined, 2))}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const texts = planned.flatMap(({ name, seen, plan }) =>
    plan === undefined ? [] : [planText(name, seen.topology, plan, options.explain, paint)],
  );
  process.stdout.write(commandSecrets.text(visible(texts.join('\n'))));
}

function writeSvg(planned: readonly Planned[], file: string): void {
  const [one] = planned;
  if (one?.plan === undefined) return;
  try {
    writeFileSync(file, commandSecrets.text(drawSvg(one.name, one.seen.topology, one.plan)));
  } catch (cause) {
    throw new RtprovError('BAD_OPTION', `the drawing cannot be written: ${fileFault(cause, file)}`, {
      cause,
      hint: 'Give --svg a file that can be written.',
    });
  }
}

/** Exit code 2 where a plan is refused; the rest of the plan is printed all the same. */
export async function partitionCommand(options: PartitionCommandOptions): Promise<number> {
  checkOptions(options);
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const alone =
    options.topology !== undefined && options.hosts.length === 0 && hasNoInventory(options.inventory);
  const inventory = readInventory(alone ? { inventory: ['localhost,'] } : options, diagnostics);
  diagnostics.throwIfErrors();
  const names = namesOf(options, inventory, diagnostics);
  diagnostics.throwIfErrors();
  if (options.topology !== undefined && names.length > 1)
    throw new RtprovError('BAD_OPTION', `--topology is one machine, and ${names.length} hosts are named`, {
      hint: 'Name one host.',
    });
  if (options.svg !== undefined && names.length > 1)
    throw new RtprovError('BAD_OPTION', `--svg draws one host, and ${names.length} are named`, {
      hint: 'Name one host.',
    });
  const codes = new Set<number>();
  const seen = await seenOf(names, inventory, extraVars, options, codes);
  const wanted = new Wanted(inventory, extraVars, new Templates(), roleDefaults(diagnostics));
  const planned = [...seen].map(([name, one]): Planned => {
    return { name, seen: one, ...makePlan(name, wanted, one, options.replan, diagnostics) };
  });
  if (options.svg !== undefined) writeSvg(planned, options.svg);
  print(planned, names, options);
  printDiagnostics(diagnostics);
  return diagnostics.hasErrors ? refused : worst(codes);
}
