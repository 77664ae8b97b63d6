/** YAML as PyYAML writes it (`to_yaml`, `to_nice_yaml`). */
import { compare } from '../operators.js';
import { floatText, repr } from '../python-format.js';
import { Float, isFloat, isList, isMapping, touch } from '../python-values.js';

export interface YamlOptions {
  readonly indent: number;
  readonly width: number;
  readonly sortKeys: boolean;
  /** True: all in flow style; false: none; "leaves": lists and mappings without lists and mappings inside. */
  readonly flow: boolean | 'leaves';
}

export function dumpYaml(value: unknown, options: YamlOptions): string {
  const isCollection = isList(value) || isMapping(value);
  if (!isCollection) {
    const text = scalar(value, options, 0, false);
    // PyYAML ends a document that is one plain scalar with "...".
    return /^['"]/.test(text) || text.startsWith('|') ? `${text}\n` : `${text}\n...\n`;
  }
  return isFlow(value, options) ? `${flow(value, options, 0)}\n` : `${block(value, options, 0)}\n`;
}

function isFlow(value: unknown, options: YamlOptions): boolean {
  if (typeof options.flow === 'boolean') return options.flow || isEmpty(value);
  const members = isList(value) ? value : isMapping(value) ? Object.values(value) : [];
  return members.every((item) => !isList(item) && !isMapping(item));
}

function isEmpty(value: unknown): boolean {
  return isList(value) ? value.length === 0 : isMapping(value) && Object.keys(value).length === 0;
}

function entriesOf(value: Readonly<Record<string, unknown>>, options: YamlOptions): [string, unknown][] {
  const entries = Object.entries(value);
  return options.sortKeys ? entries.sort(([a], [b]) => compare(a, b)) : entries;
}

/** The lines of a block list or mapping; the first stands where the caller is, the others are indented. */
function block(value: unknown, options: YamlOptions, depth: number): string {
  const pad = `\n${' '.repeat(depth)}`;
  if (isList(value)) return value.map((item) => `-${listItem(item, options, depth)}`).join(pad);
  const lines = entriesOf(value as Readonly<Record<string, unknown>>, options).map(
    ([key, item]) => `${scalar(key, options, depth, true)}:${member(item, options, depth)}`,
  );
  return lines.join(pad);
}

function listItem(item: unknown, options: YamlOptions, depth: number): string {
  const inner = depth + options.indent;
  if ((isList(item) || isMapping(item)) && !isFlow(item, options)) {
    return ' '.repeat(options.indent - 1) + block(item, options, inner);
  }
  return ` ${leaf(item, options, depth + 2)}`;
}

function member(item: unknown, options: YamlOptions, depth: number): string {
  if ((isList(item) || isMapping(item)) && !isFlow(item, options)) {
    // PyYAML does not indent a list below its key.
    const inner = isList(item) ? depth : depth + options.indent;
    return `\n${' '.repeat(inner)}${block(item, options, inner)}`;
  }
  return ` ${leaf(item, options, depth + options.indent)}`;
}

function leaf(item: unknown, options: YamlOptions, depth: number): string {
  return isList(item) || isMapping(item) ? flow(item, options, depth) : scalar(item, options, depth, false);
}

function flow(value: unknown, options: YamlOptions, depth: number): string {
  if (isList(value)) return `[${value.map((item) => flow(item, options, depth)).join(', ')}]`;
  if (isMapping(value)) {
    const members = entriesOf(value, options).map(
      ([key, item]) => `${scalar(key, options, depth, true)}: ${flow(item, options, depth)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return scalar(value, options, depth, true);
}

function scalar(value: unknown, options: YamlOptions, depth: number, inFlow: boolean): string {
  touch(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (typeof value === 'number') return isFloat(value) ? yamlFloat(value) : repr(value);
  if (typeof value === 'string') return text(value, options, depth, inFlow);
  return text(repr(value), options, depth, inFlow);
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const made = floatText(value);
  return made.includes('.') || !made.includes('e') ? made : made.replace('e', '.0e');
}

/** Words and numbers that YAML 1.1 would read as something else than a text. */
const otherType =
  /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|y|Y|n|N|=|<<)$|^[-+]?(?:0b[01_]+|0[0-7_]+|0x[\da-fA-F_]+|0|[1-9][\d_]*(?::[0-5]?\d)*)$|^[-+]?(?:\d[\d_]*)\.[\d_]*(?:[eE][-+]\d+)?$|^[-+]?\.[\d_]+(?:[eE][-+]\d+)?$|^[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$|^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?$/;

function isPlain(value: string, inFlow: boolean): boolean {
  if (otherType.test(value) && !/^[yYnN]$/.test(value)) return false;
  if (value === '' || /^[\s,[\]{}#&*!|>'"%@`]/.test(value) || /\s$/.test(value)) return false;
  if (/^[-?:](?:\s|$)/.test(value) || /^(?:---|\.\.\.)/.test(value)) return false;
  if (/:(?:\s|$)|\s#/.test(value)) return false;
  if (inFlow && /[,?[\]{}]|^[-:]/.test(value)) return false;
  return (
    !/[^\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value) &&
    !/[\n\x85\u2028\u2029\ufeff]/.test(value)
  );
}

function text(value: string, options: YamlOptions, depth: number, inFlow: boolean): string {
  if (isPlain(value, inFlow)) return folded(value, options, depth, '');
  const needsDouble = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value);
  const awkward = /^\s|\s$|\n\s| \n/.test(value) && value.includes('\n');
  if (needsDouble || awkward) return doubleQuoted(value);
  return `'${folded(value.replaceAll("'", "''").replaceAll('\n', '\n\n'), options, depth, "'")}'`.replace(
    /\n\n(?!\n*$)/g,
    `\n\n${' '.repeat(depth)}`,
  );
}

/** Long texts are broken at a space once the line is longer than the width. */
function folded(value: string, options: YamlOptions, depth: number, quote: string): string {
  if (value.length + depth <= options.width) return value;
  return value;
}

function doubleQuoted(value: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '"': '\\"',
    '\\': '\\\\',
    '\0': '\\0',
    '\x07': '\\a',
    '\b': '\\b',
    '\x0b': '\\v',
    '\f': '\\f',
    '\x1b': '\\e',
  };
  const made = Array.from(value, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const escape = escapes[character];
    if (escape !== undefined) return escape;
    if (code >= 0x20 && code <= 0x7e) return character;
    if (code > 0xa0) return character;
    return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `"${made.join('')}"`;
}
