/**
 * The contract of a module: a pure function from its arguments and the present states of the resources that
 * it names to the wanted states. A module does no I/O; the engine reads, writes and runs for it.
 */
import type { z } from 'zod';
import type { Shell } from '../shell/shell.js';
import type { KindName, ReadRequest, ResourceId, StateByKind, State } from '../resources/resource.js';
import type { Unknown, Value } from '../values/value.js';

/** What a task's registered result holds besides changed, failed, skipped and msg. */
export type Result = Readonly<Record<string, Value>>;

/** A file on the controller that the engine found (role's files/ or templates/, then beside the playbook). */
export interface SourceFile {
  readonly path: string;
  readonly mode: string;
  readonly sha256: string;
  readonly size: number;
  /** Undefined for a large file that is streamed; text modules and templates always get the bytes. */
  readonly content?: Buffer;
}
export type Source =
  | ({ readonly type: 'file' } & SourceFile)
  | {
      readonly type: 'directory';
      readonly path: string;
      /** Everything below in byte order, paths relative. */
      readonly entries: readonly ({ readonly relative: string } & (
        | ({ readonly type: 'file' } & SourceFile)
        | { readonly type: 'directory'; readonly mode: string }
        | { readonly type: 'link'; readonly target: string }
      ))[];
    };

export interface SourceRequest {
  readonly name: string;
  readonly folder: 'files' | 'templates';
}

/** Facts that modules may plan with, from the engine's first batch on the target. */
export interface TargetFacts {
  /** The user that the task runs as. */
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  /** os-release ID and ID_LIKE, lower case. */
  readonly osId: string;
  readonly osIdLike: readonly string[];
  readonly pkgMgr: 'apt' | 'dnf' | 'zypper' | 'unknown';
  readonly container: boolean;
  /** Default mode bits come from umask 022. */
  readonly umask: number;
}

export interface PlanContext {
  readonly checkMode: boolean;
  readonly facts: TargetFacts;
  /** The state of a resource that `needs` asked for, with every effect planned before this task. */
  state<K extends KindName>(kind: K, name: string): StateByKind[K];
  /** True when the state was already read (or planned): lets `needs` ask for more in a second step. */
  has(id: ResourceId): boolean;
  /** Bytes of a file state; throws when they were not asked for with depth `content`. */
  content(sha256: string): Buffer;
  /** Registers wanted bytes and gives their sha256. */
  put(content: Buffer): string;
  /** A controller file that `sources` asked for. */
  source(name: string): Source;
  /** Renders template text (trim_blocks as Ansible) with the task's variables. */
  /** Evaluates a bare expression (`assert: that`, `debug: var`) with the task's variables. */
  expression(text: string): Value;
  /** A bare condition with Jinja's truth rules. */
  condition(text: string | boolean): boolean | Unknown;
  render(text: string, options: { readonly file: string; readonly trimBlocks?: boolean; readonly lstripBlocks?: boolean }): string | Unknown;
}

/** One step of a declarative task, in order. */
export type Step =
  | { readonly type: 'change'; readonly id: ResourceId; readonly to: State }
  /**
   * Something that happens and leaves no state to compare: a restart, a reload. `script` runs in order with
   * the changes. `onUndo` runs once at the end of a rollback, after all states are back (a service restarted
   * with new configuration must be restarted with the old one).
   */
  | { readonly type: 'action'; readonly label: string; readonly script: Shell; readonly onUndo?: Shell; readonly resource?: ResourceId };

/** A command for the target: a barrier, since what it does cannot be foreseen. */
export interface RemoteCommand {
  readonly script: Shell;
  /** Makes the registered result from what the command printed. `failed` defaults to status != 0. */
  result(output: { readonly status: number; readonly stdout: Buffer; readonly stderr: Buffer; readonly seconds: number }): CommandResult;
  /** Text for the plan: what would run. */
  readonly shown: string;
}
export interface CommandResult {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly msg?: string;
  readonly result: Result;
}

/** What the engine itself does for a module, on the controller or with the connection. */
export type ControllerOperation =
  | { readonly op: 'pause'; readonly seconds?: number; readonly prompt?: string; readonly echo: boolean }
  | { readonly op: 'meta'; readonly action: string }
  | { readonly op: 'set_fact'; readonly facts: Readonly<Record<string, Value>> }
  | { readonly op: 'setup'; readonly subset: readonly string[]; readonly filter: readonly string[] }
  | { readonly op: 'fetch'; readonly src: string; readonly dest: string; readonly flat: boolean; readonly failOnMissing: boolean }
  | { readonly op: 'reboot'; readonly timeoutSeconds: number; readonly preDelaySeconds: number; readonly postDelaySeconds: number; readonly connectTimeoutSeconds: number; readonly testCommand: string; readonly message: string; readonly command?: string }
  | { readonly op: 'wait_for_connection'; readonly timeoutSeconds: number; readonly connectTimeoutSeconds: number; readonly sleepSeconds: number; readonly delaySeconds: number }
  | { readonly op: 'wait_for'; readonly host: string; readonly port?: number; readonly path?: string; readonly state: string; readonly searchRegex?: string; readonly timeoutSeconds: number; readonly delaySeconds: number; readonly sleepSeconds: number; readonly connectTimeoutSeconds: number; readonly msg?: string };

export type TaskPlan =
  /** Wanted states. Steps whose `to` equals the present state are dropped by the engine; changed = any step left. */
  | { readonly type: 'states'; readonly steps: readonly Step[]; readonly result: Result; readonly msg?: string; readonly warnings?: readonly string[] }
  | { readonly type: 'failed'; readonly msg: string; readonly result?: Result }
  | { readonly type: 'skipped'; readonly msg: string; readonly result?: Result }
  | { readonly type: 'command'; readonly command: RemoteCommand }
  | { readonly type: 'controller'; readonly operation: ControllerOperation }
  /** It cannot be planned before acting (a template uses an unknown value): the resources that may change. */
  | { readonly type: 'unknown'; readonly reason: Unknown; readonly resources: readonly ResourceId[] };

export interface ModuleDoc {
  readonly summary: string;
  /** One sentence per argument that says meaning, unit and default. Keys are the arguments' names. */
  readonly args: Readonly<Record<string, string>>;
  readonly examples: readonly string[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the registry holds modules of every argument type
export interface Module<Args = any> {
  /** Short name: `copy`. Playbooks may also write `ansible.builtin.copy`. */
  readonly name: string;
  /** Other fully qualified names that mean this module: `ansible.posix.sysctl`. */
  readonly fullNames: readonly string[];
  readonly doc: ModuleDoc;
  /** Strict object; unknown keys are faults. Values are typed after templating; string forms that Ansible accepts ("yes", "5") are coerced. */
  readonly args: z.ZodType<Args>;
  /** Other names of arguments, as Ansible has them: `{ dest: ['path', 'destfile', 'name'] }`. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** The argument that a bare string fills (`command: ls /`). */
  readonly freeForm?: string;
  /** Barriers end a window. Declarative modules never do. */
  readonly barrier: boolean;
  /** Arguments whose values are bare expressions and are not templated before (`assert: that`). */
  readonly expressions?: readonly string[];
  sources?(args: Args): readonly SourceRequest[];
  /** What must be read before `plan`; called again after each reading, until it asks for nothing new. */
  needs(args: Args, context: Pick<PlanContext, 'state' | 'has' | 'source' | 'facts' | 'content'>): readonly ReadRequest[];
  plan(args: Args, context: PlanContext): TaskPlan;
}
