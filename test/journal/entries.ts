/** What journals hold, as a target gives it. */
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { Change } from '../../src/resources/resource.js';
import { journalScript } from '../../src/journal/window-journal.js';
import { lines, raw, type Shell } from '../../src/shell/shell.js';

/** The JSON of a window's only entry. */
export function storedEntry(changes: readonly Change[], seq = '00001'): string {
  const place = { format: 1, seq, index: 0, taskId: 't', taskName: 't' };
  return JSON.stringify({ ...place, type: 'change', kind: changes[0]?.id.kind, changes });
}

/** Shell text that notes one change as the only entry of a run's first window. */
export function journalled(change: Change): Shell {
  const entry = {
    type: 'change',
    kind: change.id.kind,
    changes: [change],
    index: 0,
    taskId: 't',
    taskName: 't',
  } as const;
  const options = { earlier: new Map(), owed: [], first: { runJson: '{}\n' } };
  return lines([raw('rtp_prepare; rtp_seq=00001'), journalScript('00001', [entry], options)]);
}

/** For `planUndo`: a rollback that nothing is forced in, of a run that ended by itself. */
export const noMarks = {
  store: new MemoryContentStore(),
  unfinished: new Set<string>(),
  remaining: new Set<string>(),
  force: false,
};
