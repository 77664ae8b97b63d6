/** Random machines, written as trees and read back. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCpuList, subtractCpus } from '../../../src/rt/cpus/cpu-list.js';
import { parseTopology } from '../../../src/rt/topology/parse.js';
import { coresOf, nodeFolder, takeOffline, tree, type Shape } from './tree.js';
import { patiently } from '../../support/patience.js';

const shapes: fc.Arbitrary<Shape> = fc.record({
  packages: fc.integer({ min: 1, max: 4 }),
  cores: fc.integer({ min: 1, max: 9 }),
  threads: fc.constantFrom(1, 2, 4),
  siblings: fc.constantFrom('near' as const, 'far' as const),
});

const limits = { interruptAfterTimeLimit: patiently(100_000), markInterruptAsFailure: true };

const cpusOf = (shape: Shape): readonly number[] =>
  [...coresOf(shape).flat(2)].sort((one, other) => one - other);

describe('topology: random machines', function () {
  this.timeout(120_000);

  it('are read as they were written, whatever CPUs are offline', () => {
    const runs = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.subarray([...cpusOf(shape)], { maxLength: Math.min(5, cpusOf(shape).length) }),
      ),
    );
    fc.assert(
      fc.property(runs, ([shape, chosen]) => {
        const all = cpusOf(shape);
        // One of them runs.
        const offline = chosen.length < all.length ? chosen : chosen.slice(1);
        const online = subtractCpus(all, offline);
        const files = tree(shape);
        for (const cpu of offline) takeOffline(files, cpu, formatCpuList(online));
        const read = parseTopology(files);
        const running = (cpus: readonly number[]): readonly number[] => subtractCpus(cpus, offline);
        const cores = coresOf(shape).flatMap((pack, index) =>
          pack
            .map(running)
            .filter((cpus) => cpus.length > 0)
            .map((cpus) => ({ cpus, package: index, node: index })),
        );
        assert.deepEqual([read.online, read.offline, read.bootCpu], [online, offline, online[0]]);
        assert.equal(read.cpuIds, all.length);
        assert.deepEqual(
          read.cores,
          cores.sort((one, other) => (one.cpus[0] ?? 0) - (other.cpus[0] ?? 0)),
        );
        const nodes = coresOf(shape).map((pack, id) => ({
          id,
          cpus: running(pack.flat().sort((one, other) => one - other)),
        }));
        assert.deepEqual(
          read.nodes.map(({ id, cpus }) => ({ id, cpus })),
          nodes,
        );
        const l3 = nodes.map(({ cpus }) => cpus).filter((cpus) => cpus.length > 0);
        assert.deepEqual(
          read.caches
            .filter(({ level }) => level === 3)
            .map(({ cpus }) => formatCpuList(cpus))
            .sort(),
          l3.map(formatCpuList).sort(),
        );
        assert.deepEqual(read.notes, []);
      }),
      { ...limits, numRuns: 200 },
    );
  });

  it('of which files hold anything or are missing have each online CPU in exactly one core', () => {
    const texts = fc.oneof(
      fc.constantFrom('', '\0', '(null)', '0-3\n', '5', '-1', '0-99999', 'ffffffff,0000000f', '1,1,0'),
      fc.string({ maxLength: 12 }),
    );
    const edits = fc.array(fc.tuple(fc.nat(), fc.option(texts)), { maxLength: 12 });
    fc.assert(
      fc.property(shapes, edits, (shape, changes) => {
        const files = tree(shape);
        const paths = [...files.keys()];
        for (const [at, text] of changes) {
          const path = paths[at % paths.length] ?? `${nodeFolder}/online`;
          if (text === null) files.delete(path);
          else files.set(path, text);
        }
        const read = parseTopology(files);
        const inCores = read.cores.flatMap(({ cpus }) => cpus).sort((one, other) => one - other);
        assert.deepEqual(inCores, read.online);
        const inNodes = read.nodes.flatMap(({ cpus }) => cpus);
        assert.equal(new Set(inNodes).size, inNodes.length);
        assert.deepEqual(subtractCpus(inNodes, read.online), []);
        assert.ok(read.online.includes(read.bootCpu));
        assert.ok(read.cpuIds > (read.present.at(-1) ?? 0));
      }),
      { ...limits, numRuns: 300 },
    );
  });
});
