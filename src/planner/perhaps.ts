/** What a task may change that cannot be planned yet: of what it looks at, not the folders that are only the way there. */
import type { FileState } from '../resources/file/state.js';
import { keyOf, type ReadRequest, type ResourceId } from '../resources/resource.js';
import type { PlanView } from './view.js';

/**
 * `asked`: what the task asks for; `named`: what its arguments say that it changes. `unread` is to be read first: a folder that is
 * there stays as it is, and one that is not may be made.
 */
export function perhapsChanged(
  asked: readonly ResourceId[],
  named: readonly ResourceId[],
  view: PlanView,
): { readonly ids: readonly ResourceId[]; readonly unread: readonly ReadRequest[] } {
  // A module may ask for one in several ways: as it is, with its bytes, with what is in it.
  const all = [...new Map(asked.map(({ kind, name }) => [`${kind}:${name}`, { kind, name }])).values()];
  const meant = new Set(named.map(keyOf));
  const isWay = (id: ResourceId): boolean =>
    id.kind === 'file' &&
    !meant.has(keyOf(id)) &&
    all.some(
      ({ kind, name }) =>
        kind === 'file' && name.startsWith(`${id.name.replace(/\/$/, '')}/`) && name !== id.name,
    );
  const ways = all.filter(isWay);
  const isThere = (id: ResourceId): boolean =>
    (view.peek(id) as Partial<FileState> | undefined)?.type === 'directory';
  return { ids: all.filter((id) => !ways.includes(id) || !isThere(id)), unread: view.missing(ways) };
}
