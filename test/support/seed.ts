/**
 * Random numbers that can be had again: RTPROV_SEED=N gives the seed of all tests that draw some, those of fast-check too (which print it
 * when they fail). Loaded before all tests (mocharc).
 */
import fc from 'fast-check';

const given = /^\d+$/.test(process.env['RTPROV_SEED'] ?? '') ? Number(process.env['RTPROV_SEED']) : undefined;

if (given !== undefined) fc.configureGlobal({ seed: given });

/** Numbers from 0 to below 1 that a seed decides (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed that was asked for, else another one each time. */
export function anySeed(): number {
  return given ?? Date.now() % 1_000_000;
}

/** Prints the seed, and gives numbers that it decides. */
export function randomNumbers(): () => number {
  const seed = anySeed();
  process.stdout.write(`      RTPROV_SEED=${seed}\n`);
  return numbersFrom(seed);
}
