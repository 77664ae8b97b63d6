/** `rtprov lint`: every fault and warning of playbooks, roles, variables, templates and the inventory. */
import { formatDiagnostics } from '../diagnostics/format.js';
import { paintFor } from '../report/paint.js';
import { readRunFiles } from './inputs.js';
import type { InventoryOptions } from './options.js';

export function lintCommand(options: InventoryOptions & { readonly playbooks: readonly string[] }): number {
  const { warnings } = readRunFiles(options.playbooks, options, { chosen: { tags: [], skipTags: [] } });
  if (warnings.length > 0) {
    process.stdout.write(
      `${formatDiagnostics(warnings, { paint: paintFor(process.stdout), baseDir: process.cwd() })}\n`,
    );
    return 0;
  }
  process.stdout.write('No problems found.\n');
  return 0;
}
