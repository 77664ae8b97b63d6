/** Unit files that earlier tasks write: what systemd will say of them once they are there. */
import { predictUnit } from '../../resources/unit/predict.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { UnitState } from '../../resources/unit/state.js';
import { followedState, followRequests } from '../files/follow.js';
import type { NeedsContext } from '../core/module.js';

/** systemd.unit(5): the types of units. */
const TYPES = /\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;

/** Folders of unit files; the first that has one wins (systemd.unit(5), "unit file load path"). */
const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The full name: `ssh` is `ssh.service`. */
export function unitName(name: string): string {
  return TYPES.test(name) ? name : `${name}.service`;
}

/** An instance `a@b.service` has its file under its own name or as `a@.service`. */
function fileNames(unit: string): readonly string[] {
  const template = unit.replace(/@[^@]+(\.[a-z]+)$/, '@$1');
  return template === unit ? [unit] : [unit, template];
}

function paths(unit: string): readonly string[] {
  return fileNames(unit).flatMap((file) => FOLDERS.map((folder) => `${folder}/${file}`));
}

/** Reads of every place where the unit's file may be. */
export function unitFileRequests(unit: string, context: NeedsContext): readonly ReadRequest[] {
  return paths(unit).flatMap((path) => followRequests(path, context, 'content'));
}

/**
 * What the unit's file, present or planned, makes of the unit; `exists` is false when there is none. A file
 * that is empty is a mask and is skipped when `underMask` is set.
 */
export function unitFromFiles(
  unit: string,
  context: Pick<NeedsContext, 'state' | 'has' | 'content'>,
  options: { readonly underMask?: boolean } = {},
): UnitState {
  for (const path of paths(unit)) {
    const { state } = followedState(path, context);
    if (state.type !== 'file' || (options.underMask === true && state.size === 0)) continue;
    return predictUnit(context.content(state.sha256).toString('utf8'));
  }
  return predictUnit(undefined);
}
