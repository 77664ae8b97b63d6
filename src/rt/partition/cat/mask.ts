/** Cache bit masks, as BigInts: bit 0 is the lowest way. Written in hexadecimal without zeros in front, as resctrl prints them. */

/** `count` bits from bit `start` upwards. */
export function bitRun(start: number, count: number): bigint {
  return ((1n << BigInt(count)) - 1n) << BigInt(start);
}

export function bitsIn(mask: bigint): number {
  let bits = 0;
  for (let rest = mask; rest > 0n; rest &= rest - 1n) bits += 1;
  return bits;
}

export function isContiguous(mask: bigint): boolean {
  if (mask === 0n) return false;
  const lowest = mask & -mask;
  return (mask & (mask + lowest)) === 0n;
}

export interface BitRun {
  readonly start: number;
  readonly count: number;
}

/** The runs of neighbouring ones, from the lowest on. */
export function runsIn(mask: bigint): readonly BitRun[] {
  const runs: BitRun[] = [];
  let bit = 0;
  for (let rest = mask; rest > 0n;) {
    let count = 0;
    while ((rest & 1n) === 0n) [rest, bit] = [rest >> 1n, bit + 1];
    for (; (rest & 1n) === 1n; count += 1) rest >>= 1n;
    runs.push({ start: bit, count });
    bit += count;
  }
  return runs;
}

export function hex(mask: bigint): string {
  return mask.toString(16);
}
