/** `when`, `until`, `changed_when` and `failed_when`: bare expressions, one or a list that must all hold. */
import { describeNode, type Node as YamlNode } from '../../yaml/node.js';
import type { LoadContext } from '../read/context.js';
import type { Located } from '../read/model.js';
import type { Scope } from '../read/scope.js';
import { isTemplate, noteText } from '../read/templated.js';

const WHOLE = /^\s*\{\{(?<inside>(?:(?!\}\}|\{\{).)*)\}\}\s*$/s;

/** `{{ x }}` around a whole condition is removed with a warning; braces inside one are an error. */
function bare(text: string, node: YamlNode, name: string, load: LoadContext): string | undefined {
  if (!isTemplate(text)) return text;
  const inside = WHOLE.exec(text)?.groups?.['inside'];
  if (inside !== undefined) {
    load.diagnostics.warning(
      'BRACES_IN_CONDITION',
      'Condition in braces',
      `"${name}" is already an expression, so it needs no braces.`,
      node.range,
      `Write: ${name}: ${inside.trim()}`,
    );
    return inside.trim();
  }
  load.diagnostics.error(
    'TEMPLATE_IN_CONDITION',
    'Template inside a condition',
    `"${name}" is already an expression. The result of braces in it would be read as an expression again, including its quotes.`,
    node.range,
    'Use the variable without braces and join texts with ~, for instance: name == prefix ~ "-rt".',
  );
  return undefined;
}

function condition(
  node: YamlNode,
  name: string,
  scope: Scope,
  load: LoadContext,
): Located<string | boolean> | undefined {
  if (node.type === 'scalar') {
    if (typeof node.value === 'boolean') return { value: node.value, range: node.range };
    if (typeof node.value === 'string' && node.value.trim() !== '') {
      const text = bare(node.value, node, name, load);
      if (text === undefined) return undefined;
      noteText(node, text, node.value.indexOf(text), scope, load, { kind: 'expression' });
      return { value: text, range: node.range };
    }
  }
  const what = node.type === 'scalar' && node.value === '' ? 'an empty text' : describeNode(node);
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"${name}" takes an expression, true, false or a list of these, but this is ${what}.`,
    node.range,
    'Write the condition as one text; several conditions as a list; all must be true.',
  );
  return undefined;
}

/** All conditions of a keyword. */
export function readConditions(
  node: YamlNode,
  name: string,
  scope: Scope,
  load: LoadContext,
): readonly Located<string | boolean>[] {
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => condition(item, name, scope, load) ?? []);
}

/** Braces around whole bare expressions in an argument (`that`, `var`) are removed, with the same warning. */
export function stripBraces(node: YamlNode, name: string, load: LoadContext): YamlNode {
  if (node.type === 'list')
    return { ...node, items: node.items.map((item) => stripBraces(item, name, load)) };
  if (node.type !== 'scalar' || typeof node.value !== 'string' || node.tag === '!unsafe') return node;
  const text = bare(node.value, node, name, load);
  return text === undefined ? { ...node, value: true } : { ...node, value: text };
}

/** Names that a condition tests with `is defined` (or gives a default): inside its task they are not reported. */
export function guardedNames(
  conditions: readonly Located<string | boolean>[],
  load: LoadContext,
): readonly string[] {
  return conditions.flatMap(({ value, range }) =>
    typeof value === 'string'
      ? load.templates
          .references(value, 'expression', range)
          .filter((reference) => reference.guarded)
          .map((reference) => reference.name)
      : [],
  );
}
