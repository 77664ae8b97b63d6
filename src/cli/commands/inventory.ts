/** `rtprov inventory --list|--graph|--host`: what the inventory says, in ansible-inventory's forms. */
import { visible, visibleJson } from '../../diagnostics/printable.js';
import { Diagnostics, RtprovError } from '../../diagnostics/diagnostic.js';
import { parseExtraVars } from '../../inventory/extra-vars.js';
import { graphView, hostView, listView } from '../../inventory/view.js';
import { isMapping, type Value } from '../../values/value.js';
import { chosenHosts } from '../chosen-hosts.js';
import { readInventory } from '../inventory-option.js';
import type { InventoryOptions } from '../options.js';

export interface InventoryCommandOptions extends InventoryOptions {
  readonly list: boolean;
  readonly graph: boolean;
  readonly host?: string;
  readonly group: string;
  readonly vars: boolean;
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(sorted);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

export function inventoryCommand(options: InventoryCommandOptions): number {
  if ([options.list, options.graph, options.host !== undefined].filter(Boolean).length !== 1) {
    throw new RtprovError('BAD_OPTION', 'inventory takes one of --list, --graph and --host HOST', {
      hint: 'Give exactly one of them.',
    });
  }
  const diagnostics = new Diagnostics();
  const extra = parseExtraVars(options.extraVars, diagnostics);
  const inventory = readInventory(options, diagnostics);
  diagnostics.throwIfErrors();
  const limited =
    options.limit === undefined
      ? undefined
      : new Set(chosenHosts(inventory, ['all'], options.limit, diagnostics));
  diagnostics.throwIfErrors();
  const print = (value: Value): void =>
    void process.stdout.write(`${visibleJson(JSON.stringify(sorted(value), undefined, 4))}\n`);
  if (options.host !== undefined) {
    if (inventory.host(options.host) === undefined)
      throw new RtprovError('BAD_OPTION', `the inventory has no host ${options.host}`, {
        hint: 'See `rtprov inventory --graph`.',
      });
    print(hostView(inventory, options.host, extra));
  } else if (options.list) print(listView(inventory, extra, limited));
  else {
    if (inventory.group(options.group) === undefined)
      throw new RtprovError('BAD_OPTION', `the inventory has no group ${options.group}`, {
        hint: 'See `rtprov inventory --graph`.',
      });
    process.stdout.write(
      `${visible(graphView(inventory, options.group, { vars: options.vars, limited })).trimEnd()}\n`,
    );
  }
  return 0;
}
