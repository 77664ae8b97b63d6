/** Changes that need no new thing at the path: only mode, owner, attributes or time. */
import type { FileState } from './state.js';
import { treeDigest } from './canon.js';
import { dumpLines } from './xattrs.js';

export type Present = Exclude<FileState, { type: 'absent' }>;

/** Whether `to` is reached from `from` without replacing what is there. */
export function isInPlace(from: FileState, to: FileState): boolean {
  switch (to.type) {
    case 'absent':
      return from.type === 'absent';
    case 'file':
      return from.type === 'file' && from.sha256 === to.sha256;
    case 'link':
      return from.type === 'link' && from.target === to.target;
    case 'other':
      return from.type === 'other' && from.what === to.what;
    case 'directory':
      if (from.type !== 'directory') return false;
      return (
        from.tree === undefined || to.tree === undefined || treeDigest(from.tree) === treeDigest(to.tree)
      );
  }
}

/** What has to be done to the thing in place, in this order. */
export interface InPlaceSteps {
  readonly chown: boolean;
  readonly chmod: boolean;
  readonly xattrs: boolean;
  readonly label: boolean;
  readonly touch: boolean;
}

export function inPlaceSteps(from: FileState, to: FileState): InPlaceSteps {
  const none = { chown: false, chmod: false, xattrs: false, label: false, touch: false };
  if (from.type === 'absent' || to.type === 'absent') return none;
  const chown = from.owner !== to.owner || from.group !== to.group;
  if (from.type === 'link' || to.type === 'link') return { ...none, chown };
  // chown removes setuid and setgid bits and file capabilities (chown(2)): set again what was there.
  const chmod = from.mode !== to.mode || (chown && /^[^01]/.test(to.mode));
  const before = dumpLines(from.xattrs ?? {}, from.mode);
  const after = dumpLines(to.xattrs ?? {}, to.mode);
  const differ = from.xattrs === undefined || before.join('\n') !== after.join('\n');
  return {
    chown,
    chmod,
    xattrs: to.xattrs !== undefined && (differ || ((chown || chmod) && after.length > 0)),
    label: to.selinux !== undefined && to.selinux !== from.selinux,
    touch: to.mtime !== undefined && to.mtime !== from.mtime,
  };
}

/** Nothing at all to do. */
export function isNoChange(from: FileState, to: FileState): boolean {
  return isInPlace(from, to) && !Object.values(inPlaceSteps(from, to)).includes(true);
}
