/** Whether two states of a path count as equal for a module. The resource's `canon` has the last word. */
import type { FileState } from '../../resources/file/state.js';

function comparable(state: FileState): unknown {
  switch (state.type) {
    case 'absent':
      return ['absent'];
    case 'link':
      return ['link', state.target, state.owner, state.group];
    case 'file':
      return ['file', state.sha256, state.mode, state.owner, state.group];
    case 'directory':
      return ['directory', state.mode, state.owner, state.group];
    case 'other':
      return ['other', state.what, state.mode, state.owner, state.group];
  }
}

export function sameFile(a: FileState, b: FileState): boolean {
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}
