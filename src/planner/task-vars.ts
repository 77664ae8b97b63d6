/** Variables that hold for one task, over those of its host. */
import type { HostVars } from '../inventory/host-vars.js';
import type { LayerName } from '../inventory/precedence.js';
import type { Task, TaskRole, VarScope } from '../playbook/read/model.js';
import type { Vars } from '../values/value.js';

export function withScopes(vars: HostVars, scopes: readonly VarScope[]): HostVars {
  return scopes.reduce(
    (all, scope) => all.with(scope.layer.replaceAll('_', '-') as LayerName, scope.vars),
    vars,
  );
}

/** `loop`: variables of the loop around an include. */
export function withInstruction(
  vars: HostVars,
  scopes: readonly VarScope[],
  loop: Vars | undefined,
): HostVars {
  const scoped = withScopes(vars, scopes);
  return loop === undefined ? scoped : scoped.with('loop', loop);
}

/** Those of the task's role, blocks and own, and what the engine says of it. */
export function taskVars(
  vars: HostVars,
  { task, vars: loop }: { readonly task: Task; readonly vars?: Vars },
): HostVars {
  return withPlace(withInstruction(vars, task.keywords.vars, loop), task);
}

/** Where a task or an include is: its files' folders, its environment, its role. */
export function withPlace(
  vars: HostVars,
  { searchPaths, role, keywords }: Pick<Task, 'searchPaths' | 'role' | 'keywords'>,
): HostVars {
  const placed = vars.with('magic', { ansible_search_path: searchPaths, ...roleVars(role) });
  // What it says may hold templates, as it was written.
  const environment = keywords.environment.map(({ value }) => value);
  return environment.length === 0 ? placed : placed.with('magic', { environment }, true);
}

function roleVars(role: TaskRole | undefined): Vars {
  if (role === undefined) return {};
  const { name, path, parents } = role;
  return {
    role_name: name,
    role_path: path,
    ansible_role_name: name,
    ansible_collection_name: null,
    ...(parents.length === 0
      ? {}
      : {
          ansible_parent_role_names: parents.map((parent) => parent.name),
          ansible_parent_role_paths: parents.map((parent) => parent.path),
        }),
  };
}
