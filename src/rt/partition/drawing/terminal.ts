/** The drawing as text of at most 80 columns. */
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';
import type { PartitionPlan } from '../model.js';
import {
  byNode,
  drawnGuests,
  layOut,
  type DrawnCore,
  type DrawnCpu,
  type DrawnGroup,
  type Role,
} from './layout.js';
import { cacheLine, cachesLine, legendWords, machineLine, nodeLine } from './words.js';
import { width, wrap } from './wrap.js';

export interface Paint {
  /** Colours a mark; without colours the text itself. `owner`: the number of the guest in the plan. */
  mark(text: string, role: Role, owner: number): string;
  heading(text: string): string;
}

const indent = 2;

/** Text with what a terminal shows of it: colours take no place. */
interface Painted {
  readonly text: string;
  readonly length: number;
}

function plain(text: string): Painted {
  return { text, length: text.length };
}

function markRow(
  cpus: readonly (DrawnCpu | undefined)[],
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): Painted {
  const cells = cpus.map((one) => {
    if (one === undefined) return ' '.repeat(cell);
    const space = ' '.repeat(Math.max(cell - one.mark.length, 0));
    return space + paint.mark(one.mark, one.role, order.get(one.owner ?? '') ?? 0);
  });
  return { text: cells.join(''), length: cpus.length * cell };
}

/** Cores side by side, their threads one below the other: numbers, and below them what they are for. */
function coreRows(
  cores: readonly DrawnCore[],
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): readonly Painted[] {
  const threads = Math.max(...cores.map((core) => core.threads.length));
  return Array.from({ length: threads }, (_, thread) => {
    const cpus = cores.map((core) => core.threads[thread]);
    const numbers = cpus.map((one) => (one === undefined ? '' : String(one.cpu)).padStart(cell));
    return [plain(numbers.join('')), markRow(cpus, cell, paint, order)];
  }).flat();
}

/** A cache with its cores, below its heading. */
function groupRows(
  group: DrawnGroup,
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): readonly Painted[] {
  const perLine = Math.max(1, Math.floor((width - indent) / cell));
  const heading = cacheLine(group);
  const lines: Painted[] = heading === '' ? [] : [{ text: paint.heading(heading), length: heading.length }];
  for (let at = 0; at < group.cores.length; at += perLine) {
    lines.push(...coreRows(group.cores.slice(at, at + perLine), cell, paint, order));
  }
  return lines;
}

const between = 3;

function widthOf(block: readonly Painted[]): number {
  return Math.max(...block.map(({ length }) => length), 0);
}

/** Blocks side by side. */
function beside(blocks: readonly (readonly Painted[])[]): readonly string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, line) => {
    let text = '';
    let shown = 0;
    let start = 0;
    for (const block of blocks) {
      const here = block[line];
      if (here !== undefined && here.text.trim() !== '') {
        text += ' '.repeat(start - shown) + here.text;
        shown = start + here.length;
      }
      start += widthOf(block) + between;
    }
    return `${' '.repeat(indent)}${text}`.trimEnd();
  });
}

/** Lines of blocks, each as many as fit. */
function inLines(blocks: readonly (readonly Painted[])[]): readonly string[] {
  const lines: (readonly Painted[])[][] = [];
  let used = 0;
  for (const block of blocks) {
    const more = widthOf(block) + between;
    const last = lines.at(-1);
    if (last === undefined || used + more - between > width - indent) {
      lines.push([block]);
      used = more;
    } else {
      last.push(block);
      used += more;
    }
  }
  return lines.flatMap(beside);
}

/** So many caches are drawn in any case; of more, those in which nothing is placed are one line. */
const drawnAnyway = 8;

function isFree(group: DrawnGroup): boolean {
  return group.cores.every(({ threads }) => threads.every(({ role }) => role === 'free'));
}

/** Caches in which nothing is placed, in a line for all of one size. */
function foldedRows(groups: readonly DrawnGroup[]): readonly string[] {
  const alike = new Map<string, DrawnGroup[]>();
  for (const group of groups) {
    const key = `${group.cache?.level} ${group.cache?.sizeBytes}`;
    alike.set(key, [...(alike.get(key) ?? []), group]);
  }
  const space = ' '.repeat(indent);
  return [...alike.values()].flatMap((same) => {
    const heading = cachesLine(same);
    const cpus = same.flatMap(({ cores }) => cores.flatMap(({ threads }) => threads.map(({ cpu }) => cpu)));
    const list = formatCpuList(cpus.sort((a, b) => a - b));
    return wrap(`${heading === '' ? '' : `${heading}: `}CPU ${list} isolated, free`, `${space}  `, space);
  });
}

/** The groups of one package and node, below one heading: those that are drawn side by side, then those that are one line. */
function nodeRows(
  groups: readonly DrawnGroup[],
  folds: boolean,
  draw: (group: DrawnGroup) => readonly Painted[],
  paint: Paint,
): readonly string[] {
  const [first] = groups;
  if (first === undefined) return [];
  const folded = groups.filter((group) => folds && isFree(group));
  const drawn = groups.filter((group) => !folded.includes(group));
  return [paint.heading(nodeLine(first)), ...inLines(drawn.map(draw)), ...foldedRows(folded), ''];
}

/** The machine with its cores, and the legend. Ends with a line end. */
export function drawTerminal(name: string, topology: Topology, plan: PartitionPlan, paint: Paint): string {
  const layout = layOut(topology, plan);
  const order = new Map(drawnGuests(plan).map((guest, index) => [guest.name, index]));
  const all = layout.groups.flatMap((group) => group.cores.flatMap((core) => core.threads));
  const cell = Math.max(...all.map(({ cpu, mark }) => Math.max(String(cpu).length, mark.length)), 2) + 1;
  const markWidth = Math.max(...layout.legend.map(({ mark }) => mark.length), 1);
  const legend = layout.legend.flatMap((line) => {
    const space = ' '.repeat(indent + markWidth + 2);
    const [first = '', ...rest] = wrap(legendWords(line, plan), space);
    const mark = paint.mark(line.mark, line.role, order.get(line.owner ?? '') ?? 0);
    return [' '.repeat(indent) + mark + first.slice(indent + line.mark.length), ...rest];
  });
  const space = ' '.repeat(indent);
  const offline =
    layout.offline.length === 0
      ? []
      : wrap(`offline: CPU ${formatCpuList(layout.offline)}`, `${space}  `, space);
  return [
    ...wrap(`${name}: ${machineLine(topology)}`, '  ', ''),
    '',
    ...byNode(layout.groups).flatMap((groups) =>
      nodeRows(
        groups,
        layout.groups.length > drawnAnyway,
        (group) => groupRows(group, cell, paint, order),
        paint,
      ),
    ),
    ...legend,
    ...offline,
    '',
  ].join('\n');
}
