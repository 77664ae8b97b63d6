/** Builds nodes from what the `yaml` package composed: aliases and merge keys are resolved here. */

import { isAlias, isScalar, isSeq, type Alias, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { isTemplateMap, reportUnquotedTemplate } from './faults.js';
import type { ListNode, MapEntry, MapNode, Node, ScalarNode } from './node.js';
import type { SourceText } from './source.js';
import { resolveScalar, unknownTag } from './tags.js';

/** With its aliases written out, a document may have this many nodes (the alias bomb guard). */
const MAX_NODES = 200_000;

type Yaml = ParsedNode | null;

export class NodeBuilder {
  private readonly anchors = new Map<string, Node | 'open'>();
  private readonly sizes = new Map<Node, number>();
  private bombed = false;

  constructor(
    private readonly source: SourceText,
    private readonly diagnostics: Diagnostics,
  ) {}

  document(contents: Yaml): Node {
    const node = this.build(contents, 0, false);
    return this.bombed ? this.nothing(0) : node;
  }

  private range(node: { readonly range?: readonly number[] | null }): SourceRange {
    const [from = 0, to = from] = node.range ?? [];
    return this.source.range(from, to);
  }

  private nothing(offset: number): ScalarNode {
    const range = this.source.range(offset);
    return { type: 'scalar', value: null, range, source: '', quoted: false };
  }

  private build(node: Yaml, offset: number, unsafe: boolean): Node {
    if (node === null) return this.nothing(offset);
    if (isAlias(node)) return this.alias(node);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    const built = this.content(node, unsafe);
    if (anchor !== undefined) this.anchors.set(anchor, built);
    this.count(built, node);
    return built;
  }

  private content(node: Exclude<ParsedNode, Alias.Parsed>, unsafe: boolean): Node {
    if (isScalar(node)) return resolveScalar(this.raw(node), unsafe, this.diagnostics);
    const inside = unsafe || node.tag === '!unsafe';
    const known = node.tag === undefined || /^(?:!unsafe|tag:yaml\.org,2002:(?:map|seq))$/.test(node.tag);
    if (!known) unknownTag(node.tag ?? '', this.range(node), this.diagnostics);
    return isSeq(node) ? this.list(node.items, node, inside) : this.map(node, inside);
  }

  private list(items: readonly Yaml[], node: ParsedNode, unsafe: boolean): ListNode {
    const end = node.range[1];
    return {
      type: 'list',
      items: items.map((item) => this.build(item, end, unsafe)),
      range: this.range(node),
    };
  }

  private raw(node: Scalar): Parameters<typeof resolveScalar>[0] {
    const [from = 0, to = from] = node.range ?? [];
    return {
      text: typeof node.value === 'string' ? node.value : '',
      source: this.source.text.slice(from, to),
      quoted: node.type !== 'PLAIN' && node.type !== undefined,
      range: this.range(node),
      tag: node.tag,
    };
  }

  private alias(node: Alias.Parsed): Node {
    const target = this.anchors.get(node.source);
    const range = this.range(node);
    if (target === undefined || target === 'open') {
      const why =
        target === 'open'
          ? `*${node.source} is inside the value that &${node.source} names.`
          : `There is no &${node.source} before this alias.`;
      this.diagnostics.error(
        target === 'open' ? 'YAML_ALIAS_CYCLE' : 'YAML_UNKNOWN_ALIAS',
        target === 'open' ? 'Alias refers to itself' : 'Unknown alias',
        why,
        range,
        `If a text that starts with "*" is meant, quote it: "*${node.source}".`,
      );
      return this.nothing(node.range[0]);
    }
    this.sizes.set(target, this.sizes.get(target) ?? 1);
    return target;
  }

  private map(node: YAMLMap.Parsed, unsafe: boolean): MapNode | ScalarNode {
    if (isTemplateMap(node)) {
      reportUnquotedTemplate(node.range[0], this.source, this.diagnostics);
      return this.nothing(node.range[0]);
    }
    const entries = new Map<string, MapEntry>();
    const merged = new Map<string, MapEntry>();
    for (const pair of node.items) {
      const key = this.key(pair.key, node);
      if (key === undefined) continue;
      const value = this.build(pair.value, key.end, unsafe);
      if (key.merge) this.merge(value, key.range, merged);
      else entries.set(key.text, { key: key.text, keyRange: key.range, value });
    }
    // Merged keys come first, as in PyYAML; a key of the mapping itself wins.
    const all = new Map([...merged, ...entries]);
    return { type: 'map', entries: [...all.values()], range: this.range(node) };
  }

  private key(
    key: Yaml,
    map: ParsedNode,
  ): { text: string; range: SourceRange; end: number; merge: boolean } | undefined {
    if (isScalar(key) && key.source !== '') {
      const text = typeof key.value === 'string' ? key.value : '';
      const merge = text === '<<' && key.type === 'PLAIN';
      return { text, range: this.range(key), end: key.range[1], merge };
    }
    if (isAlias(key)) {
      const target = this.alias(key);
      // An alias that names nothing was reported as that.
      if (typeof this.anchors.get(key.source) !== 'object') return undefined;
      if (target.type === 'scalar' && typeof target.value === 'string') {
        return { text: target.value, range: this.range(key), end: key.range[1], merge: false };
      }
    }
    this.diagnostics.error(
      'YAML_BAD_KEY',
      'Key is not a name',
      'The key of a mapping has to be a text; here it is empty, a list or a mapping.',
      this.range(key ?? map),
      'Write a name before the colon; quote it if it starts with {, [, & or *.',
    );
    return undefined;
  }

  private merge(value: Node, range: SourceRange, into: Map<string, MapEntry>): void {
    // Backwards, so that the first of several sources wins and the keys are in PyYAML's order.
    const sources = value.type === 'list' ? value.items.toReversed() : [value];
    for (const source of sources) {
      if (source.type !== 'map') {
        this.diagnostics.error(
          'YAML_BAD_MERGE',
          'Merge of something that is not a mapping',
          'The merge key << takes a mapping or a list of mappings.',
          range,
          'Name a mapping with an alias: "<<: *defaults".',
        );
        return;
      }
      for (const entry of source.entries) into.set(entry.key, entry);
    }
  }

  /** Adds up how many nodes there are with the aliases written out. */
  private count(built: Node, node: ParsedNode): void {
    const parts =
      built.type === 'list' ? built.items : built.type === 'map' ? built.entries.map((e) => e.value) : [];
    const size = parts.reduce((sum, part) => sum + (this.sizes.get(part) ?? 1), 1);
    this.sizes.set(built, size);
    if (size <= MAX_NODES || this.bombed || this.anchors.size === 0) return;
    this.bombed = true;
    this.diagnostics.error(
      'YAML_ALIAS_BOMB',
      'Aliases multiply too far',
      `With its aliases written out this value has more than ${MAX_NODES} parts.`,
      this.range(node),
      'Write out the values that are needed instead of nesting aliases.',
    );
  }
}
