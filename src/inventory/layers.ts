/** The layers of a host that come from the inventory and from group_vars and host_vars. */

import type { Value } from '../values/value.js';
import { groupsOf } from './group-walk.js';
import type { Inventory } from './inventory.js';
import type { VarEntry, VarTable } from './model.js';
import type { LayerName, VarLayer } from './precedence.js';
import type { VarsDirs } from './vars-dirs.js';

function layer(name: LayerName, tables: readonly (VarTable | undefined)[]): VarLayer {
  const entries = new Map<string, VarEntry>();
  for (const table of tables) for (const [key, entry] of table ?? []) entries.set(key, entry);
  const vars: Record<string, Value> = Object.fromEntries(
    [...entries].map(([key, entry]) => [key, entry.value]),
  );
  const unsafe = new Set([...entries].filter(([, entry]) => entry.unsafe).map(([key]) => key));
  return { name, vars, trusted: true, unsafe, origin: (key) => entries.get(key)?.origin };
}

/** Layers low to high for a host; the engine stacks those of plays, roles and tasks on them. */
export function inventoryLayers(inventory: Inventory, hostName: string): readonly VarLayer[] {
  const host = inventory.host(hostName);
  const groups = host === undefined ? [] : groupsOf(host);
  // All that one directory says of every group comes before what the next directory says.
  const ofGroups = (dirs: readonly VarsDirs[]): readonly (VarTable | undefined)[] =>
    dirs.flatMap((dir) => groups.map((group) => dir.groups.get(group.name)));
  const ofAll = (dirs: readonly VarsDirs[]): readonly (VarTable | undefined)[] =>
    dirs.map((dir) => dir.groups.get('all'));
  const ofHost = (dirs: readonly VarsDirs[]): readonly (VarTable | undefined)[] =>
    dirs.map((dir) => dir.hosts.get(hostName));
  const { inventoryVars, playbookVars } = inventory;
  return [
    layer('inventory-all', [inventory.group('all')?.vars]),
    layer(
      'inventory-groups',
      groups.map((group) => group.vars),
    ),
    layer('group-vars-all', ofAll(inventoryVars)),
    layer('group-vars-all-playbook', ofAll(playbookVars)),
    layer('group-vars', ofGroups(inventoryVars)),
    layer('group-vars-playbook', ofGroups(playbookVars)),
    layer('inventory-host', [host?.vars]),
    layer('host-vars', ofHost(inventoryVars)),
    layer('host-vars-playbook', ofHost(playbookVars)),
  ];
}
