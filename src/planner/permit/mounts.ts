/** What is mounted stays mounted: no task puts another thing in its place, or removes it. */
import type { FileState } from '../../resources/file/state.js';
import { isInPlace } from '../../resources/file/in-place.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { PlanView } from '../view.js';

/** Why the path cannot become what is wanted; undefined when it can. The kernel would refuse it in the middle of the run (rename(2): EBUSY). */
export function mountPoint(path: string, from: FileState, to: FileState): string | undefined {
  if (!('mount' in from) || isInPlace(from, to)) return undefined;
  return from.mount === 'here'
    ? `${path} is a mount point: it stays as it is`
    : `something is mounted below ${path}: it stays as it is`;
}

/** Why a task cannot go through a folder with all below it: of what is mounted there the undo could keep nothing. */
export function mountedBelow(needed: readonly ReadRequest[], view: PlanView): string | undefined {
  for (const { kind, name, ...request } of needed) {
    if (kind !== 'file' || !('depth' in request) || request.depth !== 'tree') continue;
    const state = view.state('file', name);
    if (state.type === 'directory' && state.mount !== undefined && state.listing === undefined)
      return `something is mounted below ${name}, so no task works on all of it`;
  }
  return undefined;
}

/** The wanted state as it will be read back: what is changed in place stays mounted, and a copy of it is not. */
export function withMount(from: FileState, to: FileState): FileState {
  if (to.type === 'absent' || to.type === 'link') return to;
  const { mount: _copied, ...state } = to;
  const mount = 'mount' in from && isInPlace(from, to) ? from.mount : undefined;
  return mount === undefined ? state : { ...state, mount };
}
