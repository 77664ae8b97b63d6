/**
 * A playbook as the engine sees it: typed, imports and roles expanded, keywords inherited, every name and
 * argument checked. Values that may hold templates stay as written; each knows where it stands.
 */
import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { Module } from '../modules/module.js';
import type { Value, Vars } from '../values/value.js';

/** A value and where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly range: SourceRange;
}

/** Literal or templated: `become: "{{ needs_root }}"`. */
export type Templated = Located<Value>;

export interface Playbook {
  readonly path: string;
  readonly plays: readonly Play[];
  /** Every file that was read, for --plan (their sha256) and for messages. */
  readonly files: readonly string[];
}

export interface Play {
  readonly name: string;
  readonly range: SourceRange;
  readonly playbookPath: string;
  /** A pattern, or a list joined with commas; may be a template over extra variables. */
  readonly hosts: Templated;
  /** Undefined means: facts are gathered (Ansible's default `smart`). */
  readonly gatherFacts?: Templated;
  readonly gatherSubset?: readonly string[];
  readonly serial: readonly Templated[];
  readonly maxFailPercentage?: Templated;
  readonly anyErrorsFatal: boolean;
  readonly forceHandlers: boolean;
  readonly order?: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';
  readonly vars: readonly VarScope[];
  readonly varsFiles: readonly Templated[];
  readonly varsPrompt: readonly VarsPrompt[];
  /**
   * Everything in order: pre_tasks, flush, roles, tasks, flush, post_tasks, flush. Roles that a task
   * list names with import_role/include_role are expanded in place.
   */
  readonly body: readonly Node[];
  readonly handlers: readonly Task[];
  /** Keywords of the play that tasks inherit are already in the tasks. Connection keywords stay here. */
  readonly connection: { readonly remoteUser?: Templated; readonly port?: Templated; readonly connection?: Templated };
}

export interface VarsPrompt {
  readonly name: string;
  readonly prompt: string;
  readonly private: boolean;
  readonly default?: Value;
  readonly confirm: boolean;
  readonly range: SourceRange;
}

/** Variables that hold for a task, in which layer of the precedence (names of src/inventory's PRECEDENCE). */
export interface VarScope {
  readonly layer: 'role_defaults' | 'play_vars' | 'role_vars' | 'block_vars' | 'task_vars' | 'role_params' | 'include_params';
  readonly vars: Vars;
  readonly range?: SourceRange;
}

export type Node = Task | Block | Include | Flush;

/** Handlers notified so far run here, in the order in which they are defined. */
export interface Flush {
  readonly type: 'flush';
}

export interface Block {
  readonly type: 'block';
  readonly name?: string;
  readonly range: SourceRange;
  readonly block: readonly Node[];
  readonly rescue: readonly Node[];
  readonly always: readonly Node[];
}

/** include_tasks (and include_role) whose file can only be known for each host while running. */
export interface Include {
  readonly type: 'include';
  readonly kind: 'tasks' | 'role';
  readonly range: SourceRange;
  readonly name?: string;
  /** A template over the host's variables, or literal. */
  readonly file: Templated;
  /** Keywords as of a task: when, loop, vars, tags. */
  readonly keywords: Keywords;
  /** Loads the nodes for a file name; diagnostics are thrown as one DiagnosticError. Literal names were already loaded once when the playbook was, so that their faults are known. */
  load(file: string): readonly Node[];
}

export interface Task {
  readonly type: 'task';
  /** Stable over runs: `play index.path in the tree`, for instance `0.3` or `0.5.b2`. Used by plans and the journal. */
  readonly id: string;
  /** As written; may hold templates. Undefined when the task has no name. */
  readonly name?: string;
  /** `role : name` prefix, when the task is a role's. */
  readonly role?: { readonly name: string; readonly path: string };
  readonly range: SourceRange;
  readonly module: Module;
  /** Module arguments as written (aliases already turned into the main names), with their places. */
  readonly args: Readonly<Record<string, Templated>>;
  readonly keywords: Keywords;
  /** For handlers: other names they answer to. */
  readonly listen: readonly string[];
  /** Folders in which `src` is looked for, in order: role's files/templates, the task file's folder, the playbook's. */
  readonly searchPaths: readonly string[];
}

export interface Keywords {
  /** All must hold; inherited ones first. */
  readonly when: readonly Located<string | boolean>[];
  readonly loop?: Templated;
  /** From `with_items` and other `with_*` that mean a simple loop, already as a loop. */
  readonly loopControl: { readonly loopVar: string; readonly indexVar?: string; readonly label?: Templated; readonly pause?: number; readonly extended: boolean };
  readonly register?: string;
  readonly changedWhen?: readonly Located<string | boolean>[];
  readonly failedWhen?: readonly Located<string | boolean>[];
  readonly ignoreErrors?: Templated;
  readonly ignoreUnreachable?: Templated;
  readonly until?: readonly Located<string | boolean>[];
  readonly retries?: Templated;
  readonly delay?: Templated;
  readonly notify: readonly Located<string>[];
  readonly tags: readonly string[];
  readonly runOnce?: Templated;
  readonly delegateTo?: Templated;
  readonly delegateFacts?: Templated;
  readonly become?: Templated;
  readonly becomeUser?: Templated;
  readonly becomeMethod?: Templated;
  readonly environment: readonly Templated[];
  readonly noLog?: Templated;
  readonly checkMode?: Templated;
  readonly diff?: Templated;
  readonly anyErrorsFatal?: Templated;
  readonly throttle?: Templated;
  readonly timeout?: Templated;
  readonly vars: readonly VarScope[];
  /** rtprov's own: shell text that undoes a command, run on the target at rollback. */
  readonly undo?: Templated;
  /** rtprov's own: the only paths that a command changes; they are journalled, and known to be all it changes. */
  readonly touches?: Templated;
}
