/** Real paths by what is known: links among the folders above a path are followed (path_resolution(7)). */
import type { FileState } from '../resources/file/state.js';

/** The kernel gives up after 40 links. */
const maxLinks = 40;

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/**
 * The path with links among its folders followed; what is last stays, be it a link. A folder that `lookup` does not know
 * counts as no link and is listed in `missing`.
 */
export function resolvePath(
  path: string,
  lookup: (folder: string) => FileState | { readonly type?: undefined } | undefined,
): { readonly path: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const rest = partsOf(path);
  let real: string[] = [];
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '..') {
      real.pop();
      continue;
    }
    real.push(part);
    if (rest.length === 0) break;
    const folder = `/${real.join('/')}`;
    const state = lookup(folder);
    if (state === undefined) missing.push(folder);
    else if (state.type === 'link' && links < maxLinks) {
      links += 1;
      rest.unshift(...partsOf(state.target));
      if (state.target.startsWith('/')) real = [];
      else real.pop();
    }
  }
  return { path: `/${real.join('/')}`, missing };
}
