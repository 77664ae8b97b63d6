/** Why each CPU is where it is, as text (`--explain`). */
import { formatCpuList } from '../../cpus/cpu-list.js';
import { formatSchemata } from '../cat/schemata.js';
import { counted } from '../diagnostics.js';
import { formatSize } from '../inputs/size.js';
import type { PartitionPlan } from '../model.js';
import { drawnGuests } from './layout.js';
import { wrap } from './wrap.js';

function item(text: string, indent: number): readonly string[] {
  return wrap(text, ' '.repeat(indent + 2), ' '.repeat(indent));
}

/** Cores with the same reason stand in one line. */
function coreReasons(plan: PartitionPlan): readonly string[] {
  const byReason = new Map<string, number[]>();
  for (const [cpu, why] of plan.why) byReason.set(why, [...(byReason.get(why) ?? []), cpu]);
  return [...byReason].flatMap(([why, cpus]) =>
    item(`core of CPU ${formatCpuList(cpus.sort((a, b) => a - b))}: ${why}`, 2),
  );
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

export function explainPlan(plan: PartitionPlan): string {
  const guests = drawnGuests(plan).flatMap(({ name, why }) => [
    ...item(name, 2),
    ...why.flatMap((reason) => item(reason, 4)),
  ]);
  const reservations = plan.reservations.flatMap(({ name, why }) => [
    ...item(name, 2),
    ...why.flatMap((reason) => item(reason, 4)),
  ]);
  const cache = plan.cacheGroups.flatMap(({ name, why, masks }) => [
    ...item(name === '' ? 'default group' : name, 2),
    ...formatSchemata(masks)
      .split('\n')
      .flatMap((line) => item(line, 4)),
    ...why.flatMap((reason) => item(reason, 4)),
  ]);
  const pages = plan.hugePages.flatMap(({ pageBytes, nodes }) =>
    [...nodes].map(
      ([node, pages]) => `  node ${node}: ${counted(pages, 'page')} of ${formatSize(pageBytes)}`,
    ),
  );
  return [
    ...section('Cores', coreReasons(plan)),
    ...section('Guests', guests),
    ...section('Reservations', reservations),
    ...section('Cache', cache),
    ...section('Huge pages', pages),
    // Whole lines, to be copied.
    ...section(
      'Kernel arguments',
      plan.kernelArguments.map((argument) => `  ${argument}`),
    ),
    '',
  ].join('\n');
}
