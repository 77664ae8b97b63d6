/**
 * A kernel command line as an ordered list of arguments.
 * How the kernel cuts it up: next_arg() and parse_args() (lib/cmdline.c, kernel/params.c);
 * Documentation/admin-guide/kernel-parameters.rst.
 */

/** One argument. `text` is how it is on the line; two arguments with the same name and value may differ in it. */
export interface KernelArg {
  readonly name: string;
  /** Without its quotes. Undefined when there is no `=`. */
  readonly value?: string;
  readonly text: string;
}

export interface KernelLine {
  readonly args: readonly KernelArg[];
  /** What comes after `--`: init gets it, the kernel does not read it. Undefined without `--`. */
  readonly initText?: string;
}

/** isspace() of the kernel: besides ASCII's also the byte 0xa0, which here is the character U+00A0. */
const blank = /[ \t\n\v\f\r\u00a0]/;

function readToken(token: string): KernelArg {
  const opens = token.startsWith('"');
  const body = opens ? token.slice(1) : token;
  const closes = body.endsWith('"');
  // A `=` in front is part of the name.
  const equals = body.indexOf('=', 1);
  if (equals < 0) return { name: opens && closes ? body.slice(0, -1) : body, text: token };
  const name = body.slice(0, equals);
  let value = body.slice(equals + 1);
  if (value.startsWith('"')) {
    value = value.slice(1);
    if (closes && value !== '') value = value.slice(0, -1);
    return { name, value, text: token };
  }
  return { name, value: opens && closes ? value.slice(0, -1) : value, text: token };
}

/**
 * Cuts a line up as the kernel does: blanks part arguments, double quotes protect blanks (`name="a b"` and `"name=a b"`
 * are the same) and cannot be escaped, and a lone `--` ends the kernel's part. No text is a fault.
 */
export function parseKernelLine(line: string): KernelLine {
  const args: KernelArg[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && blank.test(line.charAt(at))) at += 1;
    if (at === line.length) return { args };
    const start = at;
    let quoted = false;
    for (; at < line.length && (quoted || !blank.test(line.charAt(at))); at += 1) {
      if (line[at] === '"') quoted = !quoted;
    }
    const arg = readToken(line.slice(start, at));
    if (arg.name === '--' && arg.value === undefined) return { args, initText: line.slice(at).trim() };
    args.push(arg);
  }
}

/** The line, its arguments parted by one blank each. */
export function formatKernelLine(line: KernelLine): string {
  const words = line.args.map(({ text }) => text);
  if (line.initText !== undefined) words.push('--', ...(line.initText === '' ? [] : [line.initText]));
  return words.join(' ');
}

/** An argument; a value with blanks gets double quotes. What cannot be written at all is found by `faultsOf`. */
export function kernelArg(name: string, value?: string): KernelArg {
  if (value === undefined) return { name, text: name };
  return { name, value, text: blank.test(value) ? `${name}="${value}"` : `${name}=${value}` };
}

/** Can GRUB's files and the kernel take it for the name of an argument? */
export function isArgName(name: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(name) && !/^-+$/.test(name);
}

/** For comparing names: `-` and `_` are the same to the kernel (parameq()). */
export function canonicalName(name: string): string {
  return name.replaceAll('-', '_');
}

/** Same name and same value, however written. */
export function sameArg(left: KernelArg, right: KernelArg): boolean {
  return canonicalName(left.name) === canonicalName(right.name) && left.value === right.value;
}

/** All arguments of a name, in order. Of most names the kernel obeys the last one. */
export function argsNamed(args: readonly KernelArg[], name: string): readonly KernelArg[] {
  const wanted = canonicalName(name);
  return args.filter((arg) => canonicalName(arg.name) === wanted);
}
