/** The digest and the listing of everything below a directory, from the manifest of library-tree.ts. */
import { sha256Of } from '../lib/content-store.js';
import { readFailed, readRaced } from './cursor.js';
import { typeOf, type RawType } from './stat-record.js';

export interface Tree {
  /** `DIGEST-TIMES`: sha256 of the manifest, and 16 digits that distinguish copies with other times. */
  readonly tree: string;
  readonly listing: readonly { readonly path: string; readonly type: RawType }[];
}

function sections(manifest: Buffer, path: string): { names: Buffer[]; rest: string[] } {
  const names: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = manifest.indexOf(0, at);
    if (end < 0) throw readRaced(path);
    if (end === at) break;
    names.push(manifest.subarray(at, end));
    at = end + 1;
  }
  return { names, rest: manifest.toString('latin1', at + 1).split('\n') };
}

/**
 * Reads manifest and times of the directory `path`; READ_FAILED when something below cannot be read. Undefined when there is another
 * file system below (a subvolume, say): it could be neither kept nor removed as one thing.
 */
export function parseTree(path: string, manifest: Buffer, times: Buffer): Tree | undefined {
  const { names, rest } = sections(manifest, path);
  const unreadable = names.find((name) => name.toString('utf8') === '/rtp-unreadable');
  if (unreadable !== undefined) throw readFailed(`Something below ${path} cannot be read.`);
  const stats = rest.slice(0, names.length);
  const listing = names.map((name, index) => {
    const raw = /^([0-9a-f]+):/.exec(stats[index] ?? '')?.[1];
    if (raw === undefined) throw readRaced(path);
    return { path: name.toString('utf8').replace(/^\.\//, ''), type: typeOf(Number.parseInt(raw, 16))[0] };
  });
  const files = listing.filter((item) => item.type === 'file').length;
  const sums = rest.slice(names.length + 1).filter((line) => /^\\?[0-9a-f]{64} {2}/.test(line)).length;
  if (sums < files) throw readFailed(`A file below ${path} cannot be read.`);
  const devices = new Set(
    times
      .toString('latin1')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(':')[0]),
  );
  if (devices.size > 1) return undefined;
  return { tree: `${sha256Of(manifest)}-${sha256Of(times).slice(0, 16)}`, listing };
}
