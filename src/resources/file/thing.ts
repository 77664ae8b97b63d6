/** What is at a path, in words. */
import type { FileState } from './state.js';

/** As `stat -c %F` says it, and as people do. */
const special: Readonly<Record<string, string>> = {
  'character special file': 'a character device',
  'block special file': 'a block device',
  fifo: 'a fifo',
  socket: 'a socket',
};

/** `a file`, `a directory`, `a link`, `a socket`, `a character device`; `not there`. */
export function thingOf(state: FileState): string {
  if (state.type === 'absent') return 'not there';
  return state.type === 'other' ? (special[state.what] ?? 'a special file') : `a ${state.type}`;
}
