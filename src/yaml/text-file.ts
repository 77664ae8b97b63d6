/** Reads files of users that have to hold text: what else is under the name may have no end, or wait for ever. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { fileFault } from '../diagnostics/file-fault.js';

/** Larger files are not playbooks, variables or templates. */
const mostBytes = 16 << 20;

/** /dev/null, which people give for an empty file: null(4). */
const nullDevice = (1 << 8) | 3;

/** Why a file is not read. `code` makes it one of the errors of files, which callers report with the place. */
export class TextFileFault extends Error {
  constructor(
    message: string,
    readonly code = 'NO_TEXT',
    /** Where the text cannot be decoded, from 1. */
    readonly line?: number,
  ) {
    super(message);
  }
}

/**
 * The text of a regular file of at most 16 MiB of UTF-8. Throws an error with the system's code and a sentence that says why the file is not read: a FIFO
 * has nobody who writes into it, a device has no end, and bytes that are not UTF-8 would be read as other characters.
 */
export function readTextFile(path: string): string {
  if (path.includes('\0')) throw new TextFileFault('a file name cannot contain a NUL character');
  // Opening a FIFO waits for a writer without O_NONBLOCK.
  const file = opened(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(file);
    if (stats.isCharacterDevice() && stats.rdev === nullDevice) return '';
    if (!stats.isFile()) {
      const why = `${path} is ${kindOf(stats)} and not a regular file`;
      throw new TextFileFault(why, stats.isDirectory() ? 'EISDIR' : 'NO_TEXT');
    }
    return decode(path, readAll(path, file));
  } finally {
    closeSync(file);
  }
}

function opened(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw new TextFileFault(fileFault(error, path), (error as NodeJS.ErrnoException).code);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** Files of /proc say that they are empty, so the size is not asked for. */
function readAll(path: string, file: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(1 << 18);
    const count = readSync(file, piece);
    if (count === 0) return Buffer.concat(pieces);
    length += count;
    if (length > mostBytes) throw new TextFileFault(`${path} is larger than ${mostBytes >> 20} MiB`);
    pieces.push(piece.subarray(0, count));
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const line = firstBadLine(bytes);
    throw new TextFileFault(`${path} is not encoded in UTF-8, which begins at line ${line}`, 'NO_TEXT', line);
  }
}

/** The first line, from 1, that cannot be decoded. A line end is never a part of another character in UTF-8. */
function firstBadLine(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let line = 1, begin = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, begin);
    try {
      decoder.decode(bytes.subarray(begin, end === -1 ? undefined : end));
    } catch {
      return line;
    }
    if (end === -1) return line;
    begin = end + 1;
  }
}

/** What is under a name; undefined when nothing does, also where a part of the way is not a folder. Throws other errors of the system. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG')
      return undefined;
    throw error;
  }
}
