/** YAML as PyYAML with libyaml writes it (`to_yaml`, `to_nice_yaml`): emitter.c for lists, mappings and scalars. */
import { compare } from '../runtime/operators.js';
import { repr } from '../python/format.js';
import { isList, isMapping } from '../python/values.js';
import { analyze, isBreak, plainForm, readsAsText } from './yaml-scalar.js';

export interface YamlOptions {
  readonly indent: number;
  readonly width: number;
  readonly sortKeys: boolean;
  /** True: all in flow style; false: none; "leaves": lists and mappings without lists and mappings inside. */
  readonly flow: boolean | 'leaves';
}

interface Place {
  readonly inMapping?: boolean;
  readonly simpleKey?: boolean;
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** One document with its line end. */
export function dumpYaml(value: unknown, options: YamlOptions): string {
  return new Emitter(options).document(value);
}

const isCollection = (value: unknown): boolean => isList(value) || isMapping(value);

class Emitter {
  private made = '';
  private column = 0;
  private indent: number | undefined;
  private flowLevel = 0;
  /** The last character was white space; only white space and indicators so far on this line. */
  private whitespace = true;
  private indention = true;

  constructor(private readonly options: YamlOptions) {}

  document(value: unknown): string {
    this.node(value, {});
    return `${this.made}\n`;
  }

  private write(data: string): void {
    this.made += data;
    this.column += Array.from(data).length;
  }

  private indicator(text: string, needsSpace: boolean, whitespace = false, indention = false): void {
    this.write(this.whitespace || !needsSpace ? text : ` ${text}`);
    this.whitespace = whitespace;
    this.indention = this.indention && indention;
  }

  private lineBreak(data = '\n'): void {
    this.made += data;
    this.whitespace = true;
    this.indention = true;
    this.column = 0;
  }

  private newLine(): void {
    const indent = this.indent ?? 0;
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace))
      this.lineBreak();
    if (this.column < indent) {
      this.whitespace = true;
      this.write(' '.repeat(indent - this.column));
    }
  }

  private indented(flow: boolean, indentless: boolean, run: () => void): void {
    const outer = this.indent;
    if (outer === undefined) this.indent = flow ? this.options.indent : 0;
    else if (!indentless) this.indent = outer + this.options.indent;
    run();
    this.indent = outer;
  }

  private isFlow(value: unknown): boolean {
    const members = isList(value) ? value : Object.values(value as object);
    if (this.flowLevel > 0 || members.length === 0) return true;
    return this.options.flow === 'leaves' ? !members.some(isCollection) : this.options.flow;
  }

  private node(value: unknown, place: Place): void {
    if (!isList(value) && !isMapping(value)) this.indented(true, false, () => this.scalar(value, place));
    else if (this.isFlow(value)) this.flow(value);
    else if (isList(value)) this.blockList(value, place);
    else this.blockMapping(value);
  }

  private entries(value: Readonly<Record<string, unknown>>): [string, unknown][] {
    const entries = Object.entries(value);
    return this.options.sortKeys ? entries.sort(([a], [b]) => compare(a, b)) : entries;
  }

  private blockList(list: readonly unknown[], place: Place): void {
    // PyYAML does not indent a list below its key.
    const isIndentless = place.inMapping === true && !this.indention;
    this.indented(false, isIndentless, () => {
      for (const item of list) {
        this.newLine();
        this.indicator('-', true, false, true);
        this.node(item, {});
      }
    });
  }

  private blockMapping(mapping: Readonly<Record<string, unknown>>): void {
    this.indented(false, false, () => {
      for (const [key, item] of this.entries(mapping)) {
        this.newLine();
        if (this.key(key)) this.indicator(':', false);
        else {
          this.newLine();
          this.indicator(':', true, false, true);
        }
        this.node(item, { inMapping: true });
      }
    });
  }

  private flow(value: readonly unknown[] | Readonly<Record<string, unknown>>): void {
    const isSequence = Array.isArray(value);
    this.indicator(isSequence ? '[' : '{', true, true);
    this.flowLevel += 1;
    this.indented(true, false, () => {
      const members: readonly unknown[] = isSequence
        ? (value as unknown[])
        : this.entries(value as Record<string, unknown>);
      members.forEach((member, index) => {
        if (index > 0) this.indicator(',', false);
        if (this.column > this.options.width) this.newLine();
        if (isSequence) this.node(member, {});
        else this.flowMember(member as readonly [string, unknown]);
      });
    });
    this.flowLevel -= 1;
    this.indicator(isSequence ? ']' : '}', false);
  }

  private flowMember([key, item]: readonly [string, unknown]): void {
    if (this.key(key)) this.indicator(':', false);
    else {
      if (this.column > this.options.width) this.newLine();
      this.indicator(':', true);
    }
    this.node(item, { inMapping: true });
  }

  /** Writes a key; false when it is too long or has several lines, so that it needs the mark "?". */
  private key(key: string): boolean {
    const isSimple = key !== '' && key.length < 128 && !Array.from(key).some(isBreak);
    if (!isSimple) this.indicator('?', true, false, this.flowLevel === 0);
    this.node(key, { inMapping: true, simpleKey: isSimple });
    return isSimple;
  }

  private scalar(value: unknown, place: Place): void {
    const form = plainForm(value);
    const text = form ?? (typeof value === 'string' ? value : repr(value));
    const characters = Array.from(text);
    const analysis = analyze(characters);
    const isPlain =
      (form !== undefined || readsAsText(text)) &&
      (this.flowLevel > 0 ? analysis.flowPlain : analysis.blockPlain);
    const splits = place.simpleKey !== true;
    if (isPlain) this.plain(characters, splits);
    else if (analysis.singleQuoted && (splits || !analysis.multiline)) this.singleQuoted(characters, splits);
    else this.doubleQuoted(characters, splits);
  }

  private plain(characters: readonly string[], splits: boolean): void {
    if (characters.length === 0) return;
    if (!this.whitespace) this.write(' ');
    this.whitespace = false;
    this.indention = false;
    for (let index = 0; index < characters.length; index += 1) {
      const character = characters[index] ?? '';
      const isLone = character === ' ' && characters[index - 1] !== ' ' && characters[index + 1] !== ' ';
      if (isLone && splits && this.column > this.options.width) {
        this.newLine();
        this.whitespace = false;
        this.indention = false;
      } else this.write(character);
    }
  }

  private singleQuoted(characters: readonly string[], splits: boolean): void {
    this.indicator("'", true);
    for (let index = 0; index < characters.length; index += 1) {
      const character = characters[index] ?? '';
      const isLone = character === ' ' && characters[index - 1] !== ' ' && characters[index + 1] !== ' ';
      const isInside = index > 0 && index < characters.length - 1;
      if (isLone && splits && isInside && this.column > this.options.width) this.newLine();
      else if (isBreak(character)) {
        // One line break more than the text has: the first one is folded away when it is read.
        if (!isBreak(characters[index - 1] ?? '') && character === '\n') this.lineBreak();
        this.lineBreak(character);
        if (!isBreak(characters[index + 1] ?? '')) this.newLine();
      } else this.write(character === "'" ? "''" : character);
    }
    this.indicator("'", false);
  }

  private doubleQuoted(characters: readonly string[], splits: boolean): void {
    this.indicator('"', true);
    characters.forEach((character, index) => {
      const isFirstSpace = character === ' ' && characters[index - 1] !== ' ';
      const isInside = index > 0 && index < characters.length - 1;
      if (isFirstSpace && splits && isInside && this.column > this.options.width) {
        this.newLine();
        if (characters[index + 1] === ' ') this.write('\\');
      } else this.write(escaped(character));
    });
    this.indicator('"', false);
  }
}

function escaped(character: string): string {
  const escape = escapes[character];
  if (escape !== undefined) return `\\${escape}`;
  const code = character.codePointAt(0) ?? 0;
  const isPlain =
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
  if (isPlain) return character;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
