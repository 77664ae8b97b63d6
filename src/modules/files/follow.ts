/** Follows links by states, in the steps that `needs` allows. */
import type { FileState } from '../../resources/file/state.js';
import { fileRequest, type Depth } from '../../resources/file/request.js';
import type { ReadRequest } from '../../resources/resource.js';
import type { NeedsContext } from '../core/module.js';
import { linkDestination } from './target-path.js';

export { fileRequest };

/** The kernel gives up after 40 links (path_resolution(7)). */
const MAX_LINKS = 40;

type Looker = Pick<NeedsContext, 'has' | 'state'>;

export interface Followed {
  /** Where the chain of links ends, as far as it is known yet. */
  readonly path: string;
  /** A path that must be read before the chain can be followed on. */
  readonly missing?: string;
  readonly loop?: true;
  /** Every path of the chain, from the start on. */
  readonly chain: readonly string[];
}

export function followLinks(start: string, context: Looker): Followed {
  let path = start;
  const chain = [start];
  for (let count = 0; count < MAX_LINKS; count += 1) {
    if (!context.has({ kind: 'file', name: path })) return { path, missing: path, chain };
    const state = context.state('file', path);
    if (state.type !== 'link') return { path, chain };
    path = linkDestination(path, state.target);
    chain.push(path);
  }
  return { path, loop: true, chain };
}

/** The reads that following `path` takes; the end of the chain is read at `depth`. */
export function followRequests(path: string, context: Looker, depth: Depth = 'meta'): ReadRequest<'file'>[] {
  const { path: end, missing } = followLinks(path, context);
  if (missing !== undefined) return [fileRequest(path, depth), fileRequest(missing, depth)];
  return [fileRequest(path, depth), fileRequest(end, depth)];
}

/** The state at the end of the chain of links. A loop counts as absent. */
export function followedState(
  path: string,
  context: Looker,
): { readonly path: string; readonly state: FileState } {
  const { path: end, loop } = followLinks(path, context);
  return { path: end, state: loop === true ? { type: 'absent' } : context.state('file', end) };
}
