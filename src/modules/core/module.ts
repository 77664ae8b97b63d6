/**
 * The contract of a module: a pure function from its arguments and the present states of the resources that
 * it names to the wanted states. A module does no I/O; the engine reads, writes and runs for it.
 */
import type * as z from 'zod';
import type { Shell } from '../../shell/shell.js';
import type { KindName, ReadRequest, ResourceId, StateByKind, State } from '../../resources/resource.js';
import type { ControllerOperation } from './controller-operation.js';
import type { Unknown, Value } from '../../values/value.js';
import type { TargetFacts } from '../../resources/facts/target.js';

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
  /** Name of its owner on the controller, and since when it is as it is. */
  readonly owner?: string;
  readonly changed?: Date;
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
  /** Links below a folder stand for what they lead to. */
  readonly followLinks?: boolean;
}

export interface PlanContext {
  readonly checkMode: boolean;
  /** As given with -v: `debug` with a higher `verbosity` is skipped. */
  readonly verbosity: number;
  /**
   * What is put after a path and a dot to name a backup: `<pid>.<YYYY-MM-DD@HH:MM:SS~>`. The same for a whole
   * run; shown in a plan as the one part of it that the next run will name otherwise.
   */
  readonly backupSuffix: string;
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
  /** Evaluates a bare expression (`assert: that`, `debug: var`) with the task's variables. */
  expression(text: string): Value;
  /** A bare condition with Jinja's truth rules. */
  condition(text: string | boolean): boolean | Unknown;
  /** Renders template text (trim_blocks as Ansible, unless the options say otherwise) with the task's variables. */
  render(text: string, options: RenderOptions): string | Unknown;
}

export interface RenderOptions {
  /** For messages. */
  readonly file: string;
  /** For `template_path` and its like: how the task names the file and where it goes, and what the file is. */
  readonly origin?: {
    readonly name: string;
    readonly dest: string;
    readonly owner: string;
    readonly changed: Date;
  };
  /** Default true, as Ansible's template module has it. */
  readonly trimBlocks?: boolean;
  /** Default false. */
  readonly lstripBlocks?: boolean;
  /** Markers other than `{%`, `%}`, `{{`, `}}`, `{#`, `#}`. */
  readonly markers?: Readonly<
    Partial<
      Record<
        'blockStart' | 'blockEnd' | 'variableStart' | 'variableEnd' | 'commentStart' | 'commentEnd',
        string
      >
    >
  >;
  /** Default `\n`: what ends each line of the result. */
  readonly newline?: '\n' | '\r' | '\r\n';
}

/** What `needs` may look at. */
export type NeedsContext = Pick<
  PlanContext,
  'state' | 'has' | 'source' | 'facts' | 'content' | 'checkMode' | 'backupSuffix'
>;

/** One step of a declarative task, in order. */
export type Step =
  | {
      readonly type: 'change';
      readonly id: ResourceId;
      readonly to: State;
      /** The state before this step, where the tasks before it make another one than was read (a unit whose file they write). */
      readonly from?: State;
      /**
       * For files: a command with `%s` where the path of the staged new bytes goes (`visudo -cf %s`). The engine
       * runs it with a copy of `$(rtp_blob SHA)` before any write of this step; when it fails, so does the task
       * and nothing of it is written.
       */
      readonly validate?: string;
    }
  /**
   * Something that happens and leaves no state to compare: a restart, a reload. `script` runs in order with
   * the changes. `onUndo` runs once at the end of a rollback, after all states are back (a service restarted
   * with new configuration must be restarted with the old one).
   */
  | {
      readonly type: 'action';
      readonly label: string;
      readonly script: Shell;
      readonly onUndo?: Shell;
      readonly resource?: ResourceId;
      /** It runs, but counts as no change (daemon-reload, as in Ansible). */ readonly quiet?: true;
      /** It leaves nothing that a rollback could bring back (lists of packages, what systemd has read), however it ends. */
      readonly transient?: true;
    };

/** A command for the target: a barrier, since what it does cannot be foreseen. */
export interface RemoteCommand {
  /** What it needs on the target, made before the task's `environment` counts. Variables that it sets are there for the script. */
  readonly prepare?: Shell;
  readonly script: Shell;
  /** Makes the registered result from what the command printed. `failed` defaults to status != 0. */
  result(output: CommandOutput): CommandResult;
  /** Text for the plan: what would run. */
  readonly shown: string;
  /**
   * What a task with `check_mode: true` registers, which runs nothing: by default a return code of 0. With `creates` or `removes` Ansible's
   * modules report a change; `raw` reports nothing.
   */
  readonly inCheckMode?: 'changed' | 'nothing';
}
export interface CommandOutput {
  /** 0 to 255; 128 + n when signal n ended it. */
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly seconds: number;
  /** Milliseconds since the epoch on the controller when it ended; for the result's `start` and `end`. */
  readonly endedAt?: number;
  /** Bytes that were left out, for the output was too long. */
  readonly cut?: { readonly stdout: number; readonly stderr: number };
}
export interface CommandResult {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly msg?: string;
  readonly result: Result;
}

export type TaskPlan =
  /** Wanted states. Steps whose `to` equals the present state are dropped by the engine; changed = any step left. */
  | {
      readonly type: 'states';
      readonly steps: readonly Step[];
      readonly result: Result;
      readonly msg?: string;
      readonly warnings?: readonly string[];
    }
  | {
      readonly type: 'failed';
      readonly msg: string;
      readonly result?: Result;
      /**
       * What earlier tasks planned, and what is not written yet, may repair it in a way that no state shows (a kernel
       * module brings its parameters, a package its kernel modules): the engine writes the window first and plans
       * the task again. In check mode, with such changes planned, the task is unknown and not failed.
       */
      readonly afterPending?: true;
    }
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

/** What must hold between arguments; checked before templating by presence, and again after it. */
export type ArgRule =
  | { readonly type: 'exclusive'; readonly args: readonly string[] }
  | { readonly type: 'one-of'; readonly args: readonly string[] }
  | { readonly type: 'together'; readonly args: readonly string[] }
  /** When `arg` has `value` (or any value, when that is left out), all of `needs` must be given. */
  | {
      readonly type: 'requires';
      readonly arg: string;
      readonly value?: string | boolean;
      readonly needs: readonly string[];
    };

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
  /** Its expressions are only shown: one of a variable that nothing defines is not a fault. */
  readonly looksOnly?: true;
  /** Barriers end a window. Declarative modules never do. */
  readonly barrier: boolean;
  /** It may be ended before it is done: the keyword `timeout` of its tasks counts. Half a change would be none that undo knows. */
  readonly endsAtTimeout?: true;
  /** It looks at nothing of the target: it is planned without a connection, which may not be there yet. */
  readonly offline?: true;
  /** It steers the run and is not a task in the recap, as in Ansible; its failures are. */
  readonly uncounted?: true;
  /** Arguments whose values are bare expressions and are not templated before (`assert: that`). */
  readonly expressions?: readonly string[];
  /** Arguments whose values are secrets: they are masked wherever they would be shown. */
  readonly secretArgs?: readonly string[];
  /** Rules between arguments. */
  readonly rules?: readonly ArgRule[];
  /** Its arguments may hold Unknown values (`set_fact`, `debug`): the engine then still plans it. */
  readonly acceptsUnknown?: true;
  sources?(args: Args): readonly SourceRequest[];
  /** What a task may change whose arguments (aliases resolved) hold an Unknown; undefined when that is not known. */
  touches?(args: Readonly<Record<string, Value>>, facts: TargetFacts): readonly ResourceId[] | undefined;
  /** What must be read before `plan`; called again after each reading, until it asks for nothing new. */
  needs(args: Args, context: NeedsContext): readonly ReadRequest[];
  plan(args: Args, context: PlanContext): TaskPlan;
}
