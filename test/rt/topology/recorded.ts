/** The recorded machines of test/topologies (hwloc's, BSD-3-Clause: COPYING beside them), as the product reads them. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTopologyTexts } from '../../../src/cli/topology/tree.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';

const root = join(import.meta.dirname, '..', '..', '..');

export const recordedFolder = join(root, 'test', 'topologies');

/** Unpacking takes seconds, so what was read of an archive is kept under the sum of its bytes and of what reads it. */
const cache = join(root, 'node_modules', '.cache', 'rtprov-topologies');

const readers = ['src/cli/topology/archive.ts', 'src/cli/topology/tree.ts', 'src/rt/topology/paths.ts'];

/** Names of all recorded trees, such as `8em64t-2s2ca2c`. */
export const recordedTrees: readonly string[] = readdirSync(recordedFolder)
  .filter((name) => name.endsWith('.tar.bz2'))
  .map((name) => name.slice(0, -'.tar.bz2'.length))
  .sort();

/** The texts of a recorded tree by their paths. */
export async function recordedTexts(name: string): Promise<ReadonlyMap<string, string>> {
  const archive = join(recordedFolder, `${name}.tar.bz2`);
  const sum = createHash('sha256');
  for (const file of [archive, ...readers.map((reader) => join(root, reader))])
    sum.update(readFileSync(file));
  const kept = join(cache, `${sum.digest('hex')}.json`);
  try {
    return new Map(JSON.parse(readFileSync(kept, 'utf8')) as [string, string][]);
  } catch {
    const texts = await readTopologyTexts(archive);
    mkdirSync(cache, { recursive: true });
    // Other test files may be at the same archive.
    const own = `${kept}.${process.pid}`;
    writeFileSync(own, JSON.stringify([...texts]));
    renameSync(own, kept);
    return texts;
  }
}

export async function recordedTopology(name: string): Promise<Topology> {
  return parseTopology(await recordedTexts(name));
}
