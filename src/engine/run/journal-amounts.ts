/** How much a run changed on a host, as the host's own journal has it. */
import type { Journal } from '../../journal/read-journal.js';
import { keyOf } from '../../resources/resource.js';
import { comparison, isSame } from '../../resources/lib/whole.js';

export interface JournalAmounts {
  /** Each counted once, as in the recap of the run. What a command was said to touch and did not change is none. */
  readonly resources: number;
  /** Commands that were begun, also when their task does not call that a change. */
  readonly commands: number;
}

/** Of one run on one host, over all of its windows. What a rollback has undone since still counts. */
export function journalAmounts({ entries, after, ran }: Journal): JournalAmounts {
  const changed = entries.flatMap((entry) =>
    (entry.changes ?? []).flatMap((change) => {
      const unknown = entry.afterUnknown === true;
      const { line } = comparison(change, [], unknown);
      const left = unknown ? after.get(`${entry.seq}.${entry.index}`) : line(change.to);
      return left === undefined || isSame(left, line(change.from)) ? [] : [keyOf(change.id)];
    }),
  );
  return { resources: new Set(changed).size, commands: ran.size };
}
