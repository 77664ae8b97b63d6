/** Outcomes of items as tests write them. */
import type { Item } from '../../src/planner/item.js';
import type { ItemOutcome } from '../../src/planner/outcome.js';

/** Of an item that changed something, and nothing else is to be said of it. */
export function changed(item: Item, more: Partial<ItemOutcome> = {}): ItemOutcome {
  return {
    item,
    changed: true,
    failed: false,
    skipped: false,
    result: { rc: 0 },
    diffs: [],
    actions: [],
    warnings: [],
    notUndoable: [],
    seconds: 0,
    ...more,
  };
}
