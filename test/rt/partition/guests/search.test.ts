import assert from 'node:assert/strict';
import { patiently } from '../../../support/patience.js';
import fc from 'fast-check';
import { choicesFor } from '../../../../src/rt/partition/guests/choices.js';
import type { Claim } from '../../../../src/rt/partition/guests/claim.js';
import {
  searchContext,
  type Choice,
  type SearchContext,
} from '../../../../src/rt/partition/guests/context.js';
import { roomOf, type Room } from '../../../../src/rt/partition/guests/room.js';
import { placeClaims } from '../../../../src/rt/partition/guests/search.js';
import { machineOf } from '../../../../src/rt/partition/machine.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { GiB, guest, machine, request } from '../../../support/machine.js';
import { numbersFrom } from '../../../support/seed.js';

/** All choices in lexicographic order, nothing left out. */
function slowly(context: SearchContext, claims: readonly Claim[], room: Room): readonly Choice[] | undefined {
  const [claim, ...rest] = claims;
  if (claim === undefined) return [];
  for (const choice of choicesFor(context, claim, room)) {
    const more = slowly(context, rest, choice.room);
    if (more) return [choice, ...more];
  }
  return undefined;
}

/** Each claim that fits beside those before it. */
function placedSlowly(context: SearchContext, claims: readonly Claim[], room: Room): readonly string[] {
  let accepted: readonly Claim[] = [];
  let choices: readonly Choice[] = [];
  for (const claim of claims) {
    const found = slowly(context, [...accepted, claim], room);
    if (found) [accepted, choices] = [[...accepted, claim], found];
  }
  return accepted.map(({ name }, index) => {
    const names = (choices[index]?.cores ?? []).map((core) => core.name).sort((a, b) => a - b);
    return `${name}: ${names.join()} on ${choices[index]?.nodes.join() ?? ''}`;
  });
}

const limits = { interruptAfterTimeLimit: patiently(100_000), markInterruptAsFailure: true };

describe('search', function () {
  this.timeout(120_000);

  it('finds the first of all solutions, as trying all choices in their order does', () =>
    fc.assert(
      fc.property(
        fc.record({ packages: fc.constantFrom(1, 2, 3), cores: fc.integer({ min: 2, max: 7 }) }),
        fc.constantFrom(1, 2),
        fc.constantFrom(9, 11, 64),
        fc.array(
          fc.record({
            cores: fc.integer({ min: 0, max: 4 }),
            memory: fc.integer({ min: 0, max: 3 }),
            threads: fc.constantFrom(1 as const, 2 as const),
            node: fc.option(fc.constantFrom(0, 1), { freq: 3 }),
          }),
          { maxLength: 6 },
        ),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 }),
        (shape, nodes, memory, list, offline) => {
          // Cores whose second thread is offline have one.
          const whole = machine({ ...shape, threads: 2, nodes });
          const second = whole.cores.flatMap(({ cpus }) => cpus.slice(1));
          const off = [...new Set(offline.flatMap((at) => second[at] ?? []))];
          const topology = machine({ ...shape, threads: 2, nodes, memoryBytes: memory * GiB, offline: off });
          const claims = list.map(({ cores, memory: pages, threads, node }, index): Claim => ({
            name: `g${index}`,
            cores,
            threads,
            rule: node === null ? { kind: 'any' } : { kind: 'one', nodes: [node] },
            memoryBytes: pages * GiB,
            avoidsHousekeeping: true,
            old: [],
            oldNodes: [],
          }));
          const built = machineOf(topology, 'whole_core');
          const context = searchContext(built, [0], claims);
          const room = roomOf(built, built.cores.slice(1), 6 * GiB);
          const { placements, refused } = placeClaims(context, claims, room);
          assert.deepEqual(
            placements.map(
              ({ claim, cores, nodes: on }) =>
                `${claim.name}: ${cores.map(({ name }) => name).join()} on ${on.join()}`,
            ),
            placedSlowly(context, claims, room),
          );
          assert.ok(refused.every(({ proven }) => proven));
        },
      ),
      { numRuns: 600, ...limits },
    ));

  it('proves each refusal of 64 drawn guests for 1,024 CPUs', () => {
    const topology = machine({ packages: 4, cores: 128, threads: 2, nodes: 4, coresPerL3: 8 });
    const random = numbersFrom(10);
    let refused = 0;
    for (let draw = 0; draw < 4; draw += 1) {
      const least = 3 + draw;
      const list = Array.from({ length: 64 }, (_, index) =>
        guest(`g${index}`, least + Math.floor(random() * 11)),
      );
      const { diagnostics } = planPartition(topology, request(list));
      const refusals = diagnostics.filter(({ code }) => code === 'PLAN_NO_ROOM');
      refused += refusals.length;
      assert.deepEqual(
        refusals.filter(({ message }) => message.includes('the search was stopped')),
        [],
      );
    }
    assert.ok(refused > 20, `${refused} were refused`);
  });
});
