/**
 * Python literals. Ansible evaluates the values of INI inventories as Python literals and takes what is
 * none as text, so `23` is a number, `[1, 2]` and `1,2` are lists, and `FALSE`, `0644` and `2-7` are text.
 * The grammar is that of docs.python.org/3/reference/lexical_analysis.html and ast.literal_eval.
 */

import type { Value } from '../values/value.js';
import { readString } from './literal-string.js';

const NUMBER =
  /^(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:[0-9](?:_?[0-9])*\.(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9](?:_?[0-9])*)?|[0-9](?:_?[0-9])*[eE][-+]?[0-9](?:_?[0-9])*|[1-9](?:_?[0-9])*|0(?:_?0)*)(?![\w.])/;

class NotALiteral extends Error {}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Value {
    const value = this.tuple('');
    this.space();
    if (this.at < this.text.length) throw new NotALiteral();
    return value;
  }

  private space(): void {
    this.at += /^[ \t\f]*(?:#.*)?/.exec(this.text.slice(this.at))?.[0].length ?? 0;
  }

  private eat(wanted: string): boolean {
    this.space();
    if (!this.text.startsWith(wanted, this.at)) return false;
    this.at += wanted.length;
    return true;
  }

  private peek(end: string): boolean {
    this.space();
    return end === '' ? this.at >= this.text.length : this.text.startsWith(end, this.at);
  }

  /** One value, or several with commas between them, up to `end` (not eaten). */
  private tuple(end: string): Value {
    if (end === ')' && this.peek(end)) return [];
    const first = this.value();
    if (!this.eat(',')) return first;
    return [first, ...this.items(end)];
  }

  private items(end: string): Value[] {
    const items: Value[] = [];
    while (!this.peek(end)) {
      items.push(this.value());
      if (!this.eat(',')) break;
    }
    return items;
  }

  private value(): Value {
    this.space();
    const next = this.text[this.at] ?? '';
    if (this.eat('[')) return this.closed(this.items(']'), ']');
    if (this.eat('(')) return this.closed(this.tuple(')'), ')');
    if (this.eat('{')) return this.closed(this.braces(), '}');
    if (/["']/.test(next) || /^[rRuUbB]{1,2}["']/.test(this.text.slice(this.at))) return this.strings();
    const word = /^(?:True|False|None)(?!\w)/.exec(this.text.slice(this.at))?.[0];
    if (word !== undefined) {
      this.at += word.length;
      return word === 'None' ? null : word === 'True';
    }
    return this.number();
  }

  private closed<T>(value: T, end: string): T {
    if (!this.eat(end)) throw new NotALiteral();
    return value;
  }

  private braces(): Value {
    if (this.peek('}')) return {};
    const first = this.value();
    if (!this.eat(':')) return this.eat(',') ? [first, ...this.items('}')] : [first];
    const pairs: [string, Value][] = [[keyText(first), this.value()]];
    while (this.eat(',') && !this.peek('}')) {
      const key = this.value();
      if (!this.eat(':')) throw new NotALiteral();
      pairs.push([keyText(key), this.value()]);
    }
    return Object.fromEntries(pairs);
  }

  private strings(): string {
    let text = '';
    do {
      const read = readString(this.text, this.at);
      if (read === undefined) throw new NotALiteral();
      text += read.value;
      this.at = read.end;
      this.space();
    } while (/^(?:[rRuUbB]{0,2})["']/.test(this.text.slice(this.at)));
    return text;
  }

  private number(): number {
    const sign = /^[-+]?/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += sign.length;
    this.space();
    const written = NUMBER.exec(this.text.slice(this.at))?.[0];
    if (written === undefined) throw new NotALiteral();
    this.at += written.length;
    const value = Number(written.replaceAll('_', ''));
    // A number that a double cannot hold exactly stays as it is written.
    if (/^[0-9_xXoObBa-fA-F]+$/.test(written) && !Number.isSafeInteger(value)) throw new NotALiteral();
    return sign === '-' ? 0 - value : value;
  }
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return String(key);
  throw new NotALiteral();
}

/** The value of a Python literal; the text itself when it is none. */
export function readLiteral(text: string): Value {
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error instanceof NotALiteral) return text;
    throw error;
  }
}
