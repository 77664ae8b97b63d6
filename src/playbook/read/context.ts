/** What is known while a playbook is being loaded. */
import type { Diagnostic, SourceRange } from '../../diagnostics/diagnostic.js';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Inherited } from './inherited.js';
import type { Handler, Located, Node, RolePlace, VarScope } from './model.js';
import type { Node as YamlNode } from '../../yaml/node.js';
import type { Sources } from './place.js';
import type { Scope } from './scope.js';
import type { ModuleTable, TemplateChecks, TemplateKind } from './tools.js';

/** A text with templates whose syntax and names are checked when everything is loaded. */
export interface Use {
  readonly text: string;
  readonly kind: TemplateKind;
  /** The place of some characters of the text, counted from 0. */
  readonly place: (offset: number, length: number) => SourceRange;
  readonly scope: Scope;
  /** Why a host may never come here: then what nothing defines is not a fault of the run. */
  readonly passableBy: 'task' | 'file' | undefined;
  /** Values of variables are evaluated where they are used: any name that something defines is fine. */
  readonly lazy: boolean;
  /** What is not defined is skipped. */
  readonly optional: boolean;
}

export interface WrittenValue {
  readonly range: SourceRange;
  readonly texts: readonly string[];
}

/** Roles and templates that come with the program. A project's own win over them. */
export interface Library {
  /** Folders of roles, searched last. */
  readonly roles: readonly string[];
  /** Folders in which templates are looked for last, for the plays of a playbook in this folder. */
  readonly templates: (playbookDir: string) => readonly string[];
  /** Folder of playbooks. They are never taken by name alone, as they change hosts: a hint names them. */
  readonly playbooks?: string;
}

export const NO_LIBRARY: Library = { roles: [], templates: () => [] };

/** One call of loadPlaybook, or of an include's `load`. */
export interface LoadContext {
  readonly diagnostics: Diagnostics;
  readonly files: Set<string>;
  /** What was read, by path: a file that is included for many hosts and items is the same for all. */
  readonly texts: Map<string, string>;
  readonly sources: Sources;
  readonly modules: ModuleTable;
  readonly templates: TemplateChecks;
  /** Folders in which roles are looked for, after those next to the playbook. */
  readonly rolesPath: readonly string[];
  readonly library: Library;
  /** Names that hold everywhere: inventory, extra variables, set_fact, register. */
  readonly root: Scope;
  /** Every name that is defined anywhere, with the place. */
  readonly defined: Scope;
  /** The texts in the values of variables that `vars` and files of variables give, by name and by place. */
  readonly values: Map<string, Map<string, WrittenValue>>;
  /** Names that get a value in other ways: prompts, parameters of roles. */
  readonly given: Set<string>;
  /** Names of loop variables anywhere: values of variables may use them. */
  readonly loopNames: Set<string>;
  readonly uses: Use[];
  /** Tags of tasks, blocks, roles, imports and plays. */
  readonly tags: { readonly known: Set<string>; complete: boolean };
  /** Files with a task that ends the play for a host: what includes them need not go on for ever. */
  readonly endings: Set<string>;
  /** Tasks hold blocks that hold tasks, and roles name roles: the way back up goes through here. */
  readonly nodes: (node: YamlNode, what: string, site: Site, first?: number) => readonly Node[];
  readonly roleEntry: (node: YamlNode, site: Site) => readonly Node[];
}

/** One play while it is being loaded. */
export interface PlayContext {
  readonly load: LoadContext;
  readonly index: number;
  readonly playbookPath: string;
  readonly playbookDir: string;
  readonly scope: Scope;
  readonly handlers: Handler[];
  /** Ids of handlers begin with this. */
  readonly handlerPrefix: string;
  readonly notified: NotifyUse[];
  /** Roles of `roles:` and dependencies that were loaded, by what makes them differ. */
  readonly seenRoles: Set<string>;
  /** Roles that import_role has loaded: for `allow_duplicates: false`. */
  readonly importedRoles: Set<string>;
  /** Roles whose handlers are in the play already. */
  readonly handlerRoles: Set<string>;
  /** Names of roles in the order in which they run: named by the play, and their dependencies. */
  readonly roleNames: { readonly named: string[]; readonly dependent: string[] };
  /** Names of handlers that have faults of their own. */
  readonly brokenHandlers: Set<string>;
  /** A role or handler file could not be read, so no handler can be said to be missing. */
  handlersUnknown: boolean;
}

interface NotifyUse {
  readonly name: Located<string>;
}

export interface RoleSite {
  readonly name: string;
  readonly path: string;
  /** Paths of the roles that depend on this one, nearest first. */
  readonly chain: readonly string[];
  /** Roles that include or import this one, nearest first. */
  readonly parents: readonly RolePlace[];
}

/** Where a list of tasks is: what it inherits and which names it sees. */
export interface Site {
  readonly play: PlayContext;
  readonly role: RoleSite | undefined;
  readonly inherited: Inherited;
  readonly scope: Scope;
  /** Within a block with `rescue`: what fails here need not fail the host. */
  readonly isRescued: boolean;
  /** Within a rescue section, which a host enters only when something failed. */
  readonly inRescue: boolean;
  /** Takes the defaults and variables of roles that are known in the rest of the play. */
  readonly exported: VarScope[];
  /** Folder of the file that is being read. */
  readonly dir: string;
  /** Ids of the nodes are this, a dot and their number. */
  readonly prefix: string;
  readonly place: 'task' | 'handler';
  /** For handlers that an include stands for: more names that they answer to. */
  readonly listen: readonly string[];
  /** The files and roles that are being read, outermost first, to find circles. */
  readonly open: readonly string[];
}

/** A context for a later load with diagnostics of its own. */
export function laterContext(load: LoadContext): LoadContext {
  return { ...load, diagnostics: new Diagnostics(), uses: [] };
}

/** One fault that is reported once, however often the place is read (a role used twice). */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((item) => {
    const key = `${item.code} ${item.range?.file ?? ''} ${item.range?.line ?? 0} ${item.range?.column ?? 0} ${item.detail}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
