/** A task's arguments as they are for a host and an item. */
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { mainNames } from '../modules/args/check.js';
import type { Task } from '../playbook/model.js';
import type { Templates } from '../template/engine.js';
import { OMIT, type Scope } from '../template/scope.js';
import { isMapping, isUnknown, plainText, type Unknown, type Value, type Vars } from '../values/value.js';

/**
 * What the task writes out together with what one template gives. Unknown when it is unknown which arguments there are. Throws
 * DiagnosticError.
 */
export function evaluateArgs(
  task: Task,
  scope: Scope,
  templates: Templates,
): Record<string, Value> | Unknown {
  const spread = spreadArgs(task, scope, templates);
  if (isUnknown(spread)) return spread;
  const args: Record<string, Value> = {};
  for (const [written, arg] of Object.entries(task.args)) {
    if (task.module.expressions?.includes(written) === true) {
      args[written] = arg.value;
      continue;
    }
    const value = templates.evaluate(arg.value, scope, arg.range);
    if ((value as unknown) === OMIT) continue;
    // The names that set_fact sets may be templates, as in Ansible.
    const name = task.module.name === 'set_fact' ? templates.evaluate(written, scope, arg.range) : written;
    if (isUnknown(name)) return name;
    args[plainText(name)] = value;
  }
  return { ...args, ...spread };
}

/**
 * Arguments that a task is given as one template (`copy: "{{ options }}"`, `args: "{{ options }}"`).
 * Their values, by main names, without those that the task writes out: these win, as in Ansible. Defaults of the module
 * (`module_defaults`) do not. Throws DiagnosticError when the template is no mapping.
 */
export function spreadArgs(task: Task, scope: Scope, templates: Templates): Vars | Unknown {
  const { spread, module } = task;
  if (spread === undefined) return {};
  const found = templates.evaluate(spread.value, scope, spread.range);
  if (isUnknown(found)) return found;
  if (!isMapping(found)) throw notMapping(task, found);
  const main = mainNames(module);
  const written = Object.keys(task.args).filter((name) => !spread.over.includes(name));
  return Object.fromEntries(
    Object.entries(found)
      .map(([name, value]) => [main.get(name) ?? name, value] as const)
      .filter(([name]) => !written.includes(name)),
  );
}

function notMapping({ module, spread }: Task, found: Value): Error {
  return new DiagnosticError([
    {
      severity: 'error',
      code: 'WRONG_TYPE',
      summary: 'Module arguments are of the wrong type',
      detail: `The arguments of "${module.name}" come from a template, which has to give a mapping, and gives ${Array.isArray(found) ? 'a list' : JSON.stringify(found)}.`,
      hint: 'Name a variable that is a mapping of arguments, or write them out.',
      ...(spread === undefined ? {} : { range: spread.range }),
    },
  ]);
}
