/** What Debian's hwloc makes of the recorded trees: the same cores, L3 caches and nodes, but for what is named here. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTopologyTree } from '../../../src/cli/topology/tree.js';
import { formatCpuList, type CpuSet } from '../../../src/rt/cpus/cpu-list.js';
import type { Topology } from '../../../src/rt/topology/model.js';
import { parseHwlocXml } from './hwloc-xml.js';
import { recordedFolder, recordedTrees } from './recorded.js';

type Part = 'cores' | 'l3' | 'nodes';

/** Why hwloc sees another machine in a tree, by the tree and the part. */
const differences: Readonly<Record<string, Partial<Record<Part, string>>>> = {
  '64amd64-4s2n4ca2co': {
    cores:
      'hwloc makes two cores of the two halves of an Opteron module; here they are one, as they share its units',
  },
  'fakememinitiators-1np2c+1npp+gi': {
    nodes: 'hwloc gives a node of memory alone the CPUs that are near to it; sysfs lists none for it',
  },
};

const listed = (sets: readonly CpuSet[]): readonly string[] => sets.map(formatCpuList).sort();

function partsOf({ cores, caches, nodes }: Topology): Readonly<Record<Part, readonly string[]>> {
  return {
    cores: listed(cores.map(({ cpus }) => cpus)),
    l3: listed(caches.filter(({ level, type }) => level === 3 && type === 'Unified').map(({ cpus }) => cpus)),
    nodes: nodes.map(({ id, cpus }) => `${id}: ${formatCpuList(cpus)}`).sort(),
  };
}

/**
 * `--disallowed`: a cgroup of the recorded machine does not hide its CPUs. Without the part of hwloc that asks the processor it runs on,
 * which would add this machine's own caches.
 */
function byHwloc(root: string): Topology {
  const env = { PATH: process.env['PATH'] ?? '', HWLOC_FSROOT: root, HWLOC_COMPONENTS: '-x86' };
  const args = ['--disallowed', '--of', 'xml'];
  return parseHwlocXml(
    execFileSync('lstopo-no-graphics', args, { env, encoding: 'utf8', maxBuffer: 2 ** 26 }),
  );
}

describe('hwloc', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rtprov-hwloc-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('differs only in trees that are there', () =>
    assert.deepEqual(
      Object.keys(differences).filter((name) => !recordedTrees.includes(name)),
      [],
    ));

  for (const name of recordedTrees)
    it(`sees ${name} as this program does`, async () => {
      execFileSync('tar', ['-xjf', join(recordedFolder, `${name}.tar.bz2`), '-C', folder]);
      const [own = ''] = readdirSync(folder);
      const root = join(folder, own);
      const ours = partsOf(await readTopologyTree(root));
      const theirs = partsOf(byHwloc(root));
      for (const part of ['cores', 'l3', 'nodes'] as const) {
        if (differences[name]?.[part] === undefined) assert.deepEqual(ours[part], theirs[part], part);
        // An explanation that is not needed any more goes.
        else assert.notDeepEqual(ours[part], theirs[part], part);
      }
    });
});
