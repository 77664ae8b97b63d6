/** The table at the end of a run: one line a host, as Ansible prints it. */
import type { HostTotals, RollbackVerdict, Undone } from '../engine/run/events.js';
import type { Paint } from './paint.js';
import { oneLine } from './printable.js';
import { padEnd, textWidth } from './width.js';

interface Column<T> {
  readonly label: string;
  readonly colour: (text: string) => string;
  readonly count: (row: T) => number;
  /** Left out when it is zero everywhere. */
  readonly rare?: boolean;
}

function table<T>(
  rows: ReadonlyMap<string, T>,
  columns: readonly Column<T>[],
  paint: Paint,
): readonly string[] {
  const names = [...rows.keys()].map(oneLine);
  const nameWidth = Math.max(0, ...names.map(textWidth));
  const used = columns.filter(
    (column) => column.rare !== true || [...rows.values()].some((row) => column.count(row) > 0),
  );
  const widths = used.map((column) =>
    Math.max(3, ...[...rows.values()].map((row) => String(column.count(row)).length)),
  );
  return [...rows.values()].map((row, index) => {
    const cells = used.map((column, at) => {
      const number = column.count(row);
      const text = `${column.label}=${String(number)}`;
      const filled = at === used.length - 1 ? text : text.padEnd(column.label.length + 1 + (widths[at] ?? 0));
      return number > 0 ? column.colour(filled) : paint.dim(filled);
    });
    return `${padEnd(names[index] ?? '', nameWidth)} : ${cells.join(' ')}`;
  });
}

/** `narrow` leaves out the columns beside ok, changed and failed that are zero everywhere. */
export function recapLines(
  totals: Readonly<Record<string, HostTotals>>,
  paint: Paint,
  narrow = false,
): readonly string[] {
  const columns: readonly Column<HostTotals>[] = [
    { label: 'ok', colour: paint.green, count: (row) => row.ok },
    { label: 'changed', colour: paint.yellow, count: (row) => row.changed },
    { label: 'unreachable', colour: paint.red, count: (row) => row.unreachable, rare: narrow },
    { label: 'failed', colour: paint.red, count: (row) => row.failed },
    { label: 'skipped', colour: paint.cyan, count: (row) => row.skipped, rare: narrow },
    { label: 'rescued', colour: paint.yellow, count: (row) => row.rescued, rare: narrow },
    { label: 'ignored', colour: paint.yellow, count: (row) => row.ignored, rare: narrow },
    { label: 'unknown', colour: paint.magenta, count: (row) => row.unknown, rare: true },
  ];
  return table(new Map(Object.entries(totals)), columns, paint);
}

/** How much had a verdict: resources, and commands. */
export function undoneCount(undone: Undone, verdict: RollbackVerdict): number {
  const { resources, actions } = undone[verdict] ?? { resources: 0, actions: 0 };
  return resources + actions;
}

interface RollbackRow {
  readonly undone: Undone;
  readonly totals: HostTotals | undefined;
}

/** The same for a rollback. `totals`: its hosts, also those of which nothing was undone as their journal could not be read. */
export function rollbackRecapLines(
  undone: Readonly<Record<string, Undone>>,
  totals: Readonly<Record<string, HostTotals>>,
  paint: Paint,
  narrow = false,
): readonly string[] {
  const planned = Object.values(undone).some((row) => undoneCount(row, 'would_undo') > 0);
  const column = (
    label: string,
    verdict: RollbackVerdict,
    colour: Column<RollbackRow>['colour'],
    rare = false,
  ): Column<RollbackRow> => ({ label, colour, count: (row) => undoneCount(row.undone, verdict), rare });
  /** A host that failed as a whole counts once. */
  const failed = (row: RollbackRow): number =>
    undoneCount(row.undone, 'failed') +
    (undoneCount(row.undone, 'conflict') + undoneCount(row.undone, 'failed') === 0
      ? (row.totals?.failed ?? 0)
      : 0);
  const columns = [
    planned ? column('would-undo', 'would_undo', paint.green) : column('undone', 'undone', paint.green),
    column('as-before', 'same', paint.green, narrow),
    column('kept', 'kept', paint.yellow, narrow),
    column('conflict', 'conflict', paint.red),
    { ...column('failed', 'failed', paint.red, narrow), count: failed },
    {
      label: 'unreachable',
      colour: paint.red,
      count: ({ totals: host }: RollbackRow) => host?.unreachable ?? 0,
      rare: true,
    },
  ];
  const names = [...new Set([...Object.keys(undone), ...Object.keys(totals)])];
  return table(
    new Map(names.map((name) => [name, { undone: undone[name] ?? {}, totals: totals[name] }])),
    columns,
    paint,
  );
}
