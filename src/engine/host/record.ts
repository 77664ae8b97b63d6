/** What a run keeps of a host from play to play. */
import type { HostVars } from '../../inventory/host-vars.js';
import type { NewFacts } from '../../planner/facts.js';
import type { TargetShell } from '../target/target-shell.js';
import { noTotals, type HostTotals } from '../run/events.js';
import type { TaskStatus } from '../../planner/outcome.js';

type Count = { -readonly [K in keyof HostTotals]: number };

export interface HostRecord {
  readonly name: string;
  /** Inventory, facts, include_vars, set_fact and registered; what plays and other tasks add is not kept. */
  vars: HostVars;
  /** What tasks of other hosts gave it; `vars` has them, the state within a play has them as it goes on. */
  readonly delegatedFacts: NewFacts[];
  readonly count: Count;
  failed: boolean;
  unreachable: boolean;
  /** How far it came in its last play, as a place in the program; undefined when what ended it is not a failure of a task. */
  endedAt?: number | undefined;
  unconfirmed?: true;
  /** The shell that its facts were gathered through: what they say of the user is that user's. */
  gathered?: TargetShell;
  /** It was in a play; a host that tasks only delegate to is not in the recap. */
  played: boolean;
}

export function newRecord(name: string, vars: HostVars): HostRecord {
  return {
    name,
    vars,
    delegatedFacts: [],
    count: { ...noTotals },
    failed: false,
    unreachable: false,
    played: false,
  };
}

export function isAlive(record: HostRecord): boolean {
  return !record.failed && !record.unreachable;
}

/**
 * meta: clear_host_errors, at a place in the program of a play. `inPlay`: the host was in it, so that it must have failed before.
 * Who is lost in a trial boot, or whose journal is in doubt, stays out.
 */
export function clearErrors(record: HostRecord, at: number, inPlay: boolean): boolean {
  const { endedAt } = record;
  if (isAlive(record) || endedAt === undefined || record.unconfirmed === true) return false;
  if (inPlay && endedAt > at) return false;
  record.failed = false;
  record.unreachable = false;
  return true;
}

/** Counted once a task, as Ansible's recap counts. */
export function countTask({ count }: HostRecord, statuses: readonly TaskStatus[]): void {
  const has = (status: TaskStatus): boolean => statuses.includes(status);
  if (has('unreachable')) count.unreachable += 1;
  else if (has('failed')) count.failed += 1;
  else if (has('rescued')) count.rescued += 1;
  else if (statuses.length === 0 || statuses.every((status) => status === 'skipped')) count.skipped += 1;
  else {
    // As in Ansible, what changed or was ignored also counts as ok; a check cannot say so of what is unknown.
    if (has('unknown')) count.unknown += 1;
    else count.ok += 1;
    if (has('changed')) count.changed += 1;
    if (has('ignored')) count.ignored += 1;
  }
}

/** Variables that outlive a play. */
export function kept(vars: HostVars): HostVars {
  return vars.without(
    'play-vars',
    'vars-files',
    'role-defaults',
    'role-vars',
    'block-vars',
    'task-vars',
    'role-params',
    'include-params',
    'loop',
    'magic',
  );
}
