/** One record of the `stat` that library-read.ts runs: `%f:%u:%g:%s:%Y:%U:%G:%y|[%C|]%N`. */
import type { Cursor } from './cursor.js';
import { readFailed, readRaced } from './cursor.js';

export type RawType = 'file' | 'directory' | 'link' | 'other';

export interface StatRecord {
  readonly type: RawType;
  readonly what: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  readonly mtime: string;
  readonly selinux?: string;
  /** Of a link. */
  readonly target?: string;
}

/** File types in the high bits of st_mode (inode(7)). */
const types: Readonly<Record<number, readonly [RawType, string]>> = {
  0o01: ['other', 'fifo'],
  0o02: ['other', 'character special file'],
  0o04: ['directory', 'directory'],
  0o06: ['other', 'block special file'],
  0o10: ['file', 'regular file'],
  0o12: ['link', 'symbolic link'],
  0o14: ['other', 'socket'],
};

export function typeOf(rawMode: number): readonly [RawType, string] {
  return types[rawMode >> 12] ?? ['other', 'unknown'];
}

/** Seconds since the epoch with nine decimals, from `%Y` and `%y` (busybox has no `%.9Y`). */
export function mtimeOf(seconds: string, human: string): string {
  const fraction = /\.(\d{1,9})/.exec(human)?.[1];
  if (fraction === undefined) return seconds;
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const size = total < 0n ? -total : total;
  const sign = total < 0n ? '-' : '';
  return `${sign}${size / 1_000_000_000n}.${String(size % 1_000_000_000n).padStart(9, '0')}`;
}

function linkTarget(cursor: Cursor, path: string, size: number): string {
  // GNU with QUOTING_STYLE=literal: NAME -> TARGET; busybox: 'NAME' -> 'TARGET', nothing escaped.
  let quote = '';
  if (!cursor.skip(`${path} -> `)) {
    if (!cursor.skip(`'${path}' -> '`)) throw readRaced(path);
    quote = "'";
  }
  // Links of the kernel (/proc/self/exe) say size 0.
  const bytes = size === 0 ? cursor.until(`${quote}\n`) : cursor.take(size);
  if (bytes === undefined || (size > 0 && !cursor.skip(`${quote}\n`))) throw readRaced(path);
  const target = bytes.toString('utf8');
  if (!Buffer.from(target).equals(bytes))
    throw readFailed(`The target of the link ${path} is not UTF-8 text.`);
  return target;
}

/** Reads the record of `path`; READ_RACED when it is another's. */
export function readStatRecord(cursor: Cursor, path: string, labelled: boolean): StatRecord {
  const match = /^([0-9a-f]+):(\d+):(\d+):(\d+):(-?\d+):([^:|]*):([^:|]*):([^|]*)$/.exec(
    cursor.until('|')?.toString('utf8') ?? '',
  );
  if (match === null) throw readRaced(path);
  const [, raw = '', uid = '', gid = '', size = '', seconds = '', user = '', group = '', human = ''] = match;
  const label = labelled ? cursor.until('|')?.toString('utf8') : undefined;
  const rawMode = Number.parseInt(raw, 16);
  const [type, what] = typeOf(rawMode);
  let target: string | undefined;
  if (type === 'link') target = linkTarget(cursor, path, Number(size));
  else if (!cursor.skip(`${path}\n`) && !cursor.skip(`'${path}'\n`)) throw readRaced(path);
  return {
    type,
    what,
    mode: (rawMode & 0o7777).toString(8).padStart(4, '0'),
    owner: user === 'UNKNOWN' ? uid : user,
    group: group === 'UNKNOWN' ? gid : group,
    size: Number(size),
    mtime: mtimeOf(seconds, human),
    ...(label === undefined || label === '?' ? {} : { selinux: label }),
    ...(target === undefined ? {} : { target }),
  };
}
