/** Node classes: nunjucks' own, and those that Jinja2 has and nunjucks does not. */
import { nodeClass, type AnyNode, type ListNode, type Node, type NodeClass } from './nunjucks.js';

const base = nodeClass('Node');

export const nodes = {
  Literal: nodeClass('Literal'),
  Symbol: nodeClass('Symbol'),
  List: nodeClass('Array'),
  Dict: nodeClass('Dict'),
  Pair: nodeClass('Pair'),
  KeywordArgs: nodeClass('KeywordArgs'),
  NodeList: nodeClass('NodeList'),
  Output: nodeClass('Output'),
  /** The output of `{% filter %}` and `{% call %}`, which is always text. */
  StatementOutput: nodeClass('Output').extend('StatementOutput'),
  TemplateData: nodeClass('TemplateData'),
  Capture: nodeClass('Capture'),
  If: nodeClass('If'),
  InlineIf: nodeClass('InlineIf'),
  For: nodeClass('For').extend('For', { fields: ['arr', 'name', 'filter', 'body', 'else_', 'recursive'] }),
  Set: nodeClass('Set').extend('Set', { fields: ['target', 'value'] }),
  Macro: nodeClass('Macro'),
  Caller: nodeClass('Caller'),
  Block: nodeClass('Block').extend('Block', { fields: ['name', 'body', 'scoped'] }),
  Include: nodeClass('Include').extend('Include', { fields: ['template', 'ignoreMissing', 'withContext'] }),
  Extends: nodeClass('Extends'),
  Root: nodeClass('Root'),
  Import: nodeClass('Import'),
  FromImport: nodeClass('FromImport'),
  FunCall: nodeClass('FunCall').extend('FunCall', { fields: ['name', 'args', 'caller'] }),
  Filter: nodeClass('FunCall').extend('Filter', { fields: ['input', 'name', 'args'] }),
  Test: base.extend('Test', { fields: ['subject', 'name', 'args'] }),
  And: nodeClass('And'),
  Or: nodeClass('Or'),
  Not: nodeClass('Not'),
  Neg: nodeClass('Neg'),
  Pos: nodeClass('Pos'),
  Add: nodeClass('Add'),
  Sub: nodeClass('Sub'),
  Mul: nodeClass('Mul'),
  Div: nodeClass('Div'),
  FloorDiv: nodeClass('FloorDiv'),
  Mod: nodeClass('Mod'),
  Pow: nodeClass('Pow'),
  Concat: nodeClass('Concat'),
  Compare: nodeClass('Compare'),
  CompareOperand: nodeClass('CompareOperand'),
  /** `a.b` and `a[b]`: field `dotted` says which, for Jinja looks for methods and keys in another order. */
  Member: nodeClass('LookupVal').extend('Member', { fields: ['target', 'val', 'dotted'] }),
  Float: base.extend('Float', { fields: ['value'] }),
  Tuple: nodeClass('NodeList').extend('Tuple'),
  Slice: base.extend('Slice', { fields: ['start', 'stop', 'step'] }),
  /** `*list` and `**mapping` in a call. */
  Spread: base.extend('Spread', { fields: ['value'] }),
  KeywordSpread: base.extend('KeywordSpread', { fields: ['value'] }),
  With: base.extend('With', { fields: ['targets', 'values', 'body'] }),
  Do: base.extend('Do', { fields: ['value'] }),
  /** The whole template is one expression whose value, not text, is wanted. */
  Result: base.extend('Result', { fields: ['value'] }),
} as const satisfies Record<string, NodeClass>;

function isNode(value: unknown): value is AnyNode {
  return value instanceof base;
}

function isList(node: Node): node is ListNode {
  return 'children' in node;
}

/** A field that holds a node. */
export function child(node: Node, field: string): AnyNode {
  const value = (node as AnyNode)[field];
  if (!isNode(value)) throw new TypeError(`${node.typename}.${field} is not a node`);
  return value;
}

/** A field that holds a node or nothing. */
export function optionalChild(node: Node, field: string): AnyNode | undefined {
  const value = (node as AnyNode)[field];
  return isNode(value) ? value : undefined;
}

export function children(node: Node): readonly AnyNode[] {
  return isList(node) ? node.children : [];
}

/** The text of a Symbol or string Literal. */
export function text(node: Node): string {
  return String((node as AnyNode)['value']);
}

/** A field that holds a list of nodes which is not a NodeList. */
export function nodeArray(node: Node, field: string): readonly AnyNode[] {
  const value = (node as AnyNode)[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Every node directly below, in source order. */
export function below(node: Node): readonly AnyNode[] {
  if (isList(node)) return node.children;
  const found: AnyNode[] = [];
  for (const field of node.fields) {
    const value = (node as AnyNode)[field];
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) found.push(...value.filter(isNode));
  }
  return found;
}
