/** Passwords that the inventory and the command line give as plain text: known before anything is shown of any host. */
import { secretVariables } from '../../inventory/connection.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { VarTable } from '../../inventory/model.js';
import type { VarLayer } from '../../inventory/precedence.js';
import type { Value } from '../../values/value.js';
import type { Secrets } from './secrets.js';

/** A template is not a password yet: its result is added when the connection to the host is made. */
function addPassword(value: Value | undefined, secrets: Secrets): void {
  if (typeof value === 'number') secrets.add(String(value));
  if (typeof value === 'string' && !value.includes('{{')) secrets.add(value);
}

export function addConnectionSecrets(inventory: Inventory, extraVars: VarLayer, secrets: Secrets): void {
  const tables: VarTable[] = [...inventory.hosts, ...inventory.groups].map(({ vars }) => vars);
  for (const dirs of [...inventory.inventoryVars, ...inventory.playbookVars])
    tables.push(...dirs.groups.values(), ...dirs.hosts.values());
  for (const name of secretVariables) {
    for (const table of tables) addPassword(table.get(name)?.value, secrets);
    addPassword(extraVars.vars[name], secrets);
  }
}
