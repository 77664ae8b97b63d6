/** Random choices: from the system, or the very ones that Python makes of a seed (MT19937; Matsumoto and Nishimura 1998). */
import { createHash, randomInt } from 'node:crypto';

/** `length` characters out of `characters`. The same seed gives the same text, as Python's `random.Random(seed).choice`. */
export function randomText(length: number, characters: string, seed?: string): string {
  const signs = Array.from(characters);
  if (signs.length === 0 && length > 0) throw new Error('there are no characters to choose from');
  const generator = seed === undefined ? undefined : new Twister(seedKey(seed));
  const pick = (): number =>
    generator === undefined ? randomInt(signs.length) : generator.below(signs.length);
  return Array.from({ length }, () => signs[pick()] ?? '').join('');
}

/** A text as the number that Python seeds with, in words of 32 bits, lowest first. */
function seedKey(seed: string): readonly number[] {
  const text = Buffer.from(seed);
  const bytes = Buffer.concat([text, createHash('sha512').update(text).digest()]).reverse();
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    let word = 0;
    for (let byte = 3; byte >= 0; byte -= 1) word = word * 256 + (bytes[at + byte] ?? 0);
    words.push(word);
  }
  while (words.length > 1 && words.at(-1) === 0) words.pop();
  return words;
}

const size = 624;
const middle = 397;

class Twister {
  private readonly state = new Uint32Array(size);
  private at = size;

  constructor(key: readonly number[]) {
    const { state } = this;
    const get = (index: number): number => state[index] ?? 0;
    state[0] = 19_650_218;
    for (let i = 1; i < size; i += 1)
      state[i] = Math.imul(1_812_433_253, get(i - 1) ^ (get(i - 1) >>> 30)) + i;
    let i = 1;
    let j = 0;
    const advance = (): void => {
      i += 1;
      if (i < size) return;
      state[0] = get(size - 1);
      i = 1;
    };
    for (let k = Math.max(size, key.length); k > 0; k -= 1) {
      state[i] = (get(i) ^ Math.imul(get(i - 1) ^ (get(i - 1) >>> 30), 1_664_525)) + (key[j] ?? 0) + j;
      j = (j + 1) % key.length;
      advance();
    }
    for (let k = size - 1; k > 0; k -= 1) {
      state[i] = (get(i) ^ Math.imul(get(i - 1) ^ (get(i - 1) >>> 30), 1_566_083_941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  private refill(): void {
    const { state } = this;
    const get = (index: number): number => state[index % size] ?? 0;
    for (let i = 0; i < size; i += 1) {
      const mixed = (get(i) & 0x80000000) | (get(i + 1) & 0x7fffffff);
      state[i] = get(i + middle) ^ (mixed >>> 1) ^ ((mixed & 1) === 0 ? 0 : 0x9908b0df);
    }
    this.at = 0;
  }

  private bits32(): number {
    if (this.at >= size) this.refill();
    let word = this.state[this.at] ?? 0;
    this.at += 1;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** A number from 0 to below `limit` (at most 2^31), each as likely: what does not fit is drawn again. */
  below(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    let drawn: number;
    do drawn = this.bits32() >>> (32 - bits);
    while (drawn >= limit);
    return drawn;
  }
}
