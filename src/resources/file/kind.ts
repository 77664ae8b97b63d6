/** The `file` resource kind: regular files, directories, links and their absence. See docs/resources/file.md. */
import { sh, type Shell } from '../../shell/shell.js';
import type { FileState } from './state.js';
import type { Change, ResourceKind } from '../resource.js';
import { canon, exact, showOptions, wholeCanon } from './canon.js';
import { diff, mostTextBytes } from './diff.js';
import { consequences, disturbedBy, disturbs } from './effects.js';
import { isInPlace } from './in-place.js';
import { library } from './library/library.js';
import { shellPath, tagOf } from './names.js';
import { parse } from './parse.js';
import { read } from './read.js';
import { room } from './room.js';
import { save } from './save.js';
import { thingOf } from './thing.js';
import { write } from './write.js';

export interface FileKind extends ResourceKind<'file'> {
  /** The canonical line and all else that the state names: tree, extended attributes, SELinux label. */
  exact(name: string, state: FileState): string;
  /** Prints what `exact` gives for the present state, as far as `like` names such things. */
  showExact(name: string, like: FileState): Shell;
  /** Names of the folders in `$rtp_state/trees` that `write` needs to reach this state. */
  trees(state: FileState): readonly string[];
}

function notUndoable({ from, to }: Change<'file'>): string | undefined {
  if (from.type === 'other' && from.what !== 'fifo' && !isInPlace(from, to)) {
    return `${thingOf(from)} cannot be created again`;
  }
  return undefined;
}

export const fileKind: FileKind = {
  kind: 'file',
  library,
  read,
  parse,
  canon: (_name, state) => canon(state),
  show: (name) => sh`rtp_file_show - ${shellPath(name)} ${tagOf(name)}`,
  whole: {
    applies: ({ from, to }) =>
      [from, to].some((state) => state.type === 'directory' && state.tree !== undefined),
    canon: (_name, state) => wholeCanon(state),
    show: (name) => sh`rtp_file_show -t ${shellPath(name)} ${tagOf(name)}`,
  },
  exact: (_name, state) => exact(state),
  showExact: (name, like) => sh`rtp_file_show ${showOptions(like)} ${shellPath(name)} ${tagOf(name)}`,
  save,
  tidy: (name) => sh`rtp_file_tidy ${shellPath(name)} ${tagOf(name)}`,
  write,
  guardsItself: true,
  diff,
  blobs: (state) => (state.type === 'file' ? [state.sha256] : []),
  trees: (state) => (state.type === 'directory' && state.tree !== undefined ? [state.tree] : []),
  notUndoable,
  disturbs,
  disturbedBy,
  consequences,
  savesEach: true,
  driftName: (name) => shellPath(name).replaceAll('\\', '\\\\').replaceAll('\n', '\\n'),
  textOf: (state) => (state.type === 'file' && state.size <= mostTextBytes ? state.sha256 : undefined),
  room,
  clears: ({ id, from, to }) =>
    from.type === 'directory' && to.type === 'absent' ? { folder: id.name } : undefined,
  isAway: (state) => state.type === 'absent',
};
