/** What may be at a path right before it is changed: a write looks at it once more, for it may be long since it was read. */
import { sh, type Shell } from '../../shell/shell.js';
import type { FileState } from './state.js';
import type { Item, Making } from './batches.js';
import { canon, exact, showOptions } from './canon.js';
import { between } from './half.js';

/** A change in place leaves alone the bytes, and what is below a folder; so they are not read again for it. */
function withoutContent(state: FileState): FileState {
  if (state.type === 'file') return { ...state, sha256: '-' };
  if (state.type !== 'directory' || state.tree === undefined) return state;
  const { tree: _tree, listing: _listing, ...rest } = state;
  return rest;
}

/** `rtp_file_expect`: the state that was read, or one that a first try of this very change has left. */
export function expectation(item: Item & Partial<Pick<Making, 'to' | 'inPlace'>>): Shell {
  const { index, from } = item;
  const to: FileState = item.to ?? { type: 'absent' };
  const seen = (state: FileState): FileState => (item.inPlace === true ? withoutContent(state) : state);
  const others = [to, ...between(from, to)].map((state) => canon(seen(state)));
  const options = `${showOptions(seen(from))}${item.inPlace === true ? 'm' : ''}`;
  return sh`rtp_file_expect ${index} ${options} ${exact(seen(from))} ${[...new Set(others)].join('\n')}`;
}
