/**
 * The menu in a generated grub.cfg: what grub-mkconfig writes from Debian's and Ubuntu's 10_linux (GRUB 2.02 to 2.12),
 * with or without submenus. Kernels that `blscfg` brings (Fedora, RHEL) are not in the file; see bls-menu.ts.
 */
import { grubStatements, type Statement } from './grub-script.js';
import { wordArg, type GrubWord } from './grub-text.js';
import { sameArg, type KernelArg } from '../args/kernel-args.js';
import { loaderArgs } from './loader-line.js';

export interface MenuName {
  readonly title: string;
  /** What `--id` or `$menuentry_id_option` gives. */
  readonly id?: string;
}

export interface LinuxLine {
  /** `linux`, `linuxefi` or `linux16`. */
  readonly command: string;
  /** As GRUB finds it: below the boot partition's root when /boot is one (`/vmlinuz-...`), else `/boot/vmlinuz-...`. */
  readonly path: string;
  /** In order, without words that name a variable; what is for init (from `--` on) at the end. */
  readonly args: readonly KernelArg[];
  /** Words that name a variable, whose text is known only at boot: `$vt_handoff` on Ubuntu. */
  readonly variables: readonly string[];
}

export interface MenuEntry extends MenuName {
  /** The submenus around it, the outermost first. */
  readonly submenus: readonly MenuName[];
  /** Variables that these set for what is in them alone. */
  readonly submenuVariables: readonly string[];
  /** Its number on each level, from 0, as `set default=0` counts. */
  readonly numbers: readonly number[];
  /** Empty for entries that boot no Linux kernel. More than one: GRUB decides at boot. */
  readonly linux: readonly LinuxLine[];
  /** The files of its `initrd` lines. */
  readonly initrds: readonly string[];
  /** The line of its text where it begins, from 1. */
  readonly line: number;
  /** The block's text, from `menuentry` to its `}`. */
  readonly text: string;
}

const optionsWithValue = new Set(['--class', '--users', '--hotkey', '--id']);

function nameOf(words: readonly GrubWord[]): MenuName {
  let title: string | undefined;
  let id: string | undefined;
  for (let at = 1; at < words.length; at += 1) {
    const { said, text } = words[at] ?? { said: '', text: '' };
    const next = words[at + 1]?.said;
    if (text === '$menuentry_id_option' || text === '${menuentry_id_option}' || said === '--id') {
      id = next;
      at += 1;
    } else if (said.startsWith('--id=')) id = said.slice(5);
    else if (optionsWithValue.has(said)) at += 1;
    else if (!said.startsWith('--')) title ??= said;
  }
  return { title: title ?? '', ...(id === undefined ? {} : { id }) };
}

const linuxCommands = new Set(['linux', 'linux16', 'linuxefi']);
const initrdCommands = new Set(['initrd', 'initrd16', 'initrdefi']);

function linuxLine({ words }: Statement): LinuxLine {
  const rest = words.slice(2);
  return {
    command: words[0]?.said ?? '',
    path: words[1]?.said ?? '',
    args: rest.filter(({ variable }) => !variable).map(wordArg),
    variables: rest.filter(({ variable }) => variable).map(({ text }) => text),
  };
}

/** The variables that the statements set: `set NAME=VALUE`, and `--set=NAME` of search and others. */
function variablesSet(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap(({ words }) => {
    const said = words.map((word) => word.said);
    const assigned = said[0] === 'set' ? said[1] : said[0];
    const options = said.flatMap((word) => /^--set=(\w+)$/.exec(word)?.[1] ?? []);
    const name = /^(\w+)=/.exec(assigned ?? '')?.[1];
    return name === undefined ? options : [...options, name];
  });
}

function entriesIn(
  text: string,
  statements: readonly Statement[],
  submenus: readonly MenuName[],
  numbers: readonly number[],
  submenuVariables: readonly string[],
): readonly MenuEntry[] {
  const items = statements.filter(
    ({ words, body }) => body !== undefined && /^(menuentry|submenu)$/.test(words[0]?.text ?? ''),
  );
  return items.flatMap((item, number): readonly MenuEntry[] => {
    const name = nameOf(item.words);
    const body = item.body ?? [];
    const here = [...numbers, number];
    if (item.words[0]?.text === 'submenu')
      return entriesIn(text, body, [...submenus, name], here, [...submenuVariables, ...variablesSet(body)]);
    const named = (commands: ReadonlySet<string>): readonly Statement[] =>
      body.filter(({ words }) => commands.has(words[0]?.text ?? ''));
    return [
      {
        ...name,
        submenus,
        submenuVariables,
        numbers: here,
        linux: named(linuxCommands).map(linuxLine),
        initrds: named(initrdCommands).flatMap(({ words }) => words.slice(1).map(({ said }) => said)),
        line: text.slice(0, item.from).split('\n').length,
        text: text.slice(item.from, item.to),
      },
    ];
  });
}

/** The entries of a grub.cfg's text in their order, those of submenus in the place of the submenu. */
export function menuEntries(text: string): readonly MenuEntry[] {
  return entriesIn(text, grubStatements(text).statements, [], [], []);
}

/**
 * What `saved_entry` and `next_entry` have to be for this entry: ids (titles where there is none) with `>` between levels;
 * a `>` in a name is doubled (GRUB manual, "default").
 */
export function entryPath(entry: MenuEntry): string {
  return [...entry.submenus, entry].map(({ id, title }) => (id ?? title).replaceAll('>', '>>')).join('>');
}

/** The entry that a value of `default`, `saved_entry` or `next_entry` means: numbers, titles or ids. GRUB boots the first one when none fits. */
export function entryAt(entries: readonly MenuEntry[], value: string): MenuEntry | undefined {
  const steps = (value.match(/(?:[^>]|>>)+/g) ?? []).map((step) => step.replaceAll('>>', '>'));
  return entries.find((entry) => {
    const levels = [...entry.submenus, entry];
    return (
      levels.length === steps.length &&
      steps.every((step, level) => {
        if (/^[0-9]+$/.test(step)) return Number(step) === entry.numbers[level];
        return step === levels[level]?.id || step === levels[level]?.title;
      })
    );
  });
}

/** The release in a kernel's path: `6.1.0-40-rt-amd64` of `/boot/vmlinuz-6.1.0-40-rt-amd64`. Undefined when it has none. */
export function releaseOf(path: string): string | undefined {
  return /(?:^|\/)(?:vmlinuz|vmlinux|kernel)-([^/]+?)(?:\.efi\.signed)?$/.exec(path)?.[1];
}

const recoveryArg = /^(single|recovery|emergency|rescue|s|S|1)$/;

function isRecovery({ linux }: MenuEntry): boolean {
  return linux.some(({ args }) =>
    args.some(({ name, value }) => value === undefined && recoveryArg.test(name)),
  );
}

function hasInit({ linux }: MenuEntry): boolean {
  return linux.some(({ args }) => args.some(({ name }) => name === 'init'));
}

/**
 * Whether the id is one of an entry for recovery or another init (10_linux), or of the twins with debugging of RHEL's entries
 * (GRUB_LINUX_MAKE_DEBUG: the same kernel, and `~debug` or `-debug` in the id after its release).
 */
export function isSpecialId(id: string): boolean {
  return /^gnulinux-.*-(?:recovery|init-[^-]+)-[^>]*$/.test(id) || /[~-]debug(?:\.[^.]+)?$/.test(id);
}

/**
 * Entries that are none of the usual ones, by id or by their arguments. 10_linux says in the id for what init an entry is; where such an id is not,
 * `init=` marks one only where there is a usual entry of the same kernel without it: an admin may have given it to all of them.
 */
function isSpecial(entry: MenuEntry, entries: readonly MenuEntry[]): boolean {
  const id = entry.id ?? '';
  if (isSpecialId(id) || isRecovery(entry)) return true;
  if (id.startsWith('gnulinux-') || !hasInit(entry)) return false;
  const paths = new Set(entry.linux.map(({ path }) => path));
  return entries.some(
    (other) => other.linux.some(({ path }) => paths.has(path)) && !hasInit(other) && !isRecovery(other),
  );
}

/** The entry at the top that boots whatever kernel sorts first: its id stays while its kernel changes. */
function isSimple(entry: MenuEntry): boolean {
  return entry.id?.startsWith('gnulinux-simple-') === true;
}

/** Entries whose id stays with their kernel come first. */
function stableFirst(entries: readonly MenuEntry[]): readonly MenuEntry[] {
  return [...entries.filter((entry) => !isSimple(entry)), ...entries.filter(isSimple)];
}

/** The entry that boots the kernel of this release in the usual way; never a recovery entry or one for another init. */
export function normalEntry(entries: readonly MenuEntry[], release: string): MenuEntry | undefined {
  return stableFirst(entries).find(
    (entry) => entry.linux.some(({ path }) => releaseOf(path) === release) && !isSpecial(entry, entries),
  );
}

/** Each of the line's arguments is one of the entry's, in order; what is over comes from the entry's variables. */
function explains(line: LinuxLine, args: readonly KernelArg[]): boolean {
  let at = 0;
  let over = 0;
  for (const arg of args) {
    const wanted = line.args[at];
    if (wanted && sameArg(wanted, arg)) at += 1;
    else over += 1;
  }
  return at === line.args.length && over <= line.variables.length;
}

export interface BootedEntry {
  readonly entry: MenuEntry;
  /** False: the kernel is the entry's, and the arguments are others (the menu was made again since the boot, or edited at boot). */
  readonly exact: boolean;
}

/**
 * The entry that made /proc/cmdline's text. BOOT_IMAGE's path is compared by its file name: it may have a device in front
 * (`(hd0,gpt1)/vmlinuz-...`). Undefined without BOOT_IMAGE, and when no entry has that kernel.
 */
export function bootedEntry(entries: readonly MenuEntry[], procCmdline: string): BootedEntry | undefined {
  const args = loaderArgs(procCmdline);
  const image = args.find(({ name }) => name === 'BOOT_IMAGE')?.value;
  if (image === undefined) return undefined;
  const fileName = (path: string): string => path.replace(/^.*\//, '');
  const rest = args.filter(({ name }) => name !== 'BOOT_IMAGE');
  const ofKernel = stableFirst(entries).filter(({ linux }) =>
    linux.some(({ path }) => fileName(path) === fileName(image)),
  );
  const exact = ofKernel.find(({ linux }) =>
    linux.some((line) => fileName(line.path) === fileName(image) && explains(line, rest)),
  );
  if (exact) return { entry: exact, exact: true };
  const entry = ofKernel.find((candidate) => !isSpecial(candidate, entries));
  return entry && { entry, exact: false };
}
