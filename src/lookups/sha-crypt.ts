/** `$5$` and `$6$` hashes of passwords (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 2007). */
import { createHash } from 'node:crypto';

export type ShaCrypt = 'sha256_crypt' | 'sha512_crypt';

/** Rounds of one step. */
const stepRounds = 2000;
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

interface Kind {
  readonly id: string;
  readonly hash: string;
  /** Bytes of a digest. */
  readonly size: number;
  /** Ansible's, which are far above those of crypt(3). */
  readonly rounds: number;
}

const kinds: Readonly<Record<ShaCrypt, Kind>> = {
  sha256_crypt: { id: '5', hash: 'sha256', size: 32, rounds: 535_000 },
  sha512_crypt: { id: '6', hash: 'sha512', size: 64, rounds: 656_000 },
};

/**
 * A hash, in steps of some milliseconds: all of it takes seconds. `rounds`: 1000 to 999999999; 5000 is not written into
 * the hash.
 */
export function* shaCrypt(
  kind: ShaCrypt,
  password: string,
  salt: string,
  rounds = kinds[kind].rounds,
): Generator<undefined, string> {
  const { id, hash, size } = kinds[kind];
  const digest = (...parts: readonly Buffer[]): Buffer => {
    const made = createHash(hash);
    for (const part of parts) made.update(part);
    return made.digest();
  };
  const word = Buffer.from(password);
  const seasoning = Buffer.from(salt.slice(0, 16));
  const repeated = (from: Buffer, length: number): Buffer =>
    Buffer.concat([...Array.from({ length: Math.ceil(length / size) }, () => from)]).subarray(0, length);

  const other = digest(word, seasoning, word);
  const parts = [word, seasoning, repeated(other, word.length)];
  for (let bits = word.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? other : word);
  let sum = digest(...parts);
  const p = repeated(digest(...Array.from({ length: word.length }, () => word)), word.length);
  const s = repeated(
    digest(...Array.from({ length: 16 + (sum[0] ?? 0) }, () => seasoning)),
    seasoning.length,
  );
  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1;
    const mixed = [odd ? p : sum];
    if (round % 3 !== 0) mixed.push(s);
    if (round % 7 !== 0) mixed.push(p);
    mixed.push(odd ? sum : p);
    sum = createHash(hash).update(Buffer.concat(mixed)).digest();
    if (round % stepRounds === 0) yield undefined;
  }
  const shown = rounds === 5000 ? '' : `rounds=${rounds}$`;
  return `$${id}$${shown}${salt.slice(0, 16)}$${encoded(sum, size)}`;
}

/** The digest's bytes in the order that crypt writes them, three to four characters. */
function encoded(sum: Buffer, size: number): string {
  let text = '';
  const third = Math.floor(size / 3);
  const add = (bytes: readonly number[], count: number): void => {
    let value = bytes.reduce((all, byte) => all * 256 + byte, 0);
    for (let at = 0; at < count; at += 1) {
      text += alphabet[value & 63] ?? '';
      value = Math.floor(value / 64);
    }
  };
  const at = (index: number): number => sum[index] ?? 0;
  for (let step = 0; step < third; step += 1) {
    const [a, b, c] = [step, step + third, step + 2 * third];
    // SHA-256 turns the three to the right from step to step, SHA-512 to the left.
    const turns =
      size === 32
        ? [
            [a, b, c],
            [c, a, b],
            [b, c, a],
          ]
        : [
            [a, b, c],
            [b, c, a],
            [c, a, b],
          ];
    add((turns[step % 3] ?? []).map(at), 4);
  }
  if (size === 32) add([0, at(31), at(30)], 3);
  else add([0, 0, at(63)], 2);
  return text;
}
