/** Syntax errors of the `yaml` package, in the words of someone who writes playbooks. */

import { isCollection, isMap, isScalar, visit, type Document, type ErrorCode, type YAMLMap } from 'yaml';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { SourceText } from './source.js';
import { nextText, reportWhiteSpace, startsLine, type YamlError } from './white-space.js';

type Parsed = Document.Parsed;

/** `{{ x }}` that YAML took for a mapping whose only key is a mapping. */
export function isTemplateMap(node: YAMLMap): boolean {
  return node.flow === true && node.items.some((pair) => isMap(pair.key) && pair.key.flow === true);
}

export function reportUnquotedTemplate(offset: number, source: SourceText, diagnostics: Diagnostics): void {
  diagnostics.error(
    'YAML_UNQUOTED_TEMPLATE',
    'Template without quotes',
    'A value that starts with "{{" is a mapping to YAML, not a template.',
    source.range(offset),
    'Put the whole value in quotes: "{{ ... }}".',
  );
}

/** Where a value that starts with `{{` is on the line of the offset; -1 when none does. */
function templateOnLine(offset: number, source: SourceText): number {
  const line = source.lineAt(offset);
  const found = /^((?:\s*-)*\s*(?:[^\s"'{][^"'{]*:\s+|-\s+)?)\{\{/d.exec(source.lines[line] ?? '');
  const column = found?.indices?.[1]?.[1];
  return column === undefined ? -1 : offsetOf(source, line) + column;
}

function offsetOf(source: SourceText, line: number): number {
  let low = 0;
  let high = source.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (source.lineAt(middle) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The start of the innermost quoted text or bracket that the offset is in and that is not closed. */
function openerBefore(document: Parsed, offset: number, source: SourceText): number | undefined {
  let found: number | undefined;
  visit(document, {
    Node: (_, node) => {
      const [from, to] = node.range ?? [0, 0];
      const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      const flow = isCollection(node) && node.flow === true;
      const closed = /[\]}"']/.test(source.text[to - 1] ?? '') && to - from > 1;
      if ((quoted || flow) && !(closed && to < offset) && from < offset) found = Math.max(found ?? 0, from);
    },
  });
  return found;
}

type Wording = readonly [code: string, summary: string, detail: string, hint: string];

const WORDINGS: Partial<Record<ErrorCode, Wording>> = {
  TAB_AS_INDENT: [
    'YAML_TAB',
    'Tab as indentation',
    'YAML does not allow tabs where a line is indented.',
    'Indent with spaces.',
  ],
  BAD_INDENT: [
    'YAML_INDENT',
    'Wrong indentation',
    'This line is not in the same column as the entries it belongs to.',
    'Use the same indentation for all entries of one mapping or list.',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'YAML_COLON_IN_VALUE',
    'Second colon in a value',
    'A value without quotes cannot contain ": ", and a mapping cannot start after a key on the same line.',
    'Put the value in quotes, or start the mapping on the next line, indented.',
  ],
  BAD_SCALAR_START: [
    'YAML_RESERVED_START',
    'Value starts with a reserved character',
    'A value without quotes cannot start with one of @ ` % , | > ] }.',
    'Put the value in quotes.',
  ],
  BAD_DQ_ESCAPE: [
    'YAML_BAD_ESCAPE',
    'Unknown escape',
    'In double quotes a backslash starts an escape, and YAML does not know this one.',
    'Double the backslash, or use single quotes.',
  ],
  RESOURCE_EXHAUSTION: [
    'YAML_TOO_DEEP',
    'Nesting too deep',
    'This value is nested deeper than can be read.',
    'Make the value flatter.',
  ],
};

const MISSING_COLON: Wording = [
  'YAML_MISSING_COLON',
  'Key without a colon',
  'A mapping goes on here, so a key, a colon and a space are expected.',
  'Write "key: value"; the space after the colon is needed.',
];
const AFTER_VALUE: Wording = [
  'YAML_AFTER_VALUE',
  'Text after a finished value',
  'The value before this place is complete, so nothing may follow it on the line but a comment.',
  'Put the whole value in one pair of quotes.',
];

function unclosed(opener: string): Wording {
  const quote = opener === '"' || opener === "'";
  return [
    quote ? 'YAML_UNCLOSED_QUOTE' : 'YAML_UNCLOSED_BRACKET',
    quote ? 'Quote is not closed' : 'Bracket is not closed',
    `The ${opener} that starts here is never closed.`,
    quote
      ? 'Close the quote at the end of the value.'
      : 'Close the bracket, and separate its items with commas.',
  ];
}

function wordingOf(error: YamlError, source: SourceText): Wording {
  const { code, message } = error;
  if (message.startsWith('Alias cannot be an empty string'))
    return [
      'YAML_RESERVED_START',
      'Value starts with a reserved character',
      'A value without quotes cannot start with *, which begins the name of an anchor.',
      'Put the value in quotes: "*".',
    ];
  const known = WORDINGS[code];
  if (known !== undefined) return known;
  if (code === 'MISSING_CHAR' && message.startsWith('Implicit map keys')) return MISSING_COLON;
  if (code === 'MULTILINE_IMPLICIT_KEY') return MISSING_COLON;
  if (message.endsWith('at node end'))
    return startsLine(error.pos[0], source) ? (WORDINGS.BAD_INDENT ?? AFTER_VALUE) : AFTER_VALUE;
  return [
    'YAML_SYNTAX',
    'YAML syntax error',
    `${message.replace(/[:\s]+$/, '')}.`,
    'Correct the syntax here.',
  ];
}

function reportError(error: YamlError, document: Parsed, source: SourceText, diagnostics: Diagnostics): void {
  const template = templateOnLine(error.pos[0], source);
  if (template >= 0) {
    reportUnquotedTemplate(template, source, diagnostics);
    return;
  }
  const noEnd = /^Missing closing|end with a|expected to end with|Missing , /.test(error.message);
  const opener = noEnd ? openerBefore(document, error.pos[0], source) : undefined;
  if (opener === undefined && reportWhiteSpace(error, source, diagnostics)) return;
  const at = opener ?? (error.code === 'BAD_INDENT' ? nextText(error.pos[0], source) : error.pos[0]);
  const wording = opener === undefined ? wordingOf(error, source) : unclosed(source.text[opener] ?? '');
  diagnostics.error(wording[0], wording[1], wording[2], source.range(at), wording[3]);
}

/** Whether two keys are in one block mapping: an entry whose dash is missing doubles several keys of the one before it. */
function isSameMapping(first: number, second: number, source: SourceText): boolean {
  const from = source.range(first);
  const to = source.range(second);
  const between = source.lines.slice(from.line, to.line - 1);
  const deeper = (line: string): boolean => /^\s*$/.test(line) || line.search(/\S/) >= from.column - 1;
  return from.line < to.line && from.column === to.column && between.every(deeper);
}

/** Reports doubled keys and the first syntax error; returns whether there is a syntax error. */
export function reportSyntax(
  documents: readonly Parsed[],
  source: SourceText,
  diagnostics: Diagnostics,
): boolean {
  let last: number | undefined;
  for (const document of documents) {
    const errors = [...(document.errors as readonly YamlError[])].sort((a, b) => a.pos[0] - b.pos[0]);
    for (const error of errors) {
      if (error.code !== 'DUPLICATE_KEY') {
        reportError(error, document, source, diagnostics);
        return true;
      }
      const at = nextText(error.pos[0], source);
      const key = /^\s*(?:"[^"]*"|'[^']*'|[^:\s]+)/.exec(source.text.slice(at))?.[0] ?? '';
      const before = last;
      last = at;
      if (before !== undefined && isSameMapping(before, at, source)) continue;
      diagnostics.error(
        'YAML_DUPLICATE_KEY',
        'Key given twice',
        `The key ${key} is already in this mapping; only one of the two values can be used.`,
        source.range(at, at + key.length),
        'Remove one of the two. If another entry of a list begins here, put a dash before it.',
      );
    }
  }
  return false;
}
