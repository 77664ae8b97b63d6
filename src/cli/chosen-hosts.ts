/** The hosts that a command other than `run` is for: those of its patterns that --limit leaves. */
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Inventory } from '../inventory/inventory.js';
import { selectLimit } from '../inventory/limit.js';
import { selectHosts } from '../inventory/pattern.js';

/** Their names, in the order of the pattern. Faults of pattern and limit are reported, and that nothing is left of the two. */
export function chosenHosts(
  inventory: Inventory,
  patterns: readonly string[],
  limit: string | undefined,
  diagnostics: Diagnostics,
): readonly string[] {
  const before = diagnostics.all.length;
  const hosts = selectHosts(inventory, patterns.join(','), diagnostics);
  const limited = limit === undefined ? undefined : selectLimit(inventory, limit, diagnostics);
  const names = hosts.filter((host) => limited?.has(host) !== false).map(({ name }) => name);
  if (limit !== undefined && names.length === 0 && diagnostics.all.length === before)
    diagnostics.error(
      'PATTERN_EMPTY',
      'Host pattern selects no host',
      `The limit excludes all hosts of "${patterns.join(',')}".`,
      { file: '--limit', line: 1, column: 1, text: limit },
      'List all with: rtprov inventory --graph.',
    );
  return names;
}
