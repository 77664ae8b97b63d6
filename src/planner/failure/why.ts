/** Why a task failed, in full: what a person needs to see without running it again. The registered `msg` stays Ansible's. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { TaskPlan } from '../../modules/core/module.js';
import type { Scope } from '../../template/runtime/scope.js';
import type { Templates } from '../../template/engine.js';
import { lastLinesOf } from '../../values/lazy-lines.js';
import { shortened } from '../../values/shortened.js';
import { isUnknown, type Value } from '../../values/value.js';

const LINES = 10;
const WIDTH = 400;

function cut(text: string): string {
  return shortened(text, WIDTH);
}

/** The last lines of what a command printed: of stderr, or of stdout when stderr is empty. */
function lastLines(result: Readonly<Record<string, Value>>): readonly string[] {
  const [name, text] =
    (['stderr', 'stdout'] as const)
      .map((key) => [key, result[key]] as const)
      .find(([, value]) => typeof value === 'string' && value.trim() !== '') ?? [];
  if (name === undefined || typeof text !== 'string') return ['it printed nothing'];
  const { last, count } = lastLinesOf(text.trimEnd(), LINES);
  return [count > LINES ? `${name}, the last ${LINES} of ${count} lines:` : `${name}:`, ...last.map(cut)];
}

/** `msg` with the return code and the command in its first line, and what it printed last below. */
export function commandFailure(msg: string, shown: string, result: Readonly<Record<string, Value>>): string {
  const { rc } = result;
  const code =
    typeof rc === 'number' ? ` (${msg === 'non-zero return code' ? '' : 'return code '}${rc})` : '';
  const [first = '', ...rest] = shown.split('\n');
  return [`${msg}${code}: ${cut(first)}${rest.length > 0 ? ' ...' : ''}`, ...lastLines(result)].join('\n');
}

/** Dotted names in a condition, without those that are called, and without what is in quotes. */
function namesIn(condition: string, roots: ReadonlySet<string>): readonly string[] {
  const bare = condition.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, ' ');
  const found = [...bare.matchAll(/(?<![\w.|])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\s*\()?/g)].map(
    ([, path = '', call]) => (call === undefined ? path : path.split('.').slice(0, -1).join('.')),
  );
  return [...new Set(found)].filter((path) => roots.has(path.split('.')[0] ?? ''));
}

/** What a task fails with: the condition that does not hold is reported with what is in it. */
export function failureOf(
  { msg, result = {} }: Extract<TaskPlan, { type: 'failed' }>,
  scope: Scope,
  templates: Templates,
  where: SourceRange,
): { readonly msg: string; readonly result: Readonly<Record<string, Value>> } {
  const { assertion } = result;
  if (assertion === undefined) return { msg, result };
  return { msg: assertionFailure(msg, assertion, scope, templates, where), result: { ...result, msg } };
}

/** `msg` with the condition and what the names in it are. */
function assertionFailure(
  msg: string,
  condition: Value,
  scope: Scope,
  templates: Templates,
  where: SourceRange,
): string {
  if (typeof condition !== 'string') return `${msg}\nthe condition is ${JSON.stringify(condition)}`;
  const lines = [msg, `does not hold: ${cut(condition)}`];
  const roots = new Set(templates.references(condition, 'expression', where).map(({ name }) => name));
  for (const name of namesIn(condition, roots)) {
    try {
      const value = templates.expression(name, scope, where);
      if (!isUnknown(value)) lines.push(`  ${name}: ${cut(JSON.stringify(value))}`);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      lines.push(`  ${name}: not defined`);
    }
  }
  return lines.join('\n');
}
