/**
 * A kernel command line as an ordered list of arguments.
 * How the kernel cuts it up: next_arg() and parse_args() (lib/cmdline.c, kernel/params.c);
 * Documentation/admin-guide/kernel-parameters.rst.
 */

/** One argument. `text` is how it stands on the line; two arguments with the same name and value may differ in it. */
export interface KernelArg {
  readonly name: string;
  /** Without its quotes. Undefined when there is no `=`. */
  readonly value?: string;
  readonly text: string;
}

export interface KernelLine {
  readonly args: readonly KernelArg[];
  /** What stands behind `--`: init gets it, the kernel does not read it. Undefined without `--`. */
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

/** Names that may stand more than once, each with an effect of its own. */
const repeatable: ReadonlySet<string> = new Set([
  // Each is one console; the last one becomes /dev/console (Documentation/admin-guide/serial-console.rst).
  'console',
  'earlycon',
  // Each is a region, a string or an option that adds up (Documentation/admin-guide/kernel-parameters.txt).
  'memmap',
  'crashkernel',
  'acpi_osi',
  'initcall_blacklist',
  'pci',
  // One for each connector (Documentation/fb/modedb.rst); a query each (admin-guide/dynamic-debug-howto.rst).
  'video',
  'dyndbg',
  // For user space: modprobe(8), dracut.cmdline(7), systemd(1), systemd-fstab-generator(8).
  'modprobe.blacklist',
  'ip',
  'rd.luks.uuid',
  'rd.lvm.lv',
  'rd.lvm.vg',
  'rd.md.uuid',
  'rd.driver.blacklist',
  'rd.driver.pre',
  'systemd.mask',
  'systemd.wants',
  'systemd.setenv',
  'systemd.mount_extra',
  'systemd.swap_extra',
]);

/**
 * Names whose meaning hangs on the order among them, so that they are only replaced together: `hugepages=` counts pages
 * of the size that the `hugepagesz=` before it names (Documentation/admin-guide/mm/hugetlbpage.rst).
 */
const ordered: readonly (readonly string[])[] = [['hugepagesz', 'hugepages']];

/** True when arguments of this name stand beside earlier ones of it. */
export function isRepeatable(name: string): boolean {
  const canonical = canonicalName(name);
  return repeatable.has(canonical) || ordered.flat().includes(canonical);
}

/** What is taken out of a line: all arguments of a name (`quiet`), or those with just this value (`console=tty0`). */
export interface Removal {
  readonly name: string;
  readonly value?: string;
}

export function removeArgs(args: readonly KernelArg[], removals: readonly Removal[]): readonly KernelArg[] {
  return args.filter(
    (arg) =>
      !removals.some(
        ({ name, value }) =>
          canonicalName(name) === canonicalName(arg.name) && (value === undefined || value === arg.value),
      ),
  );
}

/** What makes room for `wanted` on a line: same-named arguments, same ones where a name may repeat, the whole of an ordered group. */
export function replacedBy(wanted: readonly KernelArg[]): readonly Removal[] {
  const removals = wanted.flatMap((arg): readonly Removal[] => {
    const name = canonicalName(arg.name);
    const group = ordered.find((names) => names.includes(name));
    if (group) return group.map((member) => ({ name: member }));
    if (!repeatable.has(name)) return [{ name }];
    // A repeatable name without a value cannot be told from all of its name, which is then what is meant.
    return [arg.value === undefined ? { name } : { name, value: arg.value }];
  });
  return [...new Map(removals.map((removal) => [JSON.stringify(removal), removal])).values()];
}

/**
 * Puts `wanted` at the end, in their order, in place of what stood there of the same names. Where `wanted` itself has a
 * name twice that may not repeat, the last one stays, as the kernel would obey it.
 */
export function setArgs(args: readonly KernelArg[], wanted: readonly KernelArg[]): readonly KernelArg[] {
  const kept = removeArgs(args, replacedBy(wanted));
  const fresh = wanted.filter((arg, index) => {
    const later = wanted.slice(index + 1);
    if (ordered.flat().includes(canonicalName(arg.name))) return true;
    return isRepeatable(arg.name)
      ? !later.some((other) => sameArg(arg, other))
      : argsNamed(later, arg.name).length === 0;
  });
  return [...kept, ...fresh];
}
