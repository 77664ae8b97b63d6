/** A task's module arguments: from a mapping, a `key=value` text or a free text; checked, and by their main names. */
import { checkArgs, mainNames, shapeOf, type ArgumentFault } from '../../modules/args/check.js';
import type { Module } from '../../modules/core/module.js';
import { nearest } from '../../diagnostics/nearest.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { isMapping, type Value } from '../../values/value.js';
import {
  describeNode,
  type MapEntry,
  type MapNode,
  type Node as YamlNode,
  type ScalarNode,
} from '../../yaml/node.js';
import { stripBraces } from './conditions.js';
import type { LoadContext } from '../read/context.js';
import { keywordsOf } from '../read/keywords.js';
import { DEFINING } from '../read/keys.js';
import { findOpen, splitKeyValues } from '../read/key-value.js';
import type { Templated } from '../read/model.js';
import { placeInScalar } from '../read/place.js';
import type { Scope } from '../read/scope.js';
import { isTemplate, located, noteText, noteUses, valueOf } from '../read/templated.js';

/** One argument as written. */
export interface RawArgument {
  readonly name: string;
  readonly keyRange: SourceRange;
  readonly range: SourceRange;
  readonly value: Value;
  /** Notes the templates in it. */
  note(kind: 'argument' | 'expression', scope: Scope): void;
}

/** The arguments of a task before they are checked. */
export interface Given {
  readonly list: readonly RawArgument[];
  /** Something in it could not be read, or is a template, so that what is missing may be in that. */
  readonly broken: boolean;
  /** A template that gives a mapping of further arguments, which those in the list win over. */
  readonly spread?: Templated;
}

export type Arguments = Readonly<Record<string, Templated>>;

/** A template as a whole, whose value is a mapping of arguments. */
export function readSpread(node: ScalarNode, scope: Scope, load: LoadContext): Given {
  noteUses(node, scope, load);
  return { list: [], broken: true, spread: located(node) };
}

/** Is the text only one template? */
export function isOneTemplate(node: YamlNode): node is ScalarNode {
  return node.type === 'scalar' && typeof node.value === 'string' && /^\s*\{\{.*\}\}\s*$/s.test(node.value);
}

function fromEntry(entry: MapEntry, load: LoadContext, expressions: ReadonlySet<string>): RawArgument {
  const node = expressions.has(entry.key) ? stripBraces(entry.value, entry.key, load) : entry.value;
  const note = (kind: 'argument' | 'expression', scope: Scope): void => noteUses(node, scope, load, { kind });
  return { name: entry.key, keyRange: entry.keyRange, range: entry.value.range, value: valueOf(node), note };
}

/** Arguments of a mapping (`copy:` and below it `dest: ...`, or `args:`). */
function fromMap(map: MapNode, module: Module, load: LoadContext): readonly RawArgument[] {
  const expressions = new Set(module.expressions ?? []);
  return map.entries.map((entry) => fromEntry(entry, load, expressions));
}

function fromText(node: ScalarNode, text: string, offset: number, module: Module, load: LoadContext): Given {
  const open = findOpen(text);
  if (open !== undefined) {
    reportOpen(open.sign, placeInScalar(node, offset + open.at, open.sign.length, load.sources), load);
    return { list: [], broken: true };
  }
  const free = module.freeForm;
  const names = new Set([...Object.keys(module.doc.args), ...Object.values(module.aliases).flat()]);
  if (free !== undefined) names.delete(free);
  const { pairs, rest, restAt } = splitKeyValues(
    text,
    free === undefined ? undefined : names,
    shapeOf(module) === undefined,
  );
  const make = (name: string, keyAt: number, value: string, at: number): RawArgument => ({
    name,
    keyRange: placeInScalar(node, offset + keyAt, name.length, load.sources),
    range: placeInScalar(node, offset + at, value.length, load.sources),
    value: node.tag === '!unsafe' && isTemplate(value) ? `{% raw %}${value}{% endraw %}` : value,
    note: (kind, scope) => {
      if (node.tag === '!unsafe' || (kind === 'argument' && !isTemplate(value))) return;
      noteText(node, value, offset + at, scope, load, { kind });
    },
  });
  const found = pairs.map((pair) => make(pair.key, pair.keyAt, pair.value, pair.at));
  if (rest === '') return { list: found, broken: false };
  if (free !== undefined) return { list: [make(free, restAt, rest, restAt), ...found], broken: false };
  load.diagnostics.error(
    'NOT_KEY_VALUE',
    'Arguments are not key=value pairs',
    `The module "${module.name}" does not accept free text, so "${rest}" does not belong to any argument.`,
    placeInScalar(node, offset + restAt, rest.length, load.sources),
    'Write the arguments as a mapping below the module, one "name: value" per line.',
  );
  return { list: found, broken: true };
}

function reportOpen(sign: string, at: SourceRange, load: LoadContext): void {
  const isQuote = sign.length === 1;
  load.diagnostics.error(
    'NOT_CLOSED',
    isQuote ? 'Quote is not closed' : 'Template is not closed',
    `The ${sign} that starts here is never closed, so the end of the argument is not known.`,
    at,
    isQuote
      ? 'Close it, or put a backslash before it. Write a text with special characters below "cmd:" or another argument.'
      : 'Close it.',
  );
}

/** What is after a module's name. */
export function readArguments(node: YamlNode, module: Module, load: LoadContext): Given {
  if (node.type === 'map') return { list: fromMap(node, module, load), broken: false };
  if (node.type === 'scalar') {
    if (node.value === null) return { list: [], broken: false };
    if (typeof node.value === 'string') return fromText(node, node.value, 0, module, load);
    if (module.freeForm !== undefined) {
      const entry = { key: module.freeForm, keyRange: node.range, value: node };
      return {
        list: fromMap({ type: 'map', range: node.range, entries: [entry] }, module, load),
        broken: false,
      };
    }
  }
  load.diagnostics.error(
    'WRONG_TYPE',
    'Module arguments are of the wrong type',
    `The module "${module.name}" takes a mapping of arguments, but this is ${describeNode(node)}.`,
    node.range,
    'Write the arguments as a mapping below the module, one "name: value" per line.',
  );
  return { list: [], broken: true };
}

/** As readArguments, for the text after the module's name in `action: copy src=a dest=b`. */
export function readActionText(
  node: ScalarNode,
  text: string,
  offset: number,
  module: Module,
  load: LoadContext,
): Given {
  return fromText(node, text, offset, module, load);
}

function templated(value: Value): boolean {
  if (typeof value === 'string') return isTemplate(value);
  if (Array.isArray(value)) return (value as readonly Value[]).some(templated);
  return isMapping(value) && Object.values(value).some(templated);
}

function report(
  fault: ArgumentFault,
  given: readonly RawArgument[],
  at: SourceRange,
  load: LoadContext,
): void {
  const argument = given.find((item) => item.name === fault.arg);
  const isKeyword = fault.code === 'UNKNOWN_ARGUMENT' && keywordsOf('task').has(fault.arg);
  if (isKeyword && DEFINING.test(fault.arg)) load.root.open();
  const range = fault.code === 'BAD_ARGUMENT' ? argument?.range : argument?.keyRange;
  load.diagnostics.error(
    fault.code,
    fault.summary,
    fault.detail,
    range ?? at,
    isKeyword
      ? `"${fault.arg}" is a keyword of the task: move it out, to the level of the module's name.`
      : (fault.hint ?? defaultHint(fault.code)),
  );
}

function defaultHint(code: ArgumentFault['code']): string {
  if (code === 'MISSING_ARGUMENT') return 'Add the argument.';
  if (code === 'CONFLICTING_ARGUMENTS') return 'Remove one of them.';
  if (code === 'UNSUPPORTED_ARGUMENT') return 'Remove the argument.';
  return 'Correct the value.';
}

function asRecord(given: readonly RawArgument[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(given.map((item) => [item.name, item.value]));
}

/** Checks the arguments of a task and gives them by their main names; defaults fill what is not given. */
export function finishArguments(
  { list: given, broken }: Given,
  module: Module,
  at: SourceRange,
  defaults: Arguments,
  scope: Scope,
  load: LoadContext,
): Arguments {
  const main = mainNames(module);
  const nameOf = (item: RawArgument): string => main.get(item.name) ?? item.name;
  const names = new Set(given.map(nameOf));
  const added = Object.entries(defaults).filter(([name]) => !names.has(name));
  const all = { ...Object.fromEntries(added.map(([name, { value }]) => [name, value])), ...asRecord(given) };
  const faults = checkArgs(module, all, templated);
  // What is missing may be what was mistyped.
  const meant = faults.flatMap(({ code, arg }) =>
    code === 'UNKNOWN_ARGUMENT' ? (nearest(arg, Object.keys(module.doc.args)) ?? []) : [],
  );
  for (const fault of faults) {
    const isMissing = fault.code === 'MISSING_ARGUMENT';
    if (!(isMissing && (broken || meant.some((name) => fault.detail.includes(`"${name}"`)))))
      report(fault, given, at, load);
  }
  const expressions = new Set(module.expressions ?? []);
  for (const item of given) {
    const expression = expressions.has(nameOf(item));
    // What is only looked at may be missing: `debug` says so.
    const lenient = expression && module.looksOnly === true;
    item.note(expression ? 'expression' : 'argument', lenient ? scope.passable('task') : scope);
  }
  return {
    ...Object.fromEntries(added),
    ...Object.fromEntries(given.map((item) => [nameOf(item), { value: item.value, range: item.range }])),
  };
}
