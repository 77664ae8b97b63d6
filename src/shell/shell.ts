/**
 * Shell text. Scripts for targets are only made with the `sh` tagged template, which quotes every value;
 * text that is already shell is a `Shell` and is inserted as it is. The dialect is POSIX (dash, bash,
 * busybox ash): XCU 2.2.2, single quotes.
 */

/** A piece of shell text that needs no more quoting. */
export class Shell {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Insertable = string | number | Shell | readonly (string | number | Shell)[];

/**
 * Words that need no quotes anywhere. Quoted although they look harmless: `A=b` (an assignment where a
 * command is expected), `2` (in front of `>` it names a file descriptor), reserved words, a leading dash.
 */
const plainWord = /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+:,./-]*$/;
const onlyDigits = /^[0-9]+$/;
const reserved = new Set(
  'if then else elif fi do done case esac while until for in function select time coproc'.split(' '),
);

/** A text cannot be handed to a shell. */
export class NulByte extends RangeError {
  constructor() {
    super('a shell word cannot contain a NUL byte');
  }
}

/** Quotes one value so that a POSIX shell reads back exactly that value. NUL cannot be passed: throws NulByte. */
export function quote(value: string): string {
  if (value.includes('\0')) throw new NulByte();
  if (plainWord.test(value) && !onlyDigits.test(value) && !reserved.has(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function insert(value: Insertable): string {
  if (value instanceof Shell) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  return value.map(insert).join(' ');
}

/** The template's own text as shell: backslashes stay, and `$\\{x}` stands for the shell's `${x}`. */
function literal(text: string | undefined): string {
  return (text ?? '').replaceAll('$\\{', '${');
}

/** `sh\`rm -f -- ${path}\`` quotes path; a list becomes several words; a Shell is inserted as it is. */
export function sh(strings: TemplateStringsArray, ...values: readonly Insertable[]): Shell {
  let text = literal(strings.raw[0]);
  values.forEach((value, index) => {
    text += insert(value) + literal(strings.raw[index + 1]);
  });
  return new Shell(text);
}

/** Shell text written by hand (libraries of functions); nothing in it is quoted. */
export function raw(text: string): Shell {
  return new Shell(text);
}

/** Joins pieces with newlines. */
export function lines(parts: readonly Shell[]): Shell {
  return new Shell(parts.map((part) => part.text).join('\n'));
}

/** Function definitions of which each piece is there once, whatever is built on what. */
class Library extends Shell {
  constructor(readonly pieces: ReadonlySet<Shell>) {
    super([...pieces].map((piece) => piece.text).join('\n'));
  }
}

/** Joins function definitions with newlines; a piece that several of the parts are built on comes once, where it comes first. */
export function library(parts: readonly Shell[]): Shell {
  return new Library(new Set(parts.flatMap((part) => (part instanceof Library ? [...part.pieces] : [part]))));
}
