/** `--limit`: a pattern, or `@file` with one pattern a line. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { whyUnread } from '../yaml/near-file.js';
import { readTextFile } from '../yaml/text-file.js';
import type { Inventory } from './inventory.js';
import type { Host } from './model.js';
import { selectHosts } from './pattern.js';
import { splitPattern } from './pattern-terms.js';

interface Line {
  readonly pattern: string;
  readonly where: SourceRange;
}

/** The lines of a limit file that are neither empty nor comments. */
function linesOf(file: string, where: SourceRange, diagnostics: Diagnostics): readonly Line[] {
  try {
    return readTextFile(file)
      .split(/\r?\n/)
      .map((text, index) => ({ text, pattern: text.trim(), line: index + 1 }))
      .filter(({ pattern }) => pattern !== '' && !pattern.startsWith('#'))
      .map(({ text, pattern, line }) => ({
        pattern,
        where: { file, line, column: text.indexOf(pattern) + 1, text },
      }));
  } catch (error) {
    const { why, hint } = whyUnread(error, file);
    diagnostics.error(
      'LIMIT_UNREADABLE',
      'Limit file cannot be read',
      `${why}.`,
      where,
      hint ?? 'Check the path after the @.',
    );
    return [];
  }
}

/**
 * The hosts that a limit leaves: all files and patterns are read as one pattern, so that `web,@retry.txt` is
 * the union and `@retry.txt:!web03` the difference.
 */
export function selectLimit(
  inventory: Inventory,
  limit: string,
  diagnostics: Diagnostics,
): ReadonlySet<Host> {
  const option: SourceRange = { file: '--limit', line: 1, column: 1, text: limit };
  if (!limit.includes('@')) return new Set(selectHosts(inventory, limit, diagnostics, option));
  const before = diagnostics.all.length;
  const pieces = limit.split(/(?:,|:(?=[@!&]))/).map((piece) => piece.trim());
  const lines = pieces.flatMap((piece) =>
    piece.startsWith('@')
      ? linesOf(piece.slice(1), option, diagnostics)
      : [{ pattern: piece, where: option }],
  );
  if (diagnostics.all.length > before) return new Set();
  if (lines.every(({ pattern }) => pattern === '')) {
    const hint = 'Without hosts there is nothing to do; remove --limit or fill the file.';
    diagnostics.error(
      'PATTERN_EMPTY',
      'Host pattern selects no host',
      'The limit names no host.',
      option,
      hint,
    );
  }
  // Each line for itself first, so that a fault is reported with its file and line.
  const kinds = lines.map((line) => ({ ...line, kind: splitPattern(line.pattern)[0]?.kind ?? 'plain' }));
  const plain = kinds.filter(({ kind }) => kind === 'plain');
  const start =
    plain.length === 0 ? inventory.hosts : plain.flatMap((line) => select(inventory, line, diagnostics));
  let hosts = [...new Set(start)];
  for (const { pattern, where, kind } of kinds) {
    if (kind === 'plain') continue;
    const meant = select(inventory, { pattern: pattern.slice(1), where }, diagnostics);
    hosts = hosts.filter((host) => meant.includes(host) === (kind === 'and'));
  }
  return new Set(hosts);
}

function select(inventory: Inventory, { pattern, where }: Line, diagnostics: Diagnostics): readonly Host[] {
  return pattern === '' ? [] : selectHosts(inventory, pattern, diagnostics, where);
}
