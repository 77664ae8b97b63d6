/**
 * The arguments of tasks that are planned more than once: ahead, for what they need, and again once that was read. They are typed
 * once, as long as they come to the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { GivenArgs } from './given.js';
import type { RawArgs } from './check.js';
import type { Module } from '../core/module.js';

/** A task. */
interface Planned {
  readonly module: Module;
}

export class ArgsMemo {
  private readonly kept = new Map<Planned, GivenArgs[]>();

  /** `at`: which item of the task's loop. */
  of(task: Planned, at: number, raw: RawArgs): GivenArgs {
    const items = this.kept.get(task) ?? [];
    this.kept.set(task, items);
    const before = items[at];
    if (before !== undefined && isDeepStrictEqual(before.raw, raw)) return before;
    const given = new GivenArgs(task.module, raw);
    items[at] = given;
    return given;
  }

  /** The host has come past the task. */
  forget(task: Planned): void {
    this.kept.delete(task);
  }
}
