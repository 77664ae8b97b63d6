/** `rtprov facts HOST...`: what `setup` finds, as JSON. */
import { visibleJson } from '../diagnostics/printable.js';
import { Diagnostics } from '../diagnostics/diagnostic.js';
import { prefixedFacts } from '../engine/facts.js';
import { parseExtraVars } from '../inventory/extra-vars.js';
import { loadInventory } from '../inventory/inventory.js';
import { selectHosts } from '../inventory/pattern.js';
import { commandSecrets } from './command-secrets.js';
import { targetOpener } from './open-target.js';
import type { ConnectionOptions, InventoryOptions } from './options.js';

export async function factsCommand(
  options: InventoryOptions & ConnectionOptions & { readonly hosts: readonly string[] },
): Promise<number> {
  const diagnostics = new Diagnostics();
  const extraVars = parseExtraVars(options.extraVars, diagnostics);
  const inventory = loadInventory(options.inventory, diagnostics);
  diagnostics.throwIfErrors();
  const hosts = selectHosts(inventory, options.hosts.join(','), diagnostics);
  diagnostics.throwIfErrors();
  const open = await targetOpener(
    hosts.map(({ name }) => name),
    inventory,
    extraVars,
    options,
  );
  const all: Record<string, unknown> = {};
  for (const { name } of hosts) {
    const { target, shell } = open(name);
    try {
      all[name] = prefixedFacts(await shell.allFacts());
    } finally {
      await target.close();
    }
  }
  process.stdout.write(`${visibleJson(JSON.stringify(commandSecrets.json(all), undefined, 2))}\n`);
  return 0;
}
