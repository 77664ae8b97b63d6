/** How much a run changed on a host, as the host's own journal has it. */
import type { Journal } from '../journal/read-journal.js';
import { kindOf } from '../resources/registry.js';
import { keyOf } from '../resources/resource.js';

export interface JournalAmounts {
  /** Each counted once, as in the recap of the run. What a command was said to touch and did not change is none. */
  readonly resources: number;
  /** Commands that were begun, whether or not their task calls that a change. */
  readonly commands: number;
}

export function journalAmounts({ entries, after, ran }: Journal): JournalAmounts {
  const changed = entries.flatMap((entry) =>
    (entry.changes ?? []).flatMap(({ id, from, to }) => {
      const kind = kindOf(id.kind);
      const before = kind.canon(id.name, from);
      const left =
        entry.afterUnknown === true ? after.get(`${entry.seq}.${entry.index}`) : kind.canon(id.name, to);
      return left === undefined || left === before ? [] : [keyOf(id)];
    }),
  );
  return { resources: new Set(changed).size, commands: ran.size };
}
