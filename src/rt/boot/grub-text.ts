/**
 * Kernel arguments as words of GRUB's shell. What GRUB's lexer takes for itself: GRUB manual, "Shell-like scripting",
 * Quoting. What it then does on the way to the kernel: an argument with a blank gets double quotes around it, and
 * `'`, `"` and `\` get a backslash, which the kernel does not remove (grub-core/lib/cmdline.c).
 */
import type { KernelArg } from '../args/kernel-args.js';

/** Letters, digits and `_ - . , : = / + @ % ^ [ ]` are kept unchanged. */
const plain = /^[A-Za-z0-9_.,:=/+@%^[\]-]*$/;

/** Other printable ASCII characters are written in double quotes: blanks and `; & | < > { } ( ) * ? # ~ !`, and `$` after a backslash. */
const impossible = /['"\\`]|[^\x20-\x7e]/;

/** The first character of an argument that cannot be brought to the kernel through GRUB's menu, or undefined. */
export function unwritable(arg: KernelArg): string | undefined {
  return impossible.exec(arg.value === undefined ? arg.name : `${arg.name}=${arg.value}`)?.[0];
}

const quoted = (text: string): string =>
  plain.test(text) ? text : `"${text.replace(/["$\\]/g, (char) => `\\${char}`)}"`;

/**
 * The argument as a word for a menu's `linux` line or for GRUB_CMDLINE_LINUX: GRUB's shell reads the very text, without line ends. What
 * GRUB then makes of it has backslashes where the argument has `unwritable` characters.
 */
export function grubWord({ name, value }: KernelArg): string {
  return value === undefined ? quoted(name) : `${quoted(name)}=${quoted(value)}`;
}

/** A word of GRUB's script: its text, and what it says with quotes and backslashes removed (variables stay as written). */
export interface GrubWord {
  readonly text: string;
  readonly said: string;
  /** It names a variable outside single quotes: what it says is known only at boot. */
  readonly variable: boolean;
}

/** The word that begins at `at`; outside of quotes it ends before a character of `ends`. An open quote ends with the text. */
export function readGrubWord(text: string, at: number, ends: RegExp): GrubWord {
  const start = at;
  let said = '';
  let variable = false;
  while (at < text.length && !ends.test(text.charAt(at))) {
    const char = text.charAt(at);
    if (char === '\\') {
      if (text[at + 1] !== '\n') said += text.charAt(at + 1);
      at += 2;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      said += text.slice(at + 1, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end + 1;
    } else if (char === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
        if (text[at] === '\\' && /["$\\]/.test(text.charAt(at + 1))) at += 1;
        else if (text[at] === '$') variable = true;
        said += text.charAt(at);
      }
      at += 1;
    } else {
      if (char === '$') variable = true;
      const [piece] = (char === '$' ? /^\$\{[A-Za-z0-9_?#@*]*\}/.exec(text.slice(at)) : null) ?? [char];
      said += piece;
      at += piece.length;
    }
  }
  return { text: text.slice(start, at), said, variable };
}

/**
 * The words of a line in GRUB's shell that has no other commands in it. The same rules are written in shell in
 * grub-defaults.ts; a test holds them together.
 */
export function grubWords(line: string): readonly GrubWord[] {
  const words: GrubWord[] = [];
  for (let at = 0; ;) {
    while (at < line.length && /[ \t\n]/.test(line.charAt(at))) at += 1;
    if (at >= line.length) return words;
    const word = readGrubWord(line, at, /[ \t\n]/);
    words.push(word);
    at += word.text.length;
  }
}

/** The argument that a word becomes on the kernel's line. */
export function wordArg(word: GrubWord): KernelArg {
  return argOfText(word.said);
}

/** The same of what a word says. */
export function argOfText(said: string): KernelArg {
  const equals = said.indexOf('=', 1);
  const text = /\s/.test(said) ? `"${said}"` : said;
  return equals < 0
    ? { name: said, text }
    : { name: said.slice(0, equals), value: said.slice(equals + 1), text };
}
