/**
 * Times the partition planner on a large machine with many guests, and on one where a guest finds no place after all.
 *
 *     npm run bench:partition               the median of 9 plans of each
 *     npm run bench:partition -- --smoke    one plan of each, to see that the benchmark itself works
 *
 * Exits with 1 when a plan takes a second or more, or places other guests than it has to.
 */
import { performance } from 'node:perf_hooks';
import type { GuestRequest } from '../src/rt/partition/model.js';
import { planPartition } from '../src/rt/partition/plan.js';
import { GiB, guest, machine, request } from '../test/support/machine.js';

const limitMs = 1000;
const runs = process.argv.includes('--smoke') ? 1 : 9;

/** 1,024 CPUs: 4 packages of 128 cores with 2 threads, 4 nodes each, caches of 8 cores. */
const topology = machine({
  packages: 4,
  cores: 128,
  threads: 2,
  nodes: 4,
  coresPerL3: 8,
  memoryBytes: 256 * GiB,
});

/** 64 guests of 2 to 11 cores; together they need 408 of the 496 isolated cores. */
const guests: readonly GuestRequest[] = Array.from({ length: 64 }, (_, index) =>
  guest(`guest${index}`, 2 + ((index * 7) % 10), { memoryBytes: (1 + (index % 8)) * GiB }),
);

interface Case {
  readonly name: string;
  readonly guests: readonly GuestRequest[];
  readonly placed: number;
}

const cases: readonly Case[] = [
  { name: '1,024 CPUs, 64 guests', guests, placed: 64 },
  { name: 'the same, one more that no node can hold', guests: [...guests, guest('large', 33)], placed: 64 },
];

let failed = false;
for (const { name, guests: wanted, placed } of cases) {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const plan = planPartition(topology, request(wanted));
    if (plan.guests.length !== placed) {
      failed = true;
      console.error(`${name}: ${plan.guests.length} guests are placed instead of ${placed}`);
    }
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  failed ||= median >= limitMs;
  console.log(`${name}: ${median.toFixed(0)} ms (${runs} runs, limit ${limitMs} ms)`);
}
process.exitCode = failed ? 1 : 0;
