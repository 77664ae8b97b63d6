/** The drawing as text of at most 80 columns. */
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';
import type { PartitionPlan } from '../model.js';
import { drawnGuests, layOut, type DrawnCore, type DrawnCpu, type DrawnGroup, type Role } from './layout.js';
import { cacheLine, legendWords, machineLine, nodeLine } from './words.js';
import { width, wrap } from './wrap.js';

export interface Paint {
  /** Colours a mark; without colours the text itself. `owner`: the number of the guest in the plan. */
  mark(text: string, role: Role, owner: number): string;
  heading(text: string): string;
}

const indent = 2;

function row(cells: readonly string[], cell: number): string {
  return `${' '.repeat(indent)}${cells.map((text) => text.padStart(cell)).join('')}`.trimEnd();
}

function markRow(
  cpus: readonly (DrawnCpu | undefined)[],
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): string {
  const cells = cpus.map((one) => {
    if (one === undefined) return ' '.repeat(cell);
    const space = ' '.repeat(Math.max(cell - one.mark.length, 0));
    return space + paint.mark(one.mark, one.role, order.get(one.owner ?? '') ?? 0);
  });
  return `${' '.repeat(indent)}${cells.join('')}`.trimEnd();
}

/** Cores side by side, their threads one below the other: numbers, and below them what they are for. */
function coreRows(
  cores: readonly DrawnCore[],
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): readonly string[] {
  const threads = Math.max(...cores.map((core) => core.threads.length));
  return Array.from({ length: threads }, (_, thread) => {
    const cpus = cores.map((core) => core.threads[thread]);
    return [
      row(
        cpus.map((one) => (one === undefined ? '' : String(one.cpu))),
        cell,
      ),
      markRow(cpus, cell, paint, order),
    ];
  }).flat();
}

function groupRows(
  group: DrawnGroup,
  cell: number,
  paint: Paint,
  order: ReadonlyMap<string, number>,
): readonly string[] {
  const perLine = Math.max(1, Math.floor((width - indent) / cell));
  const lines: string[] = [];
  for (let at = 0; at < group.cores.length; at += perLine) {
    lines.push(...coreRows(group.cores.slice(at, at + perLine), cell, paint, order));
  }
  return lines;
}

/** So many caches are drawn in any case; of more, those in which nothing is placed are one line. */
const drawnAnyway = 8;

/** The groups of one package and node, below one heading. */
function nodeRows(
  groups: readonly DrawnGroup[],
  folds: boolean,
  draw: (group: DrawnGroup) => readonly string[],
  paint: Paint,
): readonly string[] {
  const [first] = groups;
  if (first === undefined) return [];
  const lines = groups.flatMap((group) => {
    const heading = cacheLine(group);
    const cpus = group.cores.flatMap((core) => core.threads);
    const space = ' '.repeat(indent);
    if (folds && cpus.every(({ role }) => role === 'free')) {
      const list = formatCpuList(cpus.map(({ cpu }) => cpu).sort((a, b) => a - b));
      return wrap(`${heading === '' ? '' : `${heading}: `}CPU ${list} isolated, free`, `${space}  `, space);
    }
    return [...(heading === '' ? [] : [paint.heading(space + heading)]), ...draw(group)];
  });
  return [paint.heading(nodeLine(first)), ...lines, ''];
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
  const nodes = new Map<string, DrawnGroup[]>();
  for (const group of layout.groups) {
    const key = nodeLine(group);
    nodes.set(key, [...(nodes.get(key) ?? []), group]);
  }
  return [
    ...wrap(`${name}: ${machineLine(topology)}`, '  ', ''),
    '',
    ...[...nodes.values()].flatMap((groups) =>
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
