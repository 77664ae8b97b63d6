/** A task's arguments, and the environment of its command, as they are for a host and an item. */
import { DiagnosticError } from '../diagnostics/diagnostic.js';
import { mainNames } from '../modules/args/check.js';
import type { Task } from '../playbook/read/model.js';
import type { Templates } from '../template/engine.js';
import { OMIT, type Scope } from '../template/runtime/scope.js';
import {
  findUnknown,
  isMapping,
  isUnknown,
  plainText,
  type Unknown,
  type Value,
  type Vars,
} from '../values/value.js';

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
 * (`module_defaults`) do not. Throws DiagnosticError when the template is not a mapping.
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
      detail: `The arguments of "${module.name}" come from a template, which has to result in a mapping, but results in ${Array.isArray(found) ? 'a list' : JSON.stringify(found)}.`,
      hint: 'Name a variable that is a mapping of arguments, or write them out.',
      ...(spread === undefined ? {} : { range: spread.range }),
    },
  ]);
}

/** The variables of the environment that a task's command runs with. */
export type Environment = Readonly<Record<string, string>>;

/** What the shell can export (XBD 8.1). Keys may come from a target, and are in the shell's text without quotes. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The keyword `environment` of a task and of all that it is in; a text says what is wrong with it. Throws DiagnosticError. */
export function environmentOf(
  task: Task,
  scope: Scope,
  templates: Templates,
): Environment | Unknown | string {
  const environment: Record<string, string> = {};
  for (const { value, range } of task.keywords.environment) {
    const evaluated = templates.evaluate(value, scope, range);
    const unknown = findUnknown(evaluated);
    if (unknown !== undefined) return unknown;
    if (!isMapping(evaluated)) continue;
    for (const [name, item] of Object.entries(evaluated)) {
      const text = plainText(item);
      if (!variableName.test(name)) return `environment: ${JSON.stringify(name)} is not a variable name`;
      if (text.includes('\0')) return `environment: the value of ${name} has a NUL character in it`;
      environment[name] = text;
    }
  }
  return environment;
}
