/** The checks on templates, done when every name is known: syntax, and variables that nothing defines. */
import type { Diagnostic, SourceRange } from '../../diagnostics/diagnostic.js';
import { nearest } from '../../diagnostics/nearest.js';
import type { LoadContext, Use } from './context.js';
import { asPassable } from '../include/guarded.js';
import { MAGIC, mayBeFact } from '../names/magic.js';
import type { Scope } from './scope.js';

const START: SourceRange = { file: '', line: 1, column: 1 };

/** The place in the user's file of a place in the template's text. */
function placeOf(use: Use, range: SourceRange | undefined): SourceRange {
  const { line, column, endColumn } = range ?? START;
  const lines = use.text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  return use.place(before + column - 1, Math.max((endColumn ?? column + 1) - column, 1));
}

function isKnown(name: string, use: Use, load: LoadContext): boolean {
  if (use.scope.has(name) || MAGIC.names.has(name)) return true;
  if (!use.lazy) return false;
  return load.defined.has(name) || load.loopNames.has(name) || name === 'item' || MAGIC.loop.has(name);
}

function factHint(name: string): string {
  if (MAGIC.template.has(name)) return 'Only the files of the module template know it.';
  const near = nearest(name, MAGIC.names);
  return near === undefined ? 'Test it with "is defined", or give it a default.' : `Did you mean "${near}"?`;
}

function reportFact(name: string, range: SourceRange, load: LoadContext): void {
  load.diagnostics.warning(
    'UNKNOWN_FACT',
    'Unknown fact',
    `"${name}" looks like a fact, but rtprov does not gather it and nothing defines it.`,
    range,
    factHint(name),
  );
}

function hintFor(name: string, scope: Scope, load: LoadContext): string {
  if (MAGIC.loop.has(name) || name === 'item')
    return 'It is only known inside a loop: add "loop:" to the task.';
  const near = load.defined.has(name) ? undefined : nearest(name, [...scope.all(), ...MAGIC.names]);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const place = load.defined.placeOf(name);
  if (place !== undefined) {
    return `It is defined in line ${place.line} of ${place.file.split('/').at(-1) ?? ''}. Define it in the play, or in the inventory for all hosts.`;
  }
  return `Define it in the inventory, in "vars", or give it a default: {{ ${name} | default('...') }}.`;
}

function reportUndefined(name: string, range: SourceRange, use: Use, load: LoadContext): void {
  if (mayBeFact(name)) return;
  if (name.startsWith('ansible_') && !MAGIC.loop.has(name)) {
    reportFact(name, range, load);
    return;
  }
  load.diagnostics[use.passableBy === undefined ? 'error' : 'warning'](
    'UNDEFINED_VARIABLE',
    'Undefined variable',
    load.defined.has(name)
      ? `"${name}" is defined elsewhere in the playbook, but not here.`
      : `Nothing defines "${name}": no variable of the inventory or the playbook, no fact and no registered result has this name.`,
    range,
    hintFor(name, use.scope, load),
  );
}

/** What only a template that is evaluated comes upon: where a host may pass by it is not a fault of the run. */
const MET_BY_HOSTS: ReadonlySet<string> = new Set([
  'TEMPLATE_FILTER_UNKNOWN',
  'TEMPLATE_TEST_UNKNOWN',
  'TEMPLATE_FUNCTION_UNKNOWN',
  'TEMPLATE_LOOKUP_UNKNOWN',
  'TEMPLATE_LOOKUP_OPTION',
]);

function checkUse(use: Use, load: LoadContext): void {
  const faults = load.templates.check(use.text, use.kind, START);
  for (const fault of faults)
    load.diagnostics.add(
      use.passableBy === 'file' || (use.passableBy === 'task' && MET_BY_HOSTS.has(fault.code))
        ? asPassable(moved(fault, use))
        : moved(fault, use),
    );
  if (use.optional || faults.some((fault) => fault.severity === 'error')) return;
  const seen = new Set<string>();
  for (const { name, guarded, range } of load.templates.references(use.text, use.kind, START)) {
    if (guarded || seen.has(name) || isKnown(name, use, load)) continue;
    seen.add(name);
    reportUndefined(name, placeOf(use, range), use, load);
  }
}

function moved(fault: Diagnostic, use: Use): Diagnostic {
  const hint = fault.hint ?? 'Correct the template here.';
  return { ...fault, hint, range: placeOf(use, fault.range) };
}

export function checkUses(load: LoadContext): void {
  for (const use of load.uses) checkUse(use, load);
}
