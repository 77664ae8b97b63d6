/** Sizes for tests of packing, and the slow way to pack them. */
import fc from 'fast-check';
import type { Size } from '../../../../../src/rt/partition/guests/packing/sizes.js';
import { patiently } from '../../../../support/patience.js';

export const limits = { interruptAfterTimeLimit: patiently(100_000), markInterruptAsFailure: true };

/** Every bin for every item. */
export function fits(items: readonly Size[], bins: readonly Size[]): boolean {
  const [item, ...rest] = items;
  if (item === undefined) return true;
  return bins.some(({ cores, memoryBytes }, index) => {
    if (cores < item.cores || memoryBytes < item.memoryBytes) return false;
    const left = { cores: cores - item.cores, memoryBytes: memoryBytes - item.memoryBytes };
    return fits(rest, bins.with(index, left));
  });
}

export const sizes = (most: number, memory: number): fc.Arbitrary<Size> =>
  fc.record({ cores: fc.integer({ min: 1, max: most }), memoryBytes: fc.integer({ min: 0, max: memory }) });

export const plain = (cores: number): Size => ({ cores, memoryBytes: 0 });
