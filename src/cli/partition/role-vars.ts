/** The variables that a host has in the roles of the package: their defaults and vars, its facts and its plan. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { factVars } from '../../engine/target/facts.js';
import { readVarsFile } from '../../inventory/var-map.js';
import { HostVars } from '../../inventory/host-vars.js';
import type { Inventory } from '../../inventory/inventory.js';
import { inventoryLayers } from '../../inventory/layers.js';
import { magicVars } from '../../inventory/magic.js';
import type { LayerName, VarLayer } from '../../inventory/precedence.js';
import { findRoleVars } from '../../playbook/role/find.js';
import { storedPlan } from '../../rt/partition/json/json.js';
import type { PartitionPlan } from '../../rt/partition/model.js';
import type { Value, Vars } from '../../values/value.js';
import { packageLibrary } from '../package-folder.js';

export interface RoleVarsOf {
  readonly inventory: Inventory;
  readonly host: string;
  readonly extraVars: VarLayer;
  /** Without the prefix `ansible_`; empty where the host was not asked. */
  readonly facts: Vars;
  readonly plan: PartitionPlan | undefined;
}

/** The files of one kind of all roles of the package; no two roles have a name in common. */
function layersOf(kind: 'defaults' | 'vars', name: LayerName, diagnostics: Diagnostics): readonly VarLayer[] {
  const roles = packageLibrary.roles.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((role) => join(folder, role)),
  );
  return roles
    .flatMap((role) => findRoleVars(role, kind, 'main'))
    .map((file): VarLayer => {
      const table = readVarsFile(file, diagnostics);
      return {
        name,
        vars: Object.fromEntries([...table].map(([key, { value }]) => [key, value])),
        trusted: true,
        unsafe: new Set([...table].filter(([, { unsafe }]) => unsafe).map(([key]) => key)),
        origin: (key) => table.get(key)?.origin,
      };
    });
}

/** The defaults of all roles of the package: what holds in a run where the inventory says nothing else. */
export function roleDefaults(diagnostics: Diagnostics): readonly VarLayer[] {
  return layersOf('defaults', 'role-defaults', diagnostics);
}

/** As in a task of the role; `rt_plan` is what the role rt_partition makes of the plan. */
export function roleVars(
  { inventory, host, extraVars, facts, plan }: RoleVarsOf,
  diagnostics: Diagnostics,
): HostVars {
  const planned: Vars =
    plan === undefined ? {} : { rt_plan: JSON.parse(JSON.stringify(storedPlan(plan))) as Value };
  return HostVars.of([
    ...roleDefaults(diagnostics),
    ...inventoryLayers(inventory, host),
    ...layersOf('vars', 'role-vars', diagnostics),
    extraVars,
    magicVars({ inventory, hostName: host }),
  ])
    .with('facts', factVars(facts))
    .with('set-fact', planned);
}
