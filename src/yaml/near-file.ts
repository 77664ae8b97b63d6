/** Files beside a name that does not exist, one of which may have been meant. */
import { basename, dirname, join, relative } from 'node:path';
import { nearest } from '../diagnostics/nearest.js';
import { namesIn } from './folder-names.js';
import { TextFileFault } from './text-file.js';

export interface Unread {
  /** Without a full stop. */
  readonly why: string;
  /** From 1. */
  readonly line: number;
  readonly hint?: string;
}

const stemOf = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, '').toLowerCase();

/** The name that is meant in a folder: it differs by a letter or two, or by its ending (`chrony.conf`, `chrony.conf.j2`). */
function meantIn(folder: string, name: string): string | undefined {
  const names = namesIn(folder);
  return (
    nearest(name, names) ??
    names.find((one) => stemOf(one) === stemOf(name) || stemOf(one) === name.toLowerCase()) ??
    nearest(
      stemOf(name),
      names.map(stemOf).filter((stem) => stem.length > 2),
    )
  );
}

/** A path that exists and is near to one that does not: its folder may be mistyped too. Undefined when there is none. */
export function nearFile(path: string): string | undefined {
  const folder = dirname(path);
  const name = meantIn(folder, basename(path));
  if (name !== undefined && namesIn(folder).includes(name)) return join(folder, name);
  const other =
    folder === '.' || folder === '/' ? undefined : nearest(basename(folder), namesIn(dirname(folder)));
  const beside = other === undefined ? undefined : join(dirname(folder), other);
  return beside !== undefined && namesIn(beside).includes(basename(path))
    ? join(beside, basename(path))
    : undefined;
}

/** A hint for a file that is not there, with the name as it is seen from here; undefined when none is near. */
export function nearFileHint(path: string, shown = fromHere): string | undefined {
  const near = nearFile(path);
  return near === undefined ? undefined : `Did you mean "${shown(near)}"?`;
}

function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** Why a file of the user's is not read, at which line, and what to do where that is known. */
export function whyUnread(error: unknown, path: string): Unread {
  const { code, message } = error as NodeJS.ErrnoException;
  const line = error instanceof TextFileFault ? error.line : undefined;
  const hint =
    code === 'ENOENT'
      ? nearFileHint(path)
      : code === 'EACCES'
        ? `Allow yourself to read it: ls -l ${path} shows who owns it.`
        : line === undefined
          ? undefined
          : 'Save the file as UTF-8: iconv -f LATIN1 -t UTF-8 reads it, if it is Latin-1.';
  return { why: message, line: line ?? 1, ...(hint === undefined ? {} : { hint }) };
}
