/**
 * How much all hosts of a run hold in registered variables. One command's output is limited, but a hundred hosts with forty variables
 * each could still fill the memory, which would end the run for all of them. The host whose variable is too much fails instead.
 */
import { getHeapStatistics } from 'node:v8';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { isLongLines } from '../../values/lazy-lines.js';
import { isMapping, Unknown, type Value } from '../../values/value.js';

/** What one value takes besides its texts. */
const each = 16;

/** Bytes, roughly: texts take one byte a character, or two where a character of them needs it. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length + each;
  if (value === null || typeof value !== 'object' || value instanceof Unknown || isLongLines(value))
    return each;
  let size = each;
  for (const item of isMapping(value) ? Object.values(value) : value) size += sizeOf(item);
  return size;
}

export class HeldValues {
  private readonly sizes = new Map<string, number>();
  private total = 0;

  /** `most`: bytes; by default half of what Node may use (--max-old-space-size). */
  constructor(private readonly most = getHeapStatistics().heap_size_limit / 2) {}

  /** A variable of a host gets a value in place of the one before. Throws RtprovError TOO_LARGE, and holds nothing of it then. */
  hold(host: string, name: string, value: Value): void {
    const key = JSON.stringify([host, name]);
    const size = sizeOf(value);
    this.total -= this.sizes.get(key) ?? 0;
    this.sizes.delete(key);
    if (this.total + size > this.most) {
      const mebibytes = (bytes: number): string => `${Math.round(bytes / (1 << 20))} MiB`;
      throw new RtprovError(
        'TOO_LARGE',
        `the variable ${name} of ${mebibytes(size)} cannot be kept: registered variables of all hosts may use ${mebibytes(this.most)} together, and use ${mebibytes(this.total)} already`,
        {
          hint: 'Set rtprov_max_output (bytes) to a smaller value, register less, or give more memory with NODE_OPTIONS=--max-old-space-size=MEBIBYTES.',
        },
      );
    }
    this.sizes.set(key, size);
    this.total += size;
  }
}
