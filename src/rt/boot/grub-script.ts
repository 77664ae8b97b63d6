/**
 * The statements and blocks of a GRUB script (GRUB manual, "Shell-like scripting"), as far as a menu needs them. Nothing is
 * run: both branches of an `if` are read.
 */
import { readGrubWord, type GrubWord } from './grub-text.js';

export interface Keyword {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** A command with its words: `linux /boot/vmlinuz ... ro`. A block's head (`menuentry 'title' {`) has its body. */
export interface Statement {
  readonly words: readonly GrubWord[];
  /** `if`, `then`, `else` and the like that stand directly before its first word. */
  readonly lead?: readonly Keyword[];
  readonly body?: readonly Statement[];
  /** Where it is in the text: from the beginning of its first word to the end of its last word or its `}`. */
  readonly from: number;
  readonly to: number;
  /** Of a body: just after `{`, and at `}`. */
  readonly bodyFrom?: number;
  readonly bodyTo?: number;
}

const blank = /[ \t\r]/;
const ends = /[ \t\r\n;|&<>{}]/;

/** Reads statements until the text or the block ends. Text that is not a valid script gives what can be made of it. */
export function grubStatements(text: string, start = 0): { statements: readonly Statement[]; end: number } {
  const statements: Statement[] = [];
  let words: GrubWord[] = [];
  let lead: Keyword[] = [];
  let from = start;
  let to = start;
  const led = (): { readonly lead?: readonly Keyword[] } => {
    const found = lead;
    lead = [];
    return found.length === 0 ? {} : { lead: found };
  };
  const finish = (): void => {
    if (words.length > 0) statements.push({ words, ...led(), from, to });
    words = [];
  };
  let at = start;
  while (at < text.length) {
    const char = text.charAt(at);
    if (blank.test(char)) at += 1;
    else if (text.startsWith('\\\n', at)) at += 2;
    else if (char === '#') {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
    } else if (char === '{') {
      const inner = grubStatements(text, at + 1);
      const close = Math.min(inner.end + 1, text.length);
      statements.push({
        words,
        ...led(),
        body: inner.statements,
        from: words.length > 0 ? from : at,
        to: close,
        bodyFrom: at + 1,
        bodyTo: inner.end,
      });
      words = [];
      at = close;
    } else if (char === '}') {
      finish();
      // One that closes nothing is skipped at the outermost level.
      if (start > 0) return { statements, end: at };
      at += 1;
    } else if (ends.test(char)) {
      finish();
      at += 1;
    } else {
      const word = readGrubWord(text, at, ends);
      if (words.length === 0) from = at;
      // `then` and the like begin a command of their own after them.
      if (/^(if|elif|then|else|while|until|do)$/.test(word.text) && words.length === 0) {
        lead.push({ word: word.text, from: at, to: at + word.text.length });
        at += word.text.length;
        continue;
      }
      words.push(word);
      at += word.text.length;
      to = at;
    }
  }
  finish();
  return { statements, end: at };
}

/** All statements, also those in blocks. */
export function everyStatement(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => [statement, ...everyStatement(statement.body ?? [])]);
}
