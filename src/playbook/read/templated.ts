/** Nodes as values of the model, with every template in them noted for the checks at the end. */
import type { MapEntry, Node as YamlNode, ScalarNode } from '../../yaml/node.js';
import type { Value } from '../../values/value.js';
import type { LoadContext } from './context.js';
import type { Templated } from './model.js';
import { placeInScalar } from './place.js';
import type { Scope } from './scope.js';
import type { TemplateKind } from './tools.js';

const OPENER = /\{\{|\{%|\{#/;

/** Whether a text holds a template. */
export function isTemplate(text: string): boolean {
  return OPENER.test(text);
}

/** Whether a node holds a template somewhere, so that its value is known only at run time. */
export function hasTemplate(node: YamlNode): boolean {
  if (node.type === 'scalar') {
    return typeof node.value === 'string' && node.tag !== '!unsafe' && isTemplate(node.value);
  }
  if (node.type === 'list') return node.items.some(hasTemplate);
  return node.entries.some((entry) => isTemplate(entry.key) || hasTemplate(entry.value));
}

function scalarValue(node: ScalarNode): Value {
  if (node.tag === '!unsafe' && typeof node.value === 'string' && isTemplate(node.value)) {
    // The engine renders every string; what must not be rendered is kept from it by the template language itself.
    return `{% raw %}${node.value}{% endraw %}`;
  }
  return node.value;
}

/** The data of a node. A `!unsafe` text that looks like a template is wrapped so that rendering gives it back. */
export function valueOf(node: YamlNode): Value {
  if (node.type === 'scalar') return scalarValue(node);
  if (node.type === 'list') return node.items.map(valueOf);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, valueOf(entry.value)]));
}

export function located(node: YamlNode): Templated {
  return { value: valueOf(node), range: node.range };
}

export interface NoteOptions {
  readonly kind?: TemplateKind;
  readonly lazy?: boolean;
  readonly optional?: boolean;
}

/** Notes a text that is a part of a scalar, from an offset of the scalar's text on. */
export function noteText(
  node: ScalarNode,
  text: string,
  offset: number,
  scope: Scope,
  load: LoadContext,
  { kind = 'argument', lazy = false, optional = false }: NoteOptions = {},
): void {
  const place = (from: number, length: number) => placeInScalar(node, offset + from, length, load.sources);
  load.uses.push({ text, kind, place, scope, passableBy: scope.passableBy, lazy, optional });
}

/** Notes the templates in a node. Bare expressions (kind `expression`) are every string in it. */
export function noteUses(node: YamlNode, scope: Scope, load: LoadContext, options: NoteOptions = {}): void {
  if (node.type === 'list') {
    for (const item of node.items) noteUses(item, scope, load, options);
  } else if (node.type === 'map') {
    for (const entry of node.entries) {
      if (isTemplate(entry.key)) noteKey(entry, scope, load, options);
      noteUses(entry.value, scope, load, options);
    }
  } else if (typeof node.value === 'string' && node.tag !== '!unsafe') {
    if (options.kind === 'expression' || isTemplate(node.value)) {
      noteText(node, node.value, 0, scope, load, options);
    }
  }
}

function noteKey(
  entry: MapEntry,
  scope: Scope,
  load: LoadContext,
  { lazy = false, optional = false }: NoteOptions,
): void {
  const { file, line, column } = entry.keyRange;
  const place = (from: number, length: number) => load.sources.range(file, line, column + from, length);
  load.uses.push({
    text: entry.key,
    kind: 'argument',
    place,
    scope,
    passableBy: scope.passableBy,
    lazy,
    optional,
  });
}
