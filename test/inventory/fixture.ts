/** Inventories from text, for tests. */

import { InventoryBuilder } from '../../src/inventory/builder.js';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { finish } from '../../src/inventory/finish.js';
import { readIni } from '../../src/inventory/ini.js';
import { Inventory } from '../../src/inventory/inventory.js';

export function fromIni(text: string, diagnostics = new Diagnostics()): Inventory {
  const builder = new InventoryBuilder(diagnostics);
  readIni(text, 'hosts', builder);
  return new Inventory({ sources: ['hosts'], ...finish(builder), inventoryVars: [], playbookVars: [] });
}
