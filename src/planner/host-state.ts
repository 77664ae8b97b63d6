/**
 * All that the engine knows of one host within a play, as an immutable value: the engine plans ahead of what it
 * has written, so when a write fails it goes back to the state that held before the task.
 */
import type { HostVars } from '../inventory/host-vars.js';
import type { Task } from '../playbook/read/model.js';
import type { Value } from '../values/value.js';
import { withFacts, type NewFacts } from './facts.js';
import type { Enclosing, Frame, Program } from './program.js';
import type { TaskRef } from './outcome.js';

export interface Failure {
  readonly task: TaskRef;
  /** The name that a rescue section sees: without the role's, and empty when the task has none. */
  readonly name: string;
  readonly result: Value;
  readonly unreachable: boolean;
}

export type IncludeCount = Readonly<Record<'ok' | 'skipped' | 'unknown', number>>;

export interface HostState {
  readonly at: number;
  readonly program: Program;
  readonly vars: HostVars;
  /** Indexes into program.handlers. */
  readonly notified: ReadonlySet<number>;
  /** Roles that includes have brought: those that dependencies need not run again, and those that run once only. */
  readonly rolesSeen: ReadonlySet<string>;
  /** Handlers that earlier runs left undone were looked for. */
  readonly adopted?: true;
  /** How often includes have loaded something, and how many had nothing to load: they count as tasks do. */
  readonly includes?: IncludeCount;
  /** Failures that wait for the end of an always section, by frame id. */
  readonly pending: ReadonlyMap<number, Failure>;
  /** Set when no block took the failure over. */
  readonly failed?: Failure;
  readonly ended: boolean;
  /** How many of the facts that were delegated to the host are in `vars`: going back to an earlier state, they are given again. */
  readonly received?: number;
}

/** For `Failure.name`; `of`: the task itself. */
export function ownName(ref: TaskRef, of: Pick<Task, 'name' | 'role'>): string {
  if (of.name === undefined) return '';
  return of.role === undefined ? ref.name : ref.name.replace(`${of.role.name} : `, '');
}

/** Goes on after the present instruction. */
export function next(state: HostState, change: Partial<HostState> = {}): HostState {
  return { ...state, at: state.at + 1, ...change };
}

/** With what other hosts' tasks have given it since. */
export function withDelegatedFacts(state: HostState, delegatedFacts: readonly NewFacts[]): HostState {
  const { received = 0 } = state;
  if (delegatedFacts.length === received) return state;
  return {
    ...state,
    vars: withFacts(state.vars, delegatedFacts.slice(received)),
    received: delegatedFacts.length,
  };
}

function withPending(state: HostState, frame: Frame, failure: Failure | undefined): HostState {
  const pending = new Map(state.pending);
  if (failure === undefined) pending.delete(frame.id);
  else pending.set(frame.id, failure);
  return { ...state, pending };
}

/**
 * Where a failure leads: into the innermost rescue or always section around it, or to the host's end.
 * `rescued` says whether a rescue section took it over.
 */
export function fail(
  state: HostState,
  from: Enclosing | undefined,
  failure: Failure,
): { readonly state: HostState; readonly rescued: boolean } {
  for (let around = from; around !== undefined; around = around.outer) {
    const { frame, section } = around;
    if (section === 'block' && frame.hasRescue && !failure.unreachable) {
      const vars = state.vars.with('registered', {
        ansible_failed_task: { name: failure.name, action: failure.task.module },
        ansible_failed_result: failure.result,
      });
      return { state: { ...state, vars, at: frame.rescueAt }, rescued: true };
    }
    if (section !== 'always' && frame.hasAlways && !failure.unreachable) {
      return { state: { ...withPending(state, frame, failure), at: frame.alwaysAt }, rescued: false };
    }
  }
  return { state: { ...state, failed: failure, ended: true }, rescued: false };
}

/** The end of an always section: a waiting failure goes on outwards. */
export function endAlways(state: HostState, frame: Frame, outer: Enclosing | undefined): HostState {
  const failure = state.pending.get(frame.id);
  if (failure === undefined) return next(state);
  return fail(withPending(state, frame, undefined), outer, failure).state;
}
