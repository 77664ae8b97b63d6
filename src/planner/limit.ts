/** The keyword `timeout` of a task: how long its command may take, and what is registered of one that took longer. */
import type { Task } from '../playbook/read/model.js';
import type { Scope } from '../template/runtime/scope.js';
import type { Templates } from '../template/engine.js';
import { isUnknown, plainText, type Unknown, type Value, type Vars } from '../values/value.js';

/** Seconds; the most that Ansible takes. */
const MOST = 100_000_000;

/** Seconds; undefined without a limit, which 0 means, too. A text says what is wrong with it. Throws DiagnosticError. */
export function limitOf(
  task: Task,
  scope: Scope,
  templates: Templates,
): number | Unknown | string | undefined {
  const { timeout } = task.keywords;
  if (timeout === undefined) return undefined;
  const evaluated = templates.evaluate(timeout.value, scope, timeout.range);
  if (isUnknown(evaluated)) return evaluated;
  if (evaluated === null) return undefined;
  const seconds = /^\s*\d+\s*$/.test(plainText(evaluated)) ? Number(plainText(evaluated)) : -1;
  if (seconds < 0 || seconds > MOST)
    return `timeout: ${JSON.stringify(evaluated)} is not a whole number of seconds between 0 and ${MOST}`;
  return seconds === 0 ? undefined : seconds;
}

/** What is registered of a task that took longer, with Ansible's keys. */
export function timedOut(seconds: number): { readonly msg: string; readonly result: Record<string, Value> } {
  const msg = `Task failed: Timed out after ${seconds} second(s).`;
  return { msg, result: { msg, timedout: { frame: '', period: seconds } } };
}

/** Then nothing of what its conditions look at is there, and it is not tried again, as in Ansible. */
export function isTimedOut({ result }: { readonly result: Vars }): boolean {
  return result['timedout'] !== undefined;
}
