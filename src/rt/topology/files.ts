/** The small files of a machine's sysfs and procfs, as texts by their paths, and what the kernel writes in them. */
import { CpuListFault, parseCpuList, type CpuSet } from '../cpus/cpu-list.js';
import { parseCpuMask } from '../cpus/cpu-mask.js';
import type { TopologyNote } from './model.js';

/** Highest CPU number that is believed: NR_CPUS is at most 8,192 (arch/x86/Kconfig, MAXSMP). */
export const highestCpu = 8191;

/** Highest node number that is believed: MAX_NUMNODES is at most 1,024 (include/linux/numa.h, NODES_SHIFT 10). */
export const highestNode = 1023;

/** Longer texts of CPU sets are not looked at: a list of every second CPU up to the highest has 20,000 characters. */
const longestSet = 65_536;

/** So much of a text is shown in a note. */
const shownCharacters = 40;

export class MachineFiles {
  private readonly names = new Map<string, Set<string>>();
  private readonly found: TopologyNote[] = [];
  private readonly usedFor: Record<string, string> = {};

  constructor(private readonly files: ReadonlyMap<string, string>) {
    for (const path of files.keys()) this.addNames(path);
  }

  private addNames(path: string): void {
    for (let end = path.length; end > 0;) {
      const at = path.lastIndexOf('/', end - 1);
      if (at < 0) return;
      const folder = path.slice(0, at);
      const known = this.names.get(folder);
      if (known === undefined) this.names.set(folder, new Set([path.slice(at + 1, end)]));
      else if (known.has(path.slice(at + 1, end))) return;
      else known.add(path.slice(at + 1, end));
      end = at;
    }
  }

  get notes(): readonly TopologyNote[] {
    return this.found;
  }

  get sources(): Readonly<Record<string, string>> {
    return this.usedFor;
  }

  /** Each text once for each path and code: the same fault in many files of one kind is one note. */
  note(code: string, path: string, text: string): void {
    if (!this.found.some((note) => note.code === code && note.path === path)) {
      this.found.push({ code, text, path });
    }
  }

  /** Says which file a kind of value came from; the first one counts. `path` may hold `*`. */
  source(kind: string, path: string): void {
    this.usedFor[kind] ??= path;
  }

  /** Names in a folder, whatever they are. */
  children(folder: string): readonly string[] {
    return [...(this.names.get(folder) ?? [])];
  }

  hasFolder(path: string): boolean {
    return this.names.has(path);
  }

  /** Numbers N of what is called PREFIXN in a folder, ascending; none above `highest`. */
  numbered(folder: string, prefix: string, highest: number): readonly number[] {
    return this.children(folder)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter((digits) => /^(?:0|[1-9]\d{0,4})$/.test(digits) && Number(digits) <= highest)
      .map(Number)
      .sort((a, b) => a - b);
  }

  /**
   * The text of a file without blanks and NULs around it. Some files end in a NUL (tools that read a page of sysfs keep it). Undefined:
   * there is no such file. `(null)`, which the kernel prints for a mask that it has not allocated, is empty text.
   */
  text(path: string): string | undefined {
    const text = this.files.get(path)?.replace(/^[\s\0]+|[\s\0]+$/g, '');
    return text === '(null)' ? '' : text;
  }

  lines(path: string): readonly string[] {
    return this.text(path)?.split('\n') ?? [];
  }

  /** A decimal number, which may be negative. Undefined: no such file, or another text in it. */
  number(path: string): number | undefined {
    const text = this.text(path);
    return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  /** A CPU or node list. Undefined: no such file, or (with a note) no list in it. Empty text is the empty list. */
  list(path: string, highest: number = highestCpu): CpuSet | undefined {
    return this.set(path, (text) => parseCpuList(text, { lastCpu: highest }), 'list');
  }

  /** As `list`, of a hexadecimal mask. */
  mask(path: string): CpuSet | undefined {
    return this.set(path, parseCpuMask, 'mask');
  }

  private set(
    path: string,
    parse: (text: string) => CpuSet | CpuListFault,
    what: string,
  ): CpuSet | undefined {
    const text = this.text(path);
    if (text === undefined) return undefined;
    const cpus =
      text.length > longestSet
        ? new CpuListFault(`it has ${text.length} characters, and no kernel prints that many`, longestSet)
        : parse(text);
    if (cpus instanceof CpuListFault || (cpus.at(-1) ?? 0) > highestCpu) {
      const why = cpus instanceof CpuListFault ? cpus.message : `no kernel has a CPU ${cpus.at(-1) ?? 0}`;
      this.note('BAD_VALUE', path, `"${text.slice(0, shownCharacters)}" is no ${what}: ${why}`);
      return undefined;
    }
    return cpus;
  }

  /** The first of `files` in a folder that is there and holds CPUs; names in `_list` or `list` hold lists, the others masks. */
  firstSet(
    folder: string,
    files: readonly string[],
  ): { readonly file: string; readonly cpus: CpuSet } | undefined {
    for (const file of files) {
      const path = `${folder}/${file}`;
      const cpus = file.endsWith('list') ? this.list(path) : this.mask(path);
      if (cpus !== undefined && cpus.length > 0) return { file, cpus };
    }
    return undefined;
  }
}
