/** Translates the text of a pattern of Python's `re`, part by part. */
import { classMembers, CONTROL, END, literal, START } from './python-regex-classes.js';

/** What is wrong with a pattern, and where (counted in characters). */
export class PatternFault extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

const FLAG_OF: Readonly<Record<string, keyof Flags | undefined>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};
class Translator {
  private at = 0;
  private groups = 0;
  private readonly names = new Set<string>();
  private readonly pattern: readonly string[];

  constructor(
    text: string,
    private flags: Flags,
    /** The flag that JavaScript itself applies to the whole pattern. */
    private readonly wholeIgnoresCase: boolean,
  ) {
    this.pattern = Array.from(text);
  }

  translate(): string {
    const source = this.alternatives();
    if (this.at < this.pattern.length) this.fail('unbalanced parenthesis');
    return source;
  }

  private fail(message: string): never {
    throw new PatternFault(message, this.at);
  }

  private peek(length = 1): string {
    return this.pattern.slice(this.at, this.at + length).join('');
  }

  private take(text: string): boolean {
    if (this.peek(Array.from(text).length) !== text) return false;
    this.at += Array.from(text).length;
    return true;
  }

  private until(end: string, what: string): string {
    const start = this.at;
    while (this.at < this.pattern.length && this.pattern[this.at] !== end) this.at += 1;
    if (this.at >= this.pattern.length) this.fail(`missing ${end} after ${what}`);
    const found = this.pattern.slice(start, this.at).join('');
    this.at += 1;
    return found;
  }

  private alternatives(): string {
    const outer = this.flags;
    let result = '';
    while (this.at < this.pattern.length && this.peek() !== ')') {
      if (this.take('|')) result += '|';
      else result += this.quantified();
    }
    this.flags = outer;
    return result;
  }

  private skipVerbose(): boolean {
    if (!this.flags.verbose) return false;
    if (/^[ \t\n\r\f\v]$/.test(this.peek())) {
      this.at += 1;
      return true;
    }
    if (this.peek() !== '#') return false;
    while (this.at < this.pattern.length && this.peek() !== '\n') this.at += 1;
    return true;
  }

  private quantified(): string {
    if (this.skipVerbose()) return '';
    if (/^[*+?]$/.test(this.peek())) this.fail('nothing to repeat');
    const position = /^(?:[$^]|\\[AZbB])/.test(this.peek(2));
    const atom = this.atom();
    if (atom === '') return '';
    while (this.skipVerbose());
    const quantifier = this.quantifier();
    if (quantifier === '') return atom;
    if (position) this.fail('nothing to repeat');
    // JavaScript repeats no assertion by itself.
    if (/^\(\?<?[=!]/.test(atom)) return `(?:${atom})${quantifier}`;
    return atom + quantifier;
  }

  private quantifier(): string {
    let quantifier: string;
    if (/^[*+?]$/.test(this.peek())) {
      quantifier = this.peek();
      this.at += 1;
    } else {
      const rest = this.pattern.slice(this.at, this.at + 24).join('');
      const found = /^\{(\d*)(,?)(\d*)\}/.exec(rest);
      const [whole = '', from = '', comma = '', to = ''] = found ?? [];
      if (whole === '' || (from === '' && to === '' && comma === '') || whole === '{}') return '';
      if (to !== '' && Number(to) < Number(from)) this.fail('min repeat greater than max repeat');
      quantifier = `{${from === '' ? '0' : from}${comma}${to}}`;
      this.at += whole.length;
    }
    if (this.take('?')) return `${quantifier}?`;
    if (this.peek() === '+') this.fail('possessive repetition is not supported');
    if (
      /^[*]$/.test(this.peek()) ||
      /^\{\d+,?\d*\}/.test(this.pattern.slice(this.at, this.at + 24).join(''))
    ) {
      this.fail('multiple repeat');
    }
    return quantifier;
  }

  private atom(): string {
    const character = this.peek();
    this.at += 1;
    switch (character) {
      case '.':
        return this.flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.flags.multiline ? '(?<![^\\n])' : START;
      case '$':
        return this.flags.multiline ? '(?![^\\n])' : `(?=\\n?${END})`;
      case '[':
        return this.brackets();
      case '(':
        return this.group();
      case '\\':
        return this.escape();
      default:
        return this.cased(character);
    }
  }

  /** A literal; letters are spelled out where a part of the pattern alone ignores case. */
  private cased(character: string): string {
    if (this.flags.ignoreCase === this.wholeIgnoresCase) return literal(character);
    if (!this.flags.ignoreCase) return this.fail('switching (?-i) off inside a pattern is not supported');
    const both = new Set(
      [character, character.toLowerCase(), character.toUpperCase()].filter((c) => Array.from(c).length === 1),
    );
    return both.size === 1 ? literal(character) : `[${[...both].map(literal).join('')}]`;
  }

  private group(): string {
    if (!this.take('?')) {
      this.groups += 1;
      return this.close('(');
    }
    if (this.take('#')) {
      this.until(')', 'a comment');
      return '';
    }
    if (this.take('P<')) return this.namedGroup();
    if (this.take('P=')) return this.namedReference(this.until(')', 'a group name'));
    for (const opening of [':', '=', '!', '<=', '<!']) {
      if (this.take(opening)) return this.close(`(?${opening}`);
    }
    if (this.take('>')) this.fail('atomic groups are not supported');
    if (this.take('(')) this.fail('conditional groups are not supported');
    return this.inlineFlags();
  }

  private close(opening: string): string {
    const inner = this.alternatives();
    if (!this.take(')')) this.fail('missing ), unterminated subpattern');
    return `${opening}${inner})`;
  }

  private namedGroup(): string {
    const name = this.until('>', 'a group name');
    if (!/^[A-Za-z_]\w*$/.test(name)) this.fail(`bad character in group name ${JSON.stringify(name)}`);
    if (this.names.has(name)) this.fail(`redefinition of group name ${JSON.stringify(name)}`);
    this.names.add(name);
    this.groups += 1;
    return this.close(`(?<${name}>`);
  }

  private namedReference(name: string): string {
    if (!this.names.has(name)) this.fail(`unknown group name ${JSON.stringify(name)}`);
    return `\\k<${name}>`;
  }

  private inlineFlags(): string {
    const found = /^([aiLmsux]*)(?:-([imsx]+))?([:)])/.exec(
      this.pattern.slice(this.at, this.at + 16).join(''),
    );
    if (found === null) this.fail(`unknown extension ?${this.peek()}`);
    const [whole, on = '', off = '', end] = found;
    const start = this.at - 2;
    this.at += whole.length;
    const outer = this.flags;
    const changed: Partial<Record<keyof Flags, boolean>> = {};
    for (const letter of on) {
      const flag = FLAG_OF[letter];
      if (flag !== undefined) changed[flag] = true;
    }
    for (const letter of off) {
      const flag = FLAG_OF[letter];
      if (flag !== undefined) changed[flag] = false;
    }
    if (end === ')') {
      if (start !== 0) this.fail('global flags not at the start of the expression');
      this.flags = { ...outer, ...changed };
      return '';
    }
    this.flags = { ...outer, ...changed };
    const result = this.close('(?:');
    this.flags = outer;
    return result;
  }

  /** Just after a backslash, outside brackets. */
  private escape(): string {
    const character = this.peek();
    if (character === '') this.fail('bad escape (end of pattern)');
    if (/^[1-9]$/.test(character)) {
      const digits =
        /^(?:[0-3][0-7]{2}|\d{1,2})/.exec(this.pattern.slice(this.at, this.at + 3).join(''))?.[0] ??
        character;
      this.at += digits.length;
      if (/^[0-3][0-7]{2}$/.test(digits)) return literal(String.fromCharCode(Number.parseInt(digits, 8)));
      if (Number(digits) > this.groups) this.fail(`invalid group reference ${digits}`);
      // A digit after the reference must not become part of it.
      return `(?:\\${digits})`;
    }
    this.at += 1;
    const word = classMembers('w', this.flags.ascii);
    switch (character) {
      case 'A':
        return START;
      case 'Z':
        return END;
      case 'b':
        return `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
      case 'B':
        return `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`;
      case 'd':
      case 's':
      case 'w':
        return `[${classMembers(character, this.flags.ascii)}]`;
      case 'D':
      case 'S':
      case 'W':
        return `[^${classMembers(character.toLowerCase(), this.flags.ascii)}]`;
      default:
        return this.cased(this.escapedCharacter(character));
    }
  }

  /** The character that an escape stands for; the letter itself is taken already. */
  private escapedCharacter(character: string): string {
    const control = CONTROL[character];
    if (control !== undefined) return control;
    const digits = { x: 2, u: 4, U: 8 }[character];
    if (digits !== undefined) {
      const hex = this.peek(digits);
      if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(hex))
        this.fail(`incomplete escape \\${character}${hex}`);
      this.at += digits;
      return String.fromCodePoint(Number.parseInt(hex, 16));
    }
    if (character === '0') {
      const octal = /^[0-7]{0,2}/.exec(this.peek(2))?.[0] ?? '';
      this.at += octal.length;
      return String.fromCharCode(Number.parseInt(`0${octal}`, 8));
    }
    if (/^[A-Za-z]$/.test(character)) this.fail(`bad escape \\${character}`);
    return character;
  }

  private brackets(): string {
    const negated = this.take('^');
    let result = '';
    let first = true;
    while (first || this.peek() !== ']') {
      if (this.at >= this.pattern.length) this.fail('unterminated character set');
      first = false;
      result += this.member();
    }
    this.at += 1;
    return `[${negated ? '^' : ''}${result}]`;
  }

  /** One character, range or class inside brackets. */
  private member(): string {
    const from = this.memberCharacter();
    if (this.peek() !== '-' || this.peek(2) === '-]' || this.at + 1 >= this.pattern.length)
      return this.memberText(from);
    this.at += 1;
    const to = this.memberCharacter();
    if (from.length > 2 || to.length > 2) this.fail('bad character range');
    if ((to.codePointAt(0) ?? 0) < (from.codePointAt(0) ?? 0)) this.fail(`bad character range ${from}-${to}`);
    if (this.flags.ignoreCase === this.wholeIgnoresCase) return `${literal(from)}-${literal(to)}`;
    return this.casedRange(from, to);
  }

  private memberText(member: string): string {
    if (member.length > 2) return member;
    const cased = this.cased(member);
    return cased.startsWith('[') ? cased.slice(1, -1) : cased;
  }

  private casedRange(from: string, to: string): string {
    if (!this.flags.ignoreCase) this.fail('switching (?-i) off inside a pattern is not supported');
    let result = `${literal(from)}-${literal(to)}`;
    for (let code = from.codePointAt(0) ?? 0; code <= Math.min(to.codePointAt(0) ?? 0, 0x24f); code += 1) {
      const character = String.fromCodePoint(code);
      for (const other of [character.toLowerCase(), character.toUpperCase()]) {
        if (other !== character && Array.from(other).length === 1) result += literal(other);
      }
    }
    return result;
  }

  /** A single character, or the text of a class (always longer than two characters). */
  private memberCharacter(): string {
    const character = this.peek();
    this.at += 1;
    if (character !== '\\') return character;
    const escaped = this.peek();
    this.at += 1;
    if (/^[dsw]$/.test(escaped)) return `[${classMembers(escaped, this.flags.ascii)}]`;
    if (/^[DSW]$/.test(escaped)) return `[^${classMembers(escaped.toLowerCase(), this.flags.ascii)}]`;
    if (escaped === 'b') return '\b';
    if (/^[1-7]$/.test(escaped)) {
      const octal = /^[0-7]{0,2}/.exec(this.peek(2))?.[0] ?? '';
      this.at += octal.length;
      return String.fromCharCode(Number.parseInt(escaped + octal, 8));
    }
    return this.escapedCharacter(escaped);
  }
}

/**
 * The source for a RegExp with the `v` flag; with `i` too where `flags` say so. Throws PatternFault for what
 * Python refuses, or JavaScript cannot do.
 */
export function translatePattern(pattern: string, flags: Flags): string {
  const source = new Translator(pattern, flags, flags.ignoreCase).translate();
  return source === '' ? '(?:)' : source;
}
