/** What journals hold, as a target gives it. */
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { Change } from '../../src/resources/resource.js';

/** The JSON of a window's only entry. */
export function storedEntry(changes: readonly Change[], seq = '00001'): string {
  const place = { format: 1, seq, index: 0, taskId: 't', taskName: 't' };
  return JSON.stringify({ ...place, type: 'change', kind: changes[0]?.id.kind, changes });
}

/** For `planUndo`: a rollback that nothing is forced in, of a run that ended by itself. */
export const noMarks = {
  store: new MemoryContentStore(),
  unfinished: new Set<string>(),
  remaining: new Set<string>(),
  force: false,
};
