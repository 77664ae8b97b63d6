/** Handlers by the names under which a target remembers them between runs (journal/owed.ts). */
import type { Handler } from '../playbook/model.js';
import type { HostState } from './host-state.js';
import type { Program } from './program.js';

function labelOf(handler: Handler): string {
  const { name, role } = handler;
  const own = name ?? (handler.type === 'task' ? handler.module.name : `include_${handler.kind}`);
  return role === undefined ? own : `${role.name} : ${own}`;
}

/** The names of handlers that wait in a state. */
export function owedNames(state: Pick<HostState, 'notified' | 'program'>): readonly string[] {
  return [...state.notified].flatMap((index) => {
    const handler = state.program.handlers[index];
    return handler === undefined ? [] : [labelOf(handler)];
  });
}

/** The indexes of a play's handlers that these names mean. */
export function handlersNamed(program: Program, names: ReadonlySet<string>): readonly number[] {
  return program.handlers.flatMap((handler, index) => (names.has(labelOf(handler)) ? [index] : []));
}

/** What a target's handlers came to in a run: which names were owed at any time, and which have run. */
export class OwedHandlers {
  private readonly ever = new Set<string>();
  private readonly run = new Set<string>();

  /** These are owed from now on. */
  owe(names: readonly string[]): void {
    for (const name of names) this.ever.add(name);
  }

  /** Of what earlier runs owe, what has not run; it is this run's to do from now on. */
  open(names: readonly string[]): ReadonlySet<string> {
    const left = names.filter((name) => !this.run.has(name));
    this.owe(left);
    return new Set(left);
  }

  /** A play has ended; all that was ever owed and does not wait any more has run. */
  settle(waiting: readonly string[]): void {
    for (const name of this.ever) {
      if (waiting.includes(name)) this.run.delete(name);
      else this.run.add(name);
    }
  }

  get handled(): readonly string[] {
    return [...this.run];
  }
}
