/**
 * Tokens of Jinja2 (jinja2/lexer.py) on nunjucks' Tokenizer, which keeps the position. What nunjucks reads
 * differently and is read here as Jinja2 does: escapes in strings (nunjucks drops the backslash of `\d`),
 * `}}` that closes two mappings, numbers, `r/` as the start of a regular expression, `#}` in plain text,
 * `{%+`, `+%}`, and white space before and after comments.
 */
import { TemplateFault, type Source } from '../fault.js';
import { TokenizerBase, type LexerOptions, type Token } from './nunjucks.js';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const punctuation: Readonly<Record<string, string>> = {
  '(': 'left-paren',
  ')': 'right-paren',
  '[': 'left-bracket',
  ']': 'right-bracket',
  '{': 'left-curly',
  '}': 'right-curly',
  ',': 'comma',
  ':': 'colon',
  '~': 'tilde',
  '|': 'pipe',
};
const number =
  /0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|\d(?:_?\d)*(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const identifier = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const operators = ['**', '//', '==', '!=', '<=', '>=', '+', '-', '*', '/', '%', '<', '>', '=', '.'];
const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

export interface JinjaLexerOptions extends LexerOptions {
  /** The text is one bare expression (`when:`), without tags. */
  readonly bare?: boolean;
  /** Line end of the text outside of tags; the default is `\n`. */
  readonly newline?: string;
  /** Backslashes in strings inside `{{ }}` are plain, as Ansible treats task arguments. */
  readonly plainBackslashes?: boolean;
}

/** What a character that expressions do not have stands for elsewhere. */
function meantBy(character: string): string {
  if (/[\u2018-\u201f\u00ab\u00bb]/.test(character))
    return ' Write texts in straight quotes: "..." or \'...\'.';
  if (character === '&') return ' Write "and" for both.';
  return character === '!' ? ' Write "not" to negate.' : '';
}

export class JinjaTokenizer extends TokenizerBase {
  private readonly open: string[] = [];
  private opened: Token | undefined;
  private readonly newline: string;
  private readonly bare: boolean;
  private readonly plainBackslashes: boolean;

  constructor(
    private readonly source: Source,
    options: JinjaLexerOptions,
  ) {
    super(source.text, options);
    this.newline = options.newline ?? '\n';
    this.bare = options.bare === true;
    this.plainBackslashes = options.plainBackslashes === true;
    if (this.bare) this.in_code = true;
  }

  override nextToken(): Token | null {
    return this.in_code ? this.codeToken() : this.dataToken();
  }

  private token(type: string, value: string, lineno: number, colno: number): Token {
    return { type, value, lineno, colno };
  }

  private fault(detail: string, line = this.lineno, column = this.colno, hint?: string): TemplateFault {
    return new TemplateFault('TEMPLATE_SYNTAX', detail, hint, { source: this.source, line, column });
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.str)?.[0];
    if (found !== undefined) this.forwardN(found.length);
    return found;
  }

  private skipNewline(): void {
    if (this.trimBlocks && this.current() === '\n') this.forward();
  }

  private dataToken(): Token | null {
    if (this.isFinished()) return null;
    const { lineno, colno } = this;
    const { BLOCK_START, VARIABLE_START, COMMENT_START } = this.tags;
    const starts: readonly (readonly [string, string])[] = [
      [COMMENT_START, 'comment'],
      [BLOCK_START, 'block-start'],
      [VARIABLE_START, 'variable-start'],
    ];
    for (const [start, type] of starts) {
      if (this._matches(start) !== true) continue;
      if (type === 'comment') return this.comment();
      this.forwardN(start.length);
      const sign = /^[-+]/.exec(this.str.slice(this.index, this.index + 1))?.[0] ?? '';
      // A variable has no `+` sign: `{{+1}}` is a number.
      const taken = type === 'variable-start' && sign === '+' ? '' : sign;
      this.forwardN(taken.length);
      this.in_code = true;
      this.open.length = 0;
      this.opened = this.token(type, start + taken, lineno, colno);
      return this.opened;
    }
    const next = starts.map(([start]) => this.str.indexOf(start, this.index)).filter((at) => at >= 0);
    const end = next.length === 0 ? this.len : Math.min(...next);
    let data = this.str.slice(this.index, end);
    const startsLine = colno === 0;
    this.forwardN(data.length);
    if (this.lstripBlocks && end < this.len) data = this.stripLineStart(data, startsLine);
    return this.token(
      'data',
      this.newline === '\n' ? data : data.replaceAll('\n', this.newline),
      lineno,
      colno,
    );
  }

  /** Removes the blanks between the start of the line and a tag or comment (not a variable, not `{%+`). */
  private stripLineStart(data: string, startsLine: boolean): string {
    const isTag = [this.tags.BLOCK_START, this.tags.COMMENT_START].some(
      (start) => this._matches(start) === true && this.str[this.index + start.length] !== '+',
    );
    if (!isTag) return data;
    const lineStart = data.lastIndexOf('\n') + 1;
    if (lineStart === 0 && !startsLine) return data;
    return /^\s*$/.test(data.slice(lineStart)) ? data.slice(0, lineStart) : data;
  }

  private comment(): Token {
    const { lineno, colno } = this;
    const end = this.str.indexOf(this.tags.COMMENT_END, this.index + this.tags.COMMENT_START.length);
    if (end < 0) throw this.fault(`The comment ${this.tags.COMMENT_START} is not closed.`, lineno, colno);
    const value = this.str.slice(this.index, end + this.tags.COMMENT_END.length);
    this.forwardN(value.length);
    if (value.at(-this.tags.COMMENT_END.length - 1) !== '+') this.skipNewline();
    return this.token('comment', value, lineno, colno);
  }

  private codeToken(): Token | null {
    const { lineno, colno } = this;
    if (this.isFinished()) return this.endOfText(lineno, colno);
    const current = this.current();
    const blanks = this.take(/\s+/y);
    if (blanks !== undefined) return this.token('whitespace', blanks, lineno, colno);
    if (!this.bare && this.open.length === 0) {
      const end = this.tagEnd(lineno, colno);
      if (end !== undefined) return end;
    }
    if (current === '"' || current === "'") return this.token('string', this.string(current), lineno, colno);
    if (/\d/.test(current)) {
      const afterDot = this.index > 0 && this.str[this.index - 1] === '.';
      const digits = this.take(afterDot ? /\d+/y : number) ?? '';
      const type = /^\d/.test(digits) && /[.eE]/.test(digits) && !/^0[xX]/.test(digits) ? 'float' : 'int';
      return this.token(type, digits.replaceAll('_', ''), lineno, colno);
    }
    const name = this.take(identifier);
    if (name !== undefined) return this.token('symbol', name, lineno, colno);
    return this.punctuation(current, lineno, colno);
  }

  private endOfText(lineno: number, colno: number): Token {
    if (this.bare) return this.token('end', '', lineno, colno);
    const opened = this.opened;
    throw this.fault(
      `The tag ${opened?.value ?? '{{'} is not closed.`,
      opened?.lineno ?? lineno,
      opened?.colno ?? colno,
    );
  }

  private tagEnd(lineno: number, colno: number): Token | undefined {
    const { BLOCK_END, VARIABLE_END } = this.tags;
    const isBlock = this.opened?.type === 'block-start';
    const end = isBlock ? BLOCK_END : VARIABLE_END;
    const found =
      this._extractString(`-${end}`) ??
      (isBlock ? this._extractString(`+${end}`) : null) ??
      this._extractString(end);
    if (found === null) return undefined;
    this.in_code = false;
    if (isBlock && !found.startsWith('+')) this.skipNewline();
    return this.token(isBlock ? 'block-end' : 'variable-end', found, lineno, colno);
  }

  private punctuation(current: string, lineno: number, colno: number): Token {
    const close = closing[current];
    if (close !== undefined) this.open.push(close);
    else if (')]}'.includes(current)) {
      const expected = this.open.pop();
      if (expected !== current) {
        throw this.fault(
          `Unexpected "${current}"${expected === undefined ? (current === '}' ? '. "{{" is closed with "}}"' : '') : `, expected "${expected}"`}.`,
        );
      }
    }
    const type = punctuation[current];
    if (type !== undefined) {
      this.forward();
      return this.token(type, current, lineno, colno);
    }
    for (const operator of operators) {
      if (this._extractString(operator) !== null) return this.token('operator', operator, lineno, colno);
    }
    throw this.fault(`Unexpected character "${current}" in an expression.${meantBy(current)}`);
  }

  private string(quote: string): string {
    const { lineno, colno } = this;
    const plain = this.plainBackslashes && this.opened?.type === 'variable-start';
    let value = '';
    this.forward();
    for (;;) {
      if (this.isFinished())
        throw this.fault(`The string that starts with ${quote} is not closed.`, lineno, colno);
      const current = this.current();
      this.forward();
      if (current === quote) return value;
      if (current !== '\\') value += current;
      else if (plain) value += current;
      else value += this.escape();
    }
  }

  /** Escapes of Python strings; a backslash before anything else stays. */
  private escape(): string {
    const current = this.current();
    const simple = simpleEscapes[current];
    if (simple !== undefined) {
      this.forward();
      return simple;
    }
    const code = this.take(/x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}/y);
    if (code === undefined) return '\\';
    const point = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
    if (point > 0x10ffff) throw this.fault(`The escape \\${code} is not a character.`);
    return String.fromCodePoint(point);
  }
}
