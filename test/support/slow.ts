/**
 * On a machine whose processes start slowly (scripts/process-cost.ts), tests try fewer cases where they try one thing in many ways: kill
 * points, draws, shells. RTPROV_TEST_SLOW=1 asks for that, 0 for all cases; the rings' runner measures where it is not set.
 */
import { anySeed, numbersFrom, randomNumbers } from './seed.js';

const slow = process.env['RTPROV_TEST_SLOW'] === '1';

const seed = anySeed();

/** A number of cases, or a distance between them: on a slow machine the second. */
export function bySpeed(usual: number, onSlow: number): number {
  return slow ? onSlow : usual;
}

/** All of a list; on a slow machine what is needed and about a third of the rest, others each time. It prints the seed. */
export function someOf<T>(all: readonly T[], isNeeded: (one: T) => boolean): readonly T[] {
  if (!slow) return all;
  const random = randomNumbers();
  return all.filter((one) => isNeeded(one) || random() < 1 / 3);
}

/** All of a list; on a slow machine one of them, another one each time. The names of tests show which. */
export function oneOf<T>(all: readonly T[]): readonly T[] {
  const chosen = Math.floor(numbersFrom(seed)() * all.length);
  return slow ? all.filter((_, index) => index === chosen) : all;
}

/** All of a list; on a slow machine the first and one other, another one each time. The names of tests show which. */
export function fewer<T>(all: readonly T[]): readonly T[] {
  const [first, ...others] = all;
  return first === undefined ? all : [first, ...oneOf(others)];
}
