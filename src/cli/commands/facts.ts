/** `rtprov facts HOST...`: what `setup` finds, or with --topology what the machine is made of, as JSON. A host that fails is reported on standard error and does not stop the others. */
import pLimit from 'p-limit';
import { visibleJson } from '../../diagnostics/printable.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { prefixedFacts } from '../../engine/target/facts.js';
import { hostError } from '../../engine/host/error.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { chosenHosts } from '../chosen-hosts.js';
import { commandSecrets } from '../command-secrets.js';
import { exitCodeOf, reportFault, worst } from './host-journals.js';
import { readTopology } from '../topology/read-topology.js';
import { targetOpener } from '../open-target.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';

/** Hosts that are asked together. */
const atOnce = 20;

interface FactsOptions {
  readonly hosts: readonly string[];
  readonly topology: boolean;
}

export async function factsCommand(
  options: InventoryOptions & ConnectionOptions & FactsOptions,
): Promise<number> {
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const hosts = chosenHosts(inventory, options.hosts, options.limit, diagnostics);
  diagnostics.throwIfErrors();
  const open = await targetOpener(hosts, inventory, extraVars, options);
  const all: Record<string, unknown> = {};
  const codes = new Set<number>();
  const limit = pLimit(atOnce);
  const one = async (name: string): Promise<void> => {
    const { target, shell } = open(name);
    try {
      all[name] = options.topology ? await readTopology(shell) : prefixedFacts(await shell.allFacts());
    } catch (fault) {
      const error = hostError(fault);
      codes.add(exitCodeOf(error));
      reportFault(name, error);
    } finally {
      await target.close();
    }
  };
  // In the order of the names, whoever answers first.
  for (const name of hosts) all[name] = undefined;
  await Promise.all(hosts.map((name) => limit(() => one(name))));
  process.stdout.write(`${visibleJson(JSON.stringify(commandSecrets.json(all), undefined, 2))}\n`);
  return worst(codes);
}
