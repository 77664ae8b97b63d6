/** Why each CPU is where it is, as text (`--explain`). */
import { formatCpuList } from '../../cpus/cpu-list.js';
import { formatSchemata } from '../cat/schemata.js';
import { formatSize } from '../inputs/size.js';
import type { PartitionPlan } from '../model.js';
import { drawnGuests } from './layout.js';

/** Cores with the same reason stand in one line. */
function coreReasons(plan: PartitionPlan): readonly string[] {
  const byReason = new Map<string, number[]>();
  for (const [cpu, why] of plan.why) byReason.set(why, [...(byReason.get(why) ?? []), cpu]);
  return [...byReason].map(
    ([why, cpus]) => `  core of CPU ${formatCpuList(cpus.sort((a, b) => a - b))}: ${why}`,
  );
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

export function explainPlan(plan: PartitionPlan): string {
  const guests = drawnGuests(plan).flatMap(({ name, why }) => [
    `  ${name}`,
    ...why.map((reason) => `    ${reason}`),
  ]);
  const reservations = plan.reservations.flatMap(({ name, why }) => [
    `  ${name}`,
    ...why.map((reason) => `    ${reason}`),
  ]);
  const cache = plan.cacheGroups.flatMap(({ name, why, masks }) => [
    `  ${name === '' ? 'default group' : name}`,
    ...formatSchemata(masks)
      .split('\n')
      .map((line) => `    ${line}`),
    ...why.map((reason) => `    ${reason}`),
  ]);
  const pages = plan.hugePages.flatMap(({ pageBytes, nodes }) =>
    [...nodes].map(([node, pages]) => `  node ${node}: ${pages} pages of ${formatSize(pageBytes)}`),
  );
  return [
    ...section('Cores', coreReasons(plan)),
    ...section('Guests', guests),
    ...section('Reservations', reservations),
    ...section('Cache', cache),
    ...section('Huge pages', pages),
    ...section(
      'Kernel arguments',
      plan.kernelArguments.map((argument) => `  ${argument}`),
    ),
    '',
  ].join('\n');
}
