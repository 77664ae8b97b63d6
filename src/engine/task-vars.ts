/** Variables that hold for one task, over those of its host. */
import type { HostVars } from '../inventory/host-vars.js';
import type { LayerName } from '../inventory/precedence.js';
import type { Task, VarScope } from '../playbook/model.js';
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

/** Those of the task's role, blocks and own. */
export function taskVars(
  vars: HostVars,
  { task, vars: loop }: { readonly task: Task; readonly vars?: Vars },
): HostVars {
  const scoped = withInstruction(vars, task.keywords.vars, loop);
  const { role } = task;
  return role === undefined
    ? scoped
    : scoped.with('magic', { role_name: role.name, role_path: role.path, ansible_role_name: role.name });
}
