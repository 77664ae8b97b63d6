/** `[group]`, `[group:children]` and `[group:vars]`. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/nearest.js';

const KINDS = ['hosts', 'children', 'vars'] as const;
export type SectionKind = (typeof KINDS)[number];

export interface Section {
  readonly name: string;
  readonly kind: SectionKind;
  readonly at: SourceRange;
}

/** Reads a section line; a fault is reported, and then nothing is returned. */
export function readSection(
  line: string,
  place: (from: number, to?: number) => SourceRange,
  diagnostics: Diagnostics,
): Section | undefined {
  const start = line.indexOf('[');
  const found = /^\s*\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/.exec(line);
  if (found === null) {
    diagnostics.error(
      'INI_BAD_SECTION',
      'Bad section line',
      line.includes(']')
        ? 'A section is [group], [group:children] or [group:vars], without spaces, alone on its line.'
        : 'The [ that starts this section is never closed.',
      place(start, line.trimEnd().length),
      'Write [group], [group:children] or [group:vars].',
    );
    return undefined;
  }
  const [, name = '', suffix = 'hosts'] = found;
  const kind = KINDS.find((known) => known === suffix);
  const at = place(start + 1, start + 1 + name.length);
  if (kind !== undefined) return { name, kind, at };
  const from = start + 2 + name.length;
  diagnostics.error(
    'INI_UNKNOWN_SECTION_TYPE',
    'Unknown kind of section',
    `[${name}:${suffix}] ends in ":${suffix}"; only :children and :vars are known.`,
    place(from, from + suffix.length),
    didYouMean(suffix, KINDS) ?? `Write [${name}], [${name}:children] or [${name}:vars].`,
  );
  return undefined;
}
