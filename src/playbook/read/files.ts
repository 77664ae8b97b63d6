/** Finding and reading the files that a playbook names. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { nearFileHint, whyUnread } from '../../yaml/near-file.js';
import { readTextFile, statOf } from '../../yaml/text-file.js';
import type { LoadContext } from './context.js';

export interface Found {
  /** Undefined when there is no such file. */
  readonly path: string | undefined;
  /** Every place that was looked at, in order. */
  readonly tried: readonly string[];
}

/** Looks for a name in folders, in each first below `subfolder` (`files`, `templates`, `vars`, `tasks`), and then in `further`. */
export function findFile(
  name: string,
  folders: readonly string[],
  subfolder: string,
  further: readonly string[] = [],
): Found {
  if (isAbsolute(name)) return { path: existsSync(name) ? name : undefined, tried: [name] };
  const places = folders.flatMap((folder) => [
    ...(basename(folder) === subfolder ? [] : [join(folder, subfolder, name)]),
    join(folder, name),
  ]);
  const tried = [...new Set([...places, ...further.map((folder) => join(folder, name))])];
  return { path: tried.find((place) => existsSync(place)), tried };
}

export function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

/** Reads a text file and keeps its name. One that cannot be read is the diagnostic UNREADABLE_FILE, with `advice` where no better is known. */
export function readText(
  path: string,
  load: LoadContext,
  range?: SourceRange,
  advice = 'Check the name and the permissions.',
): string | undefined {
  try {
    const text = load.texts.get(path) ?? readTextFile(path);
    load.texts.set(path, text);
    load.files.add(path);
    return text;
  } catch (error) {
    const { why, line, hint } = whyUnread(error, path);
    load.diagnostics.error(
      'UNREADABLE_FILE',
      'File cannot be read',
      `${why}.`,
      range ?? { file: path, line, column: 1 },
      hint ?? advice,
    );
    return undefined;
  }
}

/** Reports a file that is named and does not exist, with the places that were searched. */
export function reportMissingFile(
  name: string,
  tried: readonly string[],
  range: SourceRange,
  load: LoadContext,
  near: (path: string) => string,
): void {
  load.diagnostics.error(
    'FILE_NOT_FOUND',
    'File does not exist',
    `"${name}" was looked for as ${tried.map(near).join(', ')}.`,
    range,
    similarFile(tried, near) ?? 'Correct the name, or create the file.',
  );
}

function similarFile(tried: readonly string[], near: (path: string) => string): string | undefined {
  for (const place of tried) {
    const hint = nearFileHint(place, near);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Existing files whose path fits a name in which every template may be any text. */
export function filesLike(pattern: string, folders: readonly string[], subfolder: string): readonly string[] {
  const generic = pattern.replace(/\{\{.*?\}\}/gs, '\u0000');
  const roots = isAbsolute(generic) ? ['/'] : folders.flatMap((folder) => [join(folder, subfolder), folder]);
  const found = roots.flatMap((root) =>
    expand(
      resolve(root),
      generic.split('/').filter((part) => part !== '' && part !== '.'),
    ),
  );
  return [...new Set(found)];
}

function expand(folder: string, parts: readonly string[]): readonly string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return isFile(folder) ? [folder] : [];
  if (!part.includes('\u0000')) return expand(join(folder, part), rest);
  if (!isFolder(folder)) return [];
  const pattern = new RegExp(`^${part.split('\u0000').map(escape).join('.*')}$`, 's');
  return readdirSync(folder)
    .filter((entry) => pattern.test(entry))
    .sort()
    .flatMap((entry) => expand(join(folder, entry), rest));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
