/**
 * A playbook as the engine sees it: typed, imports and roles expanded, keywords inherited, every name and
 * argument checked. Values that may hold templates stay as written; each knows where it is.
 */
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { Module } from '../../modules/core/module.js';
import type { LoopLookup } from '../../template/runtime/lookup.js';
import type { Value, Vars } from '../../values/value.js';

/** A value and where it is. */
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
  /** All tags that tasks may have. Not complete: an include's name is a template that no file here fits. */
  readonly tags: { readonly known: readonly string[]; readonly complete: boolean };
}

export interface Play {
  readonly name: string;
  readonly range: SourceRange;
  readonly playbookPath: string;
  /** Tags of the play itself, for --list-tags; tasks have inherited them. */
  readonly tags: readonly string[];
  /** `linear` and `free` mean the same to rtprov: hosts wait for each other only at batches. */
  readonly strategy: string;
  /** A pattern, or a list joined with commas; may be a template over extra variables. */
  readonly hosts: Located<string>;
  /** Undefined means: facts are gathered (Ansible's default `smart`). */
  readonly gatherFacts?: Templated;
  readonly gatherSubset?: readonly string[];
  readonly serial: readonly Templated[];
  readonly maxFailPercentage?: Templated;
  readonly anyErrorsFatal: boolean;
  readonly forceHandlers: boolean;
  readonly order?: 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';
  /**
   * Role defaults and role variables (of the roles that are named statically) and the play's own. The engine sorts by
   * layer; inside a layer a later scope wins. A task's own scopes come after these.
   */
  readonly vars: readonly VarScope[];
  /** As written: a name, or a list of names of which the first that exists counts. See `findVarsFile`. */
  readonly varsFiles: readonly Templated[];
  readonly varsPrompt: readonly VarsPrompt[];
  /**
   * Everything in order: pre_tasks, flush, roles, tasks, flush, post_tasks, flush. Roles that a task
   * list names with import_role/include_role are expanded in place.
   */
  readonly body: readonly Node[];
  /** Those of roles first, then the play's own, then those of roles that tasks import or include. */
  readonly handlers: readonly Handler[];
  /** Names of the roles that the play names itself, and of those that these depend on. */
  readonly roleNames: { readonly named: readonly string[]; readonly dependent: readonly string[] };
  /** Keywords of the play that tasks inherit are already in the tasks. Connection keywords stay here. */
  /** Who gathers facts; tasks have inherited it. */
  readonly become: Pick<Keywords, 'become' | 'becomeUser' | 'becomeMethod'>;
  /** Of a host whose facts cannot be gathered; tasks have inherited it. */
  readonly ignoreUnreachable?: Templated;
  readonly connection: {
    readonly remoteUser?: Templated;
    readonly port?: Templated;
    readonly connection?: Templated;
  };
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
  readonly layer:
    | 'role_defaults'
    | 'play_vars'
    | 'role_vars'
    | 'block_vars'
    | 'task_vars'
    | 'role_params'
    | 'include_params';
  readonly vars: Vars;
  readonly range?: SourceRange;
}

export type Node = Task | Block | Include | Flush;

/** An include as a handler is notified by its own names; the tasks that it loads are not. */
export type Handler = Task | Include;

/** Handlers notified so far run here, in the order in which they are defined. */
export interface Flush {
  readonly type: 'flush';
  /** As of a task: `0.4`. */
  readonly id: string;
  /** Written as `meta: flush_handlers` (then tags count), not the one at the end of a section. */
  readonly explicit: boolean;
  readonly range?: SourceRange;
  readonly tags: readonly string[];
  /** Its own conditions, and those of blocks and imports around it: where they do not hold, the handlers wait on. */
  readonly when: readonly Located<string | boolean>[];
}

export interface Block {
  readonly type: 'block';
  /** As of a task; its tasks have `id.b0`, `id.r0` (rescue) and `id.a0` (always). */
  readonly id: string;
  readonly name?: string;
  readonly range: SourceRange;
  readonly block: readonly Node[];
  readonly rescue: readonly Node[];
  readonly always: readonly Node[];
}

/** Which of a role's files are used, by names without endings. */
export interface RoleFiles {
  readonly tasks?: Located<string>;
  readonly vars?: Located<string>;
  readonly defaults?: Located<string>;
  readonly handlers?: Located<string>;
}

/** The file or the role that an include names on a host. */
export interface Asked {
  readonly name: string;
  readonly from: Readonly<Partial<Record<keyof RoleFiles, string>>>;
  /** Roles that the host has been through by includes: they are not dependencies any more. */
  readonly seen?: ReadonlySet<string>;
}

export interface Included {
  readonly nodes: readonly Node[];
  /** Of a role whose name is known only now; those of literal names are in the play. */
  readonly handlers: readonly Handler[];
  /** What it makes known in the rest of the play: variables of roles that are `public` or imported. */
  readonly exported: readonly VarScope[];
  /** The roles that it runs: they are not dependencies of what is included later. */
  readonly seen: Iterable<string>;
}

/** include_tasks (and include_role) whose file can only be known for each host while running. */
export interface Include {
  readonly type: 'include';
  readonly kind: 'tasks' | 'role';
  /** As of a task. What it loads has ids that start with it: `0.4:extra.yml.0`. */
  readonly id: string;
  readonly role?: TaskRole;
  /** As of a task. */
  readonly searchPaths: readonly string[];
  readonly range: SourceRange;
  readonly name?: string;
  /** The file, or the role. A template over the host's variables, or literal. */
  readonly file: Located<string>;
  /** Of a role: which of its files are used (`tasks_from` and its like). Templates, or literal; `omit` means none is named. */
  readonly from: RoleFiles;
  /** Keywords as of a task: when, loop, vars, tags. */
  readonly keywords: Keywords;
  /** A literal name, which is loaded already: the same for every host. */
  readonly literal: boolean;
  /** `allow_duplicates: false` of a role: a host runs it once with the same files and variables. */
  readonly unique: boolean;
  /** Its own variables, as they were written. */
  readonly own: readonly Vars[];
  /**
   * Loads what is asked for; diagnostics are thrown as one DiagnosticError. Literal names were already loaded once when the
   * playbook was, so that their faults are known. `instance` distinguishes the passes of a loop: it becomes part of the ids.
   */
  load(asked: Asked, instance?: string): Included;
  /** As a handler: other names that it answers to. */
  readonly listen: readonly string[];
}

/** The role that a task is of. */
export interface TaskRole extends RolePlace {
  /** Roles that include or import it, nearest first. */
  readonly parents: readonly RolePlace[];
}

export interface RolePlace {
  readonly name: string;
  readonly path: string;
}

export interface Task {
  readonly type: 'task';
  /** Stable over runs: `play index.path in the tree`, for instance `0.3` or `0.5.b2`. Used by plans and the journal. */
  readonly id: string;
  /** As written; may hold templates. Undefined when the task has no name. */
  readonly name?: string;
  /** `role : name` prefix, when the task is a role's. */
  readonly role?: TaskRole;
  readonly range: SourceRange;
  readonly module: Module;
  /** Module arguments as written (aliases already turned into the main names), with their places. */
  readonly args: Readonly<Record<string, Templated>>;
  /** Further arguments, as one template that gives a mapping. They win over those in `args` that `over` names: defaults. */
  readonly spread?: Templated & { readonly over: readonly string[] };
  readonly keywords: Keywords;
  /** For handlers: other names they answer to. */
  readonly listen: readonly string[];
  /** Folders in which `src` is looked for, in order: role's files/templates, the task file's folder, the playbook's. */
  readonly searchPaths: readonly string[];
  /** Folders in which templates are looked for after that. */
  readonly furtherTemplates: readonly string[];
}

/** What a loop goes over. With `lookup` (`with_first_found`) the value is the lookup's terms. */
export interface Loop extends Templated {
  readonly lookup?: LoopLookup;
}

export interface Keywords {
  /** All must hold; inherited ones first. */
  readonly when: readonly Located<string | boolean>[];
  readonly loop?: Loop;
  /** From `with_items` and other `with_*` that mean a simple loop, already as a loop. */
  readonly loopControl: {
    readonly loopVar: string;
    readonly indexVar?: string;
    readonly label?: Templated;
    readonly pause?: number;
    readonly extended: boolean;
    /** `extended_allitems: false`: `ansible_loop` goes without the list. */
    readonly withoutAll?: true;
  };
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
  readonly becomeFlags?: Templated;
  readonly remoteUser?: Templated;
  readonly port?: Templated;
  readonly connection?: Templated;
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
