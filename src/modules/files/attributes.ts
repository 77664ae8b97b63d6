/** Mode, owner and group: those that a task wants over those that are there, or over a new file's. */
import type { FileAttributes, FileState } from '../../resources/file/state.js';
import { octal } from '../args/mode.js';
import type { TargetFacts } from '../../resources/facts/target.js';
import { applySymbolicMode } from './symbolic-mode.js';

export interface WantedAttributes {
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

/** The mode that a task's text makes of the present one. */
export function resolveMode(
  wanted: string | undefined,
  present: number,
  isDirectory: boolean,
  umask: number,
): string {
  if (wanted === undefined) return octal(present);
  return /^[0-7]{4}$/.test(wanted) ? wanted : octal(applySymbolicMode(present, wanted, isDirectory, umask));
}

/** A user or group written as an id or a name. Root's id is its name: states hold names. */
export function ownerName(given: string): string {
  return given === '0' ? 'root' : given;
}

function hasAttributes(state: FileState): state is Extract<FileState, FileAttributes> {
  return state.type === 'file' || state.type === 'directory' || state.type === 'other';
}

/**
 * The attributes that a file or directory is to have: those of the present one where the task names none, and
 * 0666 or 0777 without the umask for a new one.
 */
export function attributesFor(
  type: 'file' | 'directory',
  present: FileState,
  wanted: WantedAttributes,
  facts: TargetFacts,
): FileAttributes {
  const isDirectory = type === 'directory';
  const kept = hasAttributes(present) && present.type === type ? present : undefined;
  const fresh = (isDirectory ? 0o777 : 0o666) & ~facts.umask;
  const presentMode = kept === undefined ? fresh : Number.parseInt(kept.mode, 8);
  return {
    mode: resolveMode(wanted.mode, presentMode, isDirectory, facts.umask),
    owner: wanted.owner === undefined ? (kept?.owner ?? facts.user) : ownerName(wanted.owner),
    group: wanted.group === undefined ? (kept?.group ?? facts.group) : ownerName(wanted.group),
    ...(kept?.xattrs === undefined ? {} : { xattrs: kept.xattrs }),
    ...(kept?.selinux === undefined ? {} : { selinux: kept.selinux }),
  };
}

/** The present thing with the wanted attributes over its own; its kind and bytes stay. */
export function withAttributes(present: FileState, wanted: WantedAttributes, facts: TargetFacts): FileState {
  if (present.type === 'absent') return present;
  const owner = wanted.owner === undefined ? present.owner : ownerName(wanted.owner);
  const group = wanted.group === undefined ? present.group : ownerName(wanted.group);
  if (present.type === 'link') return { ...present, owner, group };
  const mode = resolveMode(
    wanted.mode,
    Number.parseInt(present.mode, 8),
    present.type === 'directory',
    facts.umask,
  );
  return { ...present, owner, group, mode };
}
