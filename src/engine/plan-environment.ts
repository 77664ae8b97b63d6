/** The variables of the environment that a task's command runs with. */
import type { Task } from '../playbook/model.js';
import type { Scope } from '../template/scope.js';
import type { Templates } from '../template/engine.js';
import { findUnknown, isMapping, plainText, type Unknown } from '../values/value.js';

export type Environment = Readonly<Record<string, string>>;

/** What the shell can export (XBD 8.1). Keys may come from a target, and stand in the shell's text without quotes. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The keyword `environment` of a task and of all that it stands in; a text says what is wrong with it. Throws DiagnosticError. */
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
