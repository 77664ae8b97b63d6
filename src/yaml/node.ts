/** A YAML value together with where it is. */

import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { Value } from '../values/value.js';

export interface ScalarNode {
  readonly type: 'scalar';
  readonly value: null | boolean | number | string;
  readonly range: SourceRange;
  /** As written, for instance `0644`, `yes` or `"quoted"` with its quotes. */
  readonly source: string;
  /** Written in quotes or as a block (`|`, `>`): always a string. */
  readonly quoted: boolean;
  /** `!unsafe` (a string that is never templated), else an explicit tag such as `!!str`. */
  readonly tag?: string;
}

export interface ListNode {
  readonly type: 'list';
  readonly items: readonly Node[];
  readonly range: SourceRange;
}

export interface MapEntry {
  /** The key as written, without quotes: `on:` is the key "on", `1:` is the key "1". */
  readonly key: string;
  readonly keyRange: SourceRange;
  readonly value: Node;
}

export interface MapNode {
  readonly type: 'map';
  readonly entries: readonly MapEntry[];
  readonly range: SourceRange;
}

export type Node = ScalarNode | ListNode | MapNode;

/** The plain data of a node. */
export function toValue(node: Node): Value {
  if (node.type === 'scalar') return node.value;
  if (node.type === 'list') return node.items.map(toValue);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, toValue(entry.value)]));
}

/** The entry of a mapping with this key, or undefined. */
export function mapGet(node: MapNode, key: string): MapEntry | undefined {
  return node.entries.find((entry) => entry.key === key);
}

/** Whether a `!unsafe` string is somewhere inside: such a value is never templated. */
export function hasUnsafe(node: Node): boolean {
  if (node.type === 'scalar') return node.tag === '!unsafe';
  if (node.type === 'list') return node.items.some(hasUnsafe);
  return node.entries.some((entry) => hasUnsafe(entry.value));
}

/** How a person would call the sort of a node: "a mapping", "a list", "the number 3", ... */
export function describeNode(node: Node): string {
  if (node.type === 'map') return 'a mapping';
  if (node.type === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return `the text ${JSON.stringify(node.value)}`;
  return `the ${typeof node.value} ${node.source}`;
}
