/** The canonical one-line text of a state, the same as the shell's `rtp_file_show` prints (library-show.ts). */
import type { FileState } from './state.js';
import { dumpLines } from './xattrs.js';

/** The first part of `tree` is the digest of the manifest; what follows names the kept copy only. */
export function treeDigest(tree: string): string {
  return tree.slice(0, 64);
}

/**
 * `absent`, `file:MODE:OWNER:GROUP:SHA256`, `directory:MODE:OWNER:GROUP`, `link:OWNER:GROUP:TARGET` or
 * `other:MODE:OWNER:GROUP:WHAT`. Times are not compared; nor are label, extended attributes and what is
 * below a directory: a wanted state need not name them (see `exact`).
 */
export function canon(state: FileState): string {
  switch (state.type) {
    case 'absent':
      return 'absent';
    case 'link': {
      const target = state.target.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
      return `link:${state.owner}:${state.group}:${target}`;
    }
    case 'file':
      return `file:${state.mode}:${state.owner}:${state.group}:${state.sha256}`;
    case 'directory':
      return `directory:${state.mode}:${state.owner}:${state.group}`;
    case 'other':
      return `other:${state.mode}:${state.owner}:${state.group}:${state.what}`;
  }
}

/**
 * The canonical line and all else that the state names: ` tree=DIGEST`, ` xattrs=NAME=0sBASE64,...` and
 * ` selinux=LABEL`. Comparable with what `show` prints for the same `showOptions`.
 */
export function exact(state: FileState): string {
  if (state.type === 'absent' || state.type === 'link') return canon(state);
  const tree =
    state.type === 'directory' && state.tree !== undefined ? ` tree=${treeDigest(state.tree)}` : '';
  const lines = dumpLines(state.xattrs ?? {}, state.mode);
  const xattrs = lines.length === 0 ? '' : ` xattrs=${lines.join(',')}`;
  const label = state.selinux === undefined ? '' : ` selinux=${state.selinux}`;
  return `${canon(state)}${tree}${xattrs}${label}`;
}

/** The canonical line, and for a folder whose tree is known ` tree=DIGEST`: what undo compares (resource.ts, `whole`). */
export function wholeCanon(state: FileState): string {
  return state.type === 'directory' && state.tree !== undefined
    ? `${canon(state)} tree=${treeDigest(state.tree)}`
    : canon(state);
}

/** The letters that make the shell show just what the state names: `t` tree, `x` extended attributes, `s` SELinux label. */
export function showOptions(like: FileState): string {
  if (like.type === 'absent' || like.type === 'link') return '-';
  const tree = like.type === 'directory' && like.tree !== undefined ? 't' : '';
  const xattrs = like.xattrs === undefined ? '' : 'x';
  return `-${tree}${xattrs}${like.selinux === undefined ? '' : 's'}`;
}
