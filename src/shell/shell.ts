/**
 * Shell text. Scripts for targets are only made with the `sh` tagged template, which quotes every value;
 * text that is already shell is a `Shell` and is inserted as it is. The dialect is POSIX (dash, bash,
 * busybox ash): XCU 2.2.2, single quotes.
 */

/** A stretch of a shell text that is sent like all of it, and not shown to people. */
interface Withheld {
  /** Where it begins and how long it is, in UTF-16 units of the text. */
  readonly at: number;
  readonly length: number;
  /** What is shown in its place. */
  readonly note: string;
}

/** A piece of shell text that needs no more quoting. */
export class Shell {
  constructor(
    readonly text: string,
    readonly withheld: readonly Withheld[] = [],
  ) {}
  toString(): string {
    return this.text;
  }
  /** The text for people: a note in the place of what is withheld, and `mask` applied to all that stands between. */
  shown(mask: (text: string) => string): string {
    let shown = '';
    let from = 0;
    for (const { at, length, note } of this.withheld) {
      shown += mask(this.text.slice(from, at)) + note;
      from = at + length;
    }
    return shown + mask(this.text.slice(from));
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

/** Grows by pieces, and keeps what is withheld of each. */
class ShellBuilder {
  private text = '';
  private readonly withheld: Withheld[] = [];

  add(value: Insertable): void {
    if (typeof value === 'string') this.text += quote(value);
    else if (typeof value === 'number') this.text += String(value);
    else if (value instanceof Shell) this.piece(value);
    else this.list(value, ' ');
  }

  /** Text that needs no quoting. */
  literal(text: string): void {
    this.text += text;
  }

  list(values: readonly (string | number | Shell)[], between: string): void {
    values.forEach((value, index) => {
      if (index > 0) this.text += between;
      this.add(value);
    });
  }

  get shell(): Shell {
    return new Shell(this.text, this.withheld);
  }

  private piece({ text, withheld }: Shell): void {
    for (const stretch of withheld) this.withheld.push({ ...stretch, at: this.text.length + stretch.at });
    this.text += text;
  }
}

/** The template's own text as shell: backslashes stay, and `$\\{x}` stands for the shell's `${x}`. */
function literal(text: string | undefined): string {
  return (text ?? '').replaceAll('$\\{', '${');
}

/** `sh\`rm -f -- ${path}\`` quotes path; a list becomes several words; a Shell is inserted as it is. */
export function sh(strings: TemplateStringsArray, ...values: readonly Insertable[]): Shell {
  const builder = new ShellBuilder();
  builder.literal(literal(strings.raw[0]));
  values.forEach((value, index) => {
    builder.add(value);
    builder.literal(literal(strings.raw[index + 1]));
  });
  return builder.shell;
}

/** Shell text written by hand (libraries of functions); nothing in it is quoted. */
export function raw(text: string): Shell {
  return new Shell(text);
}

/** Joins pieces with newlines. */
export function lines(parts: readonly Shell[]): Shell {
  const builder = new ShellBuilder();
  builder.list(parts, '\n');
  return builder.shell;
}

/** The same text, of which people are shown only what it is and how long (`--trace`). */
export function withheld(what: string, { text }: Shell): Shell {
  const note = `(${what}: ${Buffer.byteLength(text)} bytes)`;
  return new Shell(text, [{ at: 0, length: text.length, note }]);
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
