/** `-i`, and what is taken when it is not given. */
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { type Inventory, loadInventory } from '../inventory/inventory.js';
import { statOf } from '../yaml/text-file.js';
import { readAnsibleConfig, surroundings, type AnsibleConfig } from './ansible-config.js';
import { defaultInventory, type InventoryOptions } from './options.js';

function isDefault(sources: readonly string[]): boolean {
  return sources.length === 1 && sources[0] === defaultInventory;
}

/** None is given, and the usual one is not there. */
export function hasNoInventory(sources: readonly string[]): boolean {
  return isDefault(sources) && statOf(defaultInventory) === undefined;
}

/** Reads the inventory; all faults are reported, also that there is none. */
export function readInventory(
  { inventory }: Pick<InventoryOptions, 'inventory'>,
  diagnostics: Diagnostics,
  config?: AnsibleConfig,
): Inventory {
  if (!hasNoInventory(inventory)) return loadInventory(inventory, diagnostics);
  const { file, inventory: named } = config ?? readAnsibleConfig(undefined, surroundings(), diagnostics);
  const give = 'Name one with -i; a list of hosts needs a comma: -i host1,';
  diagnostics.error(
    'NO_INVENTORY',
    'No inventory is given',
    `There is no -i, and no "${defaultInventory}" here, which is the default.`,
    { file: '--inventory', line: 1, column: 1 },
    named === undefined
      ? give
      : `${file ?? ''} names ${named}, which rtprov does not read: give it with -i ${named}`,
  );
  return loadInventory([], diagnostics);
}

/** Warns of settings of ansible.cfg that are not read, where they would make a difference. `known`: variables of the inventory. */
export function warnOfUnread(
  config: AnsibleConfig,
  options: Pick<InventoryOptions, 'inventory'> & { readonly user?: string },
  known: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  const { file, inventory, remoteUser } = config;
  if (file === undefined) return;
  const warn = (setting: string, hint: string): void =>
    diagnostics.warning(
      'CONFIG_NOT_READ',
      'Setting in ansible.cfg is ignored',
      `It sets ${setting}. rtprov reads only roles_path there.`,
      { file, line: 1, column: 1 },
      hint,
    );
  if (inventory !== undefined && isDefault(options.inventory) && !hasNoInventory(options.inventory))
    warn(`inventory, and ${defaultInventory} is used instead`, `Give the one that you mean: -i ${inventory}`);
  if (remoteUser !== undefined && options.user === undefined && !known.has('ansible_user'))
    warn('remote_user', `Give it with -u ${remoteUser}, or set ansible_user in the inventory.`);
}
