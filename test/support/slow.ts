/**
 * On a machine whose processes start slowly (scripts/process-cost.ts), tests try fewer cases where they try one thing in many ways: kill
 * points, draws, shells. RTPROV_TEST_SLOW=1 asks for that, 0 for all cases; the rings' runner measures where it is not set.
 */
import { numbersFrom } from './seed.js';

export const slowMachine = process.env['RTPROV_TEST_SLOW'] === '1';

const seed = Number(process.env['RTPROV_SEED']) || Date.now();

/** All of a list; on a slow machine what is needed and about a third of the rest, others each time. */
export function someOf<T>(all: readonly T[], isNeeded: (one: T) => boolean): readonly T[] {
  const random = numbersFrom(seed);
  return slowMachine ? all.filter((one) => isNeeded(one) || random() < 1 / 3) : all;
}

/** All of a list; on a slow machine one of them, another one each time. */
export function oneOf<T>(all: readonly T[]): readonly T[] {
  const chosen = Math.floor(numbersFrom(seed)() * all.length);
  return slowMachine ? all.filter((_, index) => index === chosen) : all;
}

/** All of a list; on a slow machine the first and one other, another one each time. The names of tests show which. */
export function fewer<T>(all: readonly T[]): readonly T[] {
  if (!slowMachine || all.length < 3) return all;
  const other = 1 + Math.floor(numbersFrom(seed)() * (all.length - 1));
  return all.filter((_, index) => index === 0 || index === other);
}
