/** `rtprov lint`: every fault and warning of playbooks, roles, variables, templates and the inventory. */
import { formatDiagnostics } from '../../diagnostics/format.js';
import { paintFor } from '../../report/paint.js';
import { readRunFiles } from '../inputs.js';
import { hasNoInventory } from '../inventory-option.js';
import type { InventoryOptions } from '../options.js';

export function lintCommand(options: InventoryOptions & { readonly playbooks: readonly string[] }): number {
  const isAlone = hasNoInventory(options.inventory);
  if (isAlone)
    process.stderr.write(
      'note: no inventory is given with -i, so hosts are not known, and variables that nothing here defines are not reported\n',
    );
  const { warnings } = readRunFiles(options.playbooks, isAlone ? { ...options, inventory: [] } : options, {
    chosen: { tags: [], skipTags: [] },
    checkUndefined: !isAlone,
  });
  if (warnings.length > 0) {
    process.stdout.write(
      `${formatDiagnostics(warnings, { paint: paintFor(process.stdout), baseDir: process.cwd() })}\n`,
    );
    return 0;
  }
  process.stdout.write('No problems found.\n');
  return 0;
}
