/** Batches of `serial`: numbers, percentages of all hosts, or a list of them whose last repeats. */
import { plainText, type Value } from '../../values/value.js';

function sizeOf(value: Value, total: number): number {
  const text = plainText(value).trim();
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  const size =
    percent?.[1] === undefined ? Number.parseInt(text, 10) : Math.floor((Number(percent[1]) / 100) * total);
  // Less than one host in a percentage is one; 0 means all.
  if (percent !== null) return Math.max(1, size);
  return Number.isFinite(size) && size > 0 ? size : total;
}

export function batches<T>(hosts: readonly T[], serial: readonly Value[]): readonly (readonly T[])[] {
  if (serial.length === 0) return hosts.length === 0 ? [] : [hosts];
  const result: T[][] = [];
  for (let at = 0, turn = 0; at < hosts.length; turn += 1) {
    const size = sizeOf(serial[Math.min(turn, serial.length - 1)] ?? 0, hosts.length);
    result.push(hosts.slice(at, at + size));
    at += size;
  }
  return result;
}
