/** Loads a playbook with everything that it names, and checks all of it before any host is contacted. */
import { resolve } from 'node:path';
import { DiagnosticError, Diagnostics, type Diagnostic } from '../../diagnostics/diagnostic.js';
import { Templates } from '../../template/engine.js';
import type { Vars } from '../../values/value.js';
import { checkCircles } from '../names/circles.js';
import { NO_LIBRARY, withoutRepeats, type Library, type LoadContext } from './context.js';
import { finishLoad } from './finish.js';
import { NOTHING_INHERITED } from './inherited.js';
import type { Playbook } from './model.js';
import { MODULES } from '../task/modules.js';
import { loadNodes } from './nodes.js';
import { Sources } from './place.js';
import type { LoadedPlay } from '../play/play.js';
import { loadFile } from '../play/playbook-file.js';
import { loadRoleEntry } from '../role/entry.js';
import { defaultRolesPath } from '../role/find.js';
import { Scope } from './scope.js';
import type { ModuleTable, TemplateChecks } from './tools.js';

export interface LoadOptions {
  /** From the command line: they win over all else, so their names are known everywhere. */
  readonly extraVars?: Vars;
  /** Folders of roles that are looked in after `roles/` next to the playbook. Default: Ansible's. */
  readonly rolesPath?: readonly string[];
  /** Default: none. */
  readonly library?: Library;
  /** The names of the variables of all hosts and groups. Without it none is known. */
  readonly inventoryNames?: Iterable<string>;
  /** False leaves out the check for variables that nothing defines (when no inventory is at hand). */
  readonly checkUndefined?: boolean;
  readonly templates?: TemplateChecks;
  readonly modules?: ModuleTable;
}

export interface Loaded {
  readonly playbook: Playbook;
  /** Warnings: errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
}

function makeContext(options: LoadOptions): LoadContext {
  const root = new Scope();
  root.addAll(options.inventoryNames ?? []);
  root.addAll(Object.keys(options.extraVars ?? {}));
  if (options.checkUndefined === false) root.open();
  return {
    diagnostics: new Diagnostics(),
    files: new Set(),
    texts: new Map(),
    sources: new Sources(),
    modules: options.modules ?? MODULES,
    templates: options.templates ?? new Templates(),
    rolesPath: options.rolesPath ?? defaultRolesPath(),
    library: options.library ?? NO_LIBRARY,
    root,
    defined: new Scope(),
    values: new Map(),
    given: new Set(),
    loopNames: new Set(),
    uses: [],
    tags: { known: new Set(), complete: true },
    endings: new Set(),
    nodes: loadNodes,
    roleEntry: loadRoleEntry,
  };
}

/** Reads a playbook and checks all of it. Throws one DiagnosticError with every fault. */
export function loadPlaybook(path: string, options: LoadOptions = {}): Loaded {
  const load = makeContext(options);
  const full = resolve(path);
  const plays: LoadedPlay[] = [];
  loadFile({ path: full, open: [full] }, { inherited: NOTHING_INHERITED, scope: load.root }, load, plays);
  finishLoad(
    load,
    plays.map((play) => play.context),
  );
  checkCircles(load);
  const diagnostics = withoutRepeats(load.diagnostics.all);
  if (load.diagnostics.hasErrors) throw new DiagnosticError(diagnostics);
  return {
    playbook: {
      path: full,
      plays: plays.map((play) => play.play),
      files: [...load.files],
      tags: { known: [...load.tags.known], complete: load.tags.complete },
    },
    diagnostics,
  };
}
