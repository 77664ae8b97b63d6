/** `rtprov facts HOST...`: what `setup` finds, or with --topology what the machine is made of, as JSON. A host that fails is reported on standard error and does not stop the others. */
import { visibleJson } from '../../diagnostics/printable.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import { prefixedFacts } from '../../engine/target/facts.js';
import type { TargetShell } from '../../engine/target/target-shell.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { askHosts } from '../ask-hosts.js';
import { chosenHosts } from '../chosen-hosts.js';
import { commandSecrets } from '../command-secrets.js';
import { worst } from './host-journals.js';
import { readTopology } from '../topology/read-topology.js';
import { targetOpener } from '../open-target.js';
import { readInventory } from '../inventory-option.js';
import type { ConnectionOptions, InventoryOptions } from '../options.js';

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
  const codes = new Set<number>();
  const ask = async (shell: TargetShell): Promise<unknown> =>
    options.topology ? await readTopology(shell) : prefixedFacts(await shell.allFacts());
  const all = Object.fromEntries(await askHosts(hosts, open, ask, codes));
  process.stdout.write(`${visibleJson(JSON.stringify(commandSecrets.json(all), undefined, 2))}\n`);
  return worst(codes);
}
