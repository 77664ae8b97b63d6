/** Drawings of random machines: they fit a terminal, show each CPU once, and are well-formed SVG whatever names hold. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { explainPlan } from '../../../../src/rt/partition/drawing/explain.js';
import { drawSvg } from '../../../../src/rt/partition/drawing/svg.js';
import { drawTerminal } from '../../../../src/rt/partition/drawing/terminal.js';
import type { PartitionPlan } from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { Topology } from '../../../../src/rt/topology/model.js';
import { GiB, guest, host, machine, request } from '../../../support/machine.js';
import { patiently } from '../../../support/patience.js';

const limits = { interruptAfterTimeLimit: patiently(100_000), markInterruptAsFailure: true };

const plain = { mark: (text: string): string => text, heading: (text: string): string => text };

interface Drawn {
  readonly name: string;
  readonly topology: Topology;
  readonly plan: PartitionPlan;
}

const word = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 120 });

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    packages: fc.integer({ min: 1, max: 8 }),
    cores: fc.integer({ min: 1, max: 48 }),
    threads: fc.integer({ min: 1, max: 4 }),
    siblings: fc.constantFrom('near' as const, 'far' as const),
    coresPerL3: fc.constantFrom(0, 2, 4, 48),
    offline: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
    guests: fc.uniqueArray(fc.record({ name: word, cores: fc.integer({ min: 1, max: 6 }) }), {
      selector: ({ name }) => name,
      maxLength: 8,
    }),
    name: word,
  })
  .map(({ guests, name, offline, ...shape }) => {
    const cpus = shape.packages * shape.cores * shape.threads;
    const topology = machine({
      ...shape,
      offline: offline.filter((cpu) => cpu < cpus).sort((a, b) => a - b),
    });
    const wishes = guests.map((one) => guest(one.name, one.cores, { memoryBytes: GiB }));
    const plan = planPartition(topology, {
      ...request(wishes),
      reservations: [{ name: 'ptp4l.service', cpus: 1, for: 'unit' }],
      found: [{ domain: 'other', running: true, cpus: [1] }],
    });
    return { name, topology, plan };
  });

/** Words of the drawing that are long by themselves are the user's names; they are cut where a line ends. */
function tooLong(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length > 80);
}

describe('drawings', function () {
  this.timeout(240_000);

  it('have no line of more than 80 columns, and no blanks at their ends', () => {
    fc.assert(
      fc.property(drawn, ({ name, topology, plan }) => {
        const text = drawTerminal(name.replaceAll(/\s/g, '_'), topology, plan, plain);
        assert.deepEqual(tooLong(text), []);
        assert.doesNotMatch(text, / $/m);
        const [reasons = ''] = explainPlan(plan).split('Kernel arguments\n');
        assert.deepEqual(tooLong(reasons), []);
      }),
      { ...limits, numRuns: 60 },
    );
  });

  it('are the same with colours, but for them', () => {
    const colours = {
      mark: (text: string, role: string): string => `\x1b[1m${role === '' ? '' : text}\x1b[0m`,
      heading: (text: string): string => `\x1b[4m${text}\x1b[0m`,
    };
    fc.assert(
      fc.property(drawn, ({ topology, plan }) => {
        const painted = drawTerminal('h', topology, plan, colours);
        // eslint-disable-next-line no-control-regex -- what the colours are made of
        assert.equal(painted.replace(/\x1b\[\dm/g, ''), drawTerminal('h', topology, plan, plain));
      }),
      { ...limits, numRuns: 30 },
    );
  });

  it('are SVG that an XML parser takes, with every online CPU once', () => {
    const texts: string[] = [];
    const counts: number[] = [];
    fc.assert(
      fc.property(drawn, ({ name, topology, plan }) => {
        const svg = drawSvg(name, topology, plan);
        assert.ok(!svg.includes('\0'));
        texts.push(svg);
        counts.push(topology.online.length);
      }),
      { ...limits, numRuns: 20 },
    );
    // One start of the parser for all of them: it counts the texts with the number of a CPU.
    const program = [
      'import json, sys, xml.etree.ElementTree as tree',
      "cpus = lambda text: sum(1 for one in tree.fromstring(text).iter('{http://www.w3.org/2000/svg}text') if 'cpu' in one.get('class', '').split())",
      'print(json.dumps([cpus(text) for text in json.load(sys.stdin)]))',
    ].join('\n');
    const found = execFileSync('python3', ['-c', program], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
    });
    assert.deepEqual(JSON.parse(found), counts);
  });

  it('leave out the size of a cache where the kernel gives none', () => {
    const unknown = machine({ cores: 4, cacheBytes: 0 });
    const plan = planPartition(unknown, request([]));
    const text = drawTerminal('kvm1', unknown, plan, plain);
    assert.match(text, /L3 0$/m);
    assert.doesNotMatch(text, /0 bytes/);
  });

  it('show which threads smt: off switches off with the next boot', () => {
    const topology = machine({ cores: 4, threads: 2 });
    const plan = planPartition(topology, request([guest('plc1', 2)], { host: { ...host, smt: 'off' } }));
    const text = drawTerminal('kvm1', topology, plan, plain).split('\n');
    assert.deepEqual(
      text.filter((line) => /^\s+H|\/|^\s+[47] /.test(line)),
      [
        '    H a0 a1  .',
        '    4  5  6  7',
        '    /  /  /  /',
        '  H  housekeeping: CPU 0',
        '  /  off once the machine has booted with nosmt: CPU 4-7',
      ],
    );
    assert.match(drawSvg('kvm1', topology, plan), /class="[^"]*nosmt/);
  });
});
