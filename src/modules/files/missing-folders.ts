/** Folders that must be made before a path can be written. */
import type { FileState } from '../../resources/file/state.js';
import type { NeedsContext, PlanContext, Step } from '../core/module.js';
import { attributesFor, type WantedAttributes } from './attributes.js';
import { fileRequest } from './follow.js';
import { ancestorsAndSelf } from './target-path.js';

/** The reads that `folderSteps` needs: the folder and all above it. */
export function folderRequests(folder: string) {
  return ancestorsAndSelf(folder).map((path) => fileRequest(path));
}

export type FolderSteps =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly blocker: string; readonly state: FileState };

/**
 * Steps that make `folder` and the folders above it that are missing, from the top. A link on the way is
 * taken to lead to a folder: the kernel resolves it. Only paths that are `inQuestion` are looked at; the others are
 * known to be folders.
 */
export function folderSteps(
  folder: string,
  wanted: WantedAttributes,
  context: Pick<PlanContext, 'state' | 'facts'>,
  inQuestion: (path: string) => boolean = () => true,
): FolderSteps {
  const steps: Step[] = [];
  for (const path of ancestorsAndSelf(folder).filter(inQuestion)) {
    const state = context.state('file', path);
    if (state.type === 'absent') {
      const attributes = attributesFor('directory', state, wanted, context.facts);
      steps.push({
        type: 'change',
        id: { kind: 'file', name: path },
        to: { type: 'directory', ...attributes },
      });
    } else if (state.type === 'file' || state.type === 'other') {
      return { ok: false, blocker: path, state };
    }
  }
  return { ok: true, steps };
}

/** Whether a path is a folder, or a link that may lead to one. */
export function isFolder(path: string, context: Pick<NeedsContext, 'state'>): boolean {
  if (path === '/') return true;
  const { type } = context.state('file', path);
  return type === 'directory' || type === 'link';
}
