/**
 * Which values of a no_log task are secrets from then on, also where other tasks show them: its arguments, the items of its loop, its
 * environment and what it registers. Words of everyday use, numbers, and what only says where something is or who owns it are not:
 * masked everywhere they would make plans and results unreadable. See docs/adr/0014-masking.md.
 */
import { isUtf8 } from 'node:buffer';
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import type { Task } from '../../playbook/read/model.js';
import { kindOf } from '../../resources/registry.js';
import type { ContentStore } from '../../resources/resource.js';
import type { Scope } from '../../template/runtime/scope.js';
import type { Templates } from '../../template/engine.js';
import { isLongLines } from '../../values/lazy-lines.js';
import { isMapping, isUnknown, Unknown, type Value } from '../../values/value.js';
import { spreadArgs } from '../../planner/arguments.js';
import type { Item } from '../../planner/item.js';
import type { Secrets } from './secrets.js';

/** Arguments, and keys of items and results, that say what a thing is called, where it is or in which state it is. */
const plainKeys: ReadonlySet<string> = new Set(
  `path dest src name state mode directory_mode owner group groups uid gid user username become_user type backup backup_file creates
  removes chdir executable regexp regex insertafter insertbefore marker marker_begin marker_end section option shell home validate force
  remote_src follow recurse delay timeout retries host hostname port unit enabled masked daemon_reload update_password skip_reason
  false_condition changed failed skipped unreachable rc start end delta size checksum md5sum encoding source ansible_loop_var
  ansible_index_var ends`.split(/\s+/),
);

const usualWords: ReadonlySet<string> = new Set(
  `present absent true false none null yes started stopped restarted reloaded enabled disabled active inactive masked file directory link
  touch hard root localhost latest installed removed default always never created changed failed skipped success error warning debug info
  daemon nobody nogroup wheel sudo admin users string item items text json yaml base64 /bin/sh /bin/bash`.split(
    /\s+/,
  ),
);

/** So many lines of one text are secrets of their own: each takes some kilobytes, and what has more lines is not a list of passwords. */
const mostLines = 10_000;

/** A line of a longer text is a secret of its own when it looks like one; the rest of a file is often no secret. */
function looksSecret(line: string): boolean {
  return line.length >= 8 && /\d/.test(line) && /\p{L}/u.test(line);
}

/** Only lower-case words with dots: a name of a machine, an address, a version, a key of a setting. Or a path. */
const namesSomething = /^(?:[a-z0-9_-]+(?:[.:][a-z0-9_-]+)+|\/.*)$/;

/** What only says where a task runs; masked everywhere it would make all output unreadable. */
const saysWhere =
  /^\s*(?:ansible_|inventory_|group_names|groups|hostvars|play_|playbook_dir|role_name|role_path|omit)/;

/** What an expression within a longer text comes to: the text as a whole is a secret anyway, and this may be what makes it one. */
function addPart(value: Value, secrets: Secrets): void {
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value).trim();
    if (looksSecret(text) && !namesSomething.test(text)) addText(text, secrets);
  } else if (isMapping(value)) for (const item of Object.values(value)) addPart(item, secrets);
  else if (Array.isArray(value)) for (const item of value as readonly Value[]) addPart(item, secrets);
}

/** The values of all `{{ }}` in the texts of an argument. */
function addParts(value: Value, evaluated: (value: Value) => Value, secrets: Secrets): void {
  if (typeof value === 'string') {
    for (const [whole, expression = ''] of value.matchAll(/\{\{-?(.*?)-?\}\}/gs))
      if (whole !== value.trim() && !saysWhere.test(expression)) addPart(evaluated(whole), secrets);
  } else if (isMapping(value))
    for (const [key, item] of Object.entries(value)) {
      if (!plainKeys.has(key)) addParts(item, evaluated, secrets);
    }
  else if (Array.isArray(value))
    for (const item of value as readonly Value[]) addParts(item, evaluated, secrets);
}

/** The password in a URL: `https://name:password@host/`. */
const urlPassword = /:\/\/[^/:@\s]*:([^/@\s]{4,})@/g;

function addText(text: string, secrets: Secrets): void {
  for (const [, password = ''] of text.matchAll(urlPassword)) secrets.add(password);
  const whole = text.trim();
  if (whole.length < 4 || usualWords.has(whole.toLowerCase()) || /^[\d.,:\s-]{1,9}$/.test(whole)) return;
  const lines = whole.split(/\r?\n/);
  if (lines.length === 1) secrets.add(whole);
  else {
    secrets.addWhole(whole);
    for (const line of lines.slice(0, mostLines)) if (looksSecret(line.trim())) secrets.add(line.trim());
  }
}

/** All texts in a value. */
function addValue(value: Value, secrets: Secrets): void {
  if (typeof value === 'string') addText(value, secrets);
  else if (typeof value === 'number') addText(String(value), secrets);
  else if (value instanceof Unknown || value === null || typeof value !== 'object') return;
  else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value)) if (!plainKeys.has(key)) addValue(item, secrets);
    // Its text is beside it.
  } else if (!isLongLines(value)) for (const item of value) addValue(item, secrets);
}

/** What a no_log task is given, for one item of its loop. What cannot be evaluated has no value yet. */
export function addGiven(
  task: Task,
  item: { readonly scope: Scope; readonly value?: Value },
  templates: Templates,
  secrets: Secrets,
): void {
  const evaluated = (value: Value): Value => {
    try {
      return templates.evaluate(value, item.scope);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return null;
    }
  };
  if (item.value !== undefined) addValue(item.value, secrets);
  for (const [name, arg] of Object.entries(task.args)) {
    if (task.module.expressions?.includes(name) === true || plainKeys.has(name)) continue;
    addValue(evaluated(arg.value), secrets);
    addParts(arg.value, evaluated, secrets);
  }
  if (task.spread !== undefined) addValue(evaluated(task.spread.value), secrets);
  for (const { value } of task.keywords.environment) {
    addValue(evaluated(value), secrets);
    addParts(value, evaluated, secrets);
  }
}

/** Longer texts are hardly secrets. */
const mostWrittenBytes = 8 * 1024;

/** What a no_log task writes as a whole: a template, or a file of the controller. */
export function addWritten(
  task: Task,
  { plan }: Pick<Item, 'plan'>,
  store: ContentStore,
  secrets: Secrets,
): void {
  if (plan.type !== 'states' || !['copy', 'template'].includes(task.module.name)) return;
  for (const step of plan.steps) {
    if (step.type !== 'change') continue;
    for (const sha256 of kindOf(step.change.id.kind).blobs(step.change.to)) {
      const content = store.get(sha256);
      if (content !== undefined && content.length <= mostWrittenBytes && isUtf8(content))
        addText(content.toString('utf8'), secrets);
    }
  }
}

/** What a no_log task came to. The bytes of a file come as base64 (`slurp`): they are the secret, in any encoding. */
export function addResult(result: Value, secrets: Secrets): void {
  if (!isMapping(result)) return;
  // The module's own words.
  const { msg: _, results, content, encoding, ...said } = result;
  addValue(said, secrets);
  if (Array.isArray(results)) for (const one of results as readonly Value[]) addResult(one, secrets);
  if (encoding === 'base64' && typeof content === 'string')
    addText(Buffer.from(content, 'base64').toString('utf8'), secrets);
}

/** Arguments that are secrets in any task, as the module's description says. */
export function addSecretArgs(
  task: Task,
  item: { readonly scope: Scope },
  templates: Templates,
  secrets: Secrets,
): void {
  for (const name of task.module.secretArgs ?? []) {
    const arg = task.args[name];
    if (arg === undefined && task.spread === undefined) continue;
    try {
      const spread = spreadArgs(task, item.scope, templates);
      const value = isUnknown(spread)
        ? null
        : (spread[name] ?? (arg && templates.evaluate(arg.value, item.scope)));
      if (typeof value === 'string') secrets.add(value);
    } catch (error) {
      // The task fails by it, and reports it.
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
}

/** Is the task's output to be hidden? What is not known is hidden. */
export function hides(task: Pick<Task, 'keywords'>, scope: Scope, templates: Templates): boolean {
  const { noLog } = task.keywords;
  if (noLog === undefined) return false;
  try {
    const value = templates.evaluate(noLog.value, scope);
    if (typeof value === 'string')
      return !['false', 'no', 'off', '0', 'n', 'f', ''].includes(value.toLowerCase());
    return value !== false && value !== 0 && value !== null;
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return true;
  }
}
