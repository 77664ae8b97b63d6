/** What a lookup is: from its terms to the values that it found. It may read, and throws an Error when it fails. */
import type { LookupCall } from '../template/runtime/lookup.js';
import type { Unknown, Value } from '../values/value.js';

/** What all lookups of a run share. */
export interface LookupWorld {
  /** The environment of the controller. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders in which templates are looked for last, for the plays of a playbook in this folder. */
  furtherTemplates(playbookDir: string): readonly string[];
  /** When the command began. */
  readonly started: Date;
  /** Runs a program of the controller and gives what it printed. The same one gives the same, for one task. */
  act(program: Program, call: LookupCall): Printed;
  /** What has an effect, is chosen at random or takes long (in steps) happens once for a task, however often the task is planned. */
  once<T>(call: LookupCall, key: string, steps: () => Iterator<undefined, T>): T;
  /** A password is about to be made or read; its value is shown nowhere. */
  secret(value: string): void;
  /** Whether nothing may be written (--check); `told` is then reported, once. */
  check(path: string, told: string): boolean;
}

export type Lookup = (call: LookupCall, world: LookupWorld) => readonly (Value | Unknown)[];

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly input?: string;
  /** Of url: it is stopped after so many seconds. */
  readonly seconds?: number;
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
}
