/** Inventories in YAML or JSON: groups with `hosts`, `vars` and `children`. */

import { didYouMean } from '../diagnostics/nearest.js';
import { describeNode, type MapEntry, type Node } from '../yaml/node.js';
import { parseYaml } from '../yaml/parse.js';
import { readAddress } from './address.js';
import type { GroupDraft, InventoryBuilder } from './builder.js';
import type { VarEntry } from './model.js';
import { readVarMap } from './var-map.js';

const SECTIONS = ['hosts', 'vars', 'children'] as const;

class YamlReader {
  constructor(private readonly builder: InventoryBuilder) {}

  document(node: Node, file: string): void {
    const { diagnostics } = this.builder;
    if (node.type === 'scalar' && node.value === null) return;
    if (node.type !== 'map') {
      this.shape(
        node,
        'The top level of a YAML inventory',
        'Start with a group: "all:" and, below it, "hosts:".',
      );
      return;
    }
    const plugin = node.entries.find((entry) => entry.key === 'plugin');
    if (plugin !== undefined) {
      diagnostics.error(
        'INVENTORY_PLUGIN',
        'Inventory plugin',
        `${file} configures an inventory plugin of Ansible, and rtprov does not run plugins.`,
        plugin.keyRange,
        'Write the hosts down: ansible-inventory --list --yaml --export prints them as an inventory.',
      );
      return;
    }
    for (const entry of node.entries) {
      const looksLikeSection = (SECTIONS as readonly string[]).includes(entry.key);
      if (looksLikeSection) {
        diagnostics.error(
          'INVENTORY_NO_GROUP',
          'Section without a group',
          `"${entry.key}" is at the top level, where the names of groups are.`,
          entry.keyRange,
          `Put "all:" above it and indent it.`,
        );
      } else this.group(entry);
    }
  }

  private shape(node: Node, what: string, hint: string): void {
    this.builder.diagnostics.error(
      'INVENTORY_SHAPE',
      'Mapping expected',
      `${what} has to be a mapping, but it is ${describeNode(node)}.`,
      node.range,
      hint,
    );
  }

  private group({ key, keyRange, value }: MapEntry): void {
    const { diagnostics } = this.builder;
    const group = this.builder.declareGroup(key, keyRange);
    if (value.type === 'scalar' && value.value === null) return;
    if (value.type !== 'map') {
      this.shape(value, `The group ${key}`, 'Put "hosts:", "vars:" or "children:" below it.');
      return;
    }
    for (const section of value.entries) {
      if (section.key === 'hosts') this.hosts(section, group);
      else if (section.key === 'children') this.children(section, group);
      else if (section.key === 'vars') this.vars(section, group);
      else {
        diagnostics.error(
          'GROUP_UNKNOWN_KEY',
          'Unknown key in a group',
          `A group has "hosts", "vars" and "children", but not "${section.key}".`,
          section.keyRange,
          didYouMean(section.key, SECTIONS) ??
            'A child group goes below "children:", a variable below "vars:".',
        );
      }
    }
  }

  /** The mapping of a section; a single name stands for a mapping with that key. */
  private entries({ key, value }: MapEntry, group: GroupDraft, hint: string): readonly MapEntry[] {
    if (value.type === 'map') return value.entries;
    if (value.type === 'scalar' && value.value === null) return [];
    if (value.type === 'scalar' && typeof value.value === 'string' && key !== 'vars') {
      const nothing: Node = { type: 'scalar', value: null, range: value.range, source: '', quoted: false };
      return [{ key: value.value, keyRange: value.range, value: nothing }];
    }
    this.shape(value, `"${key}" of the group ${group.name}`, hint);
    return [];
  }

  private vars(section: MapEntry, group: GroupDraft): void {
    const entries = this.entries(section, group, 'Write "name: value" lines below it.');
    const table = readVarMap({ type: 'map', entries, range: section.keyRange }, this.builder.diagnostics);
    for (const [name, entry] of table) this.builder.setGroupVar(group, name, entry);
  }

  private children(section: MapEntry, group: GroupDraft): void {
    for (const entry of this.entries(section, group, 'Write "name:" lines below it, each with a colon.')) {
      // The relation first, so that a cycle is reported where it closes.
      this.builder.addChild(group, this.builder.declareGroup(entry.key, entry.keyRange), entry.keyRange);
      this.group(entry);
    }
  }

  private hosts(section: MapEntry, group: GroupDraft): void {
    for (const entry of this.entries(
      section,
      group,
      'Write "name:" lines below it, each with a colon and no "-".',
    )) {
      this.host(entry, group);
    }
  }

  private host({ key, keyRange, value }: MapEntry, group: GroupDraft): void {
    const { diagnostics } = this.builder;
    const place = (from: number): typeof keyRange =>
      from === 0
        ? keyRange
        : {
            file: keyRange.file,
            line: keyRange.line,
            column: keyRange.column + from,
            ...(keyRange.text === undefined ? {} : { text: keyRange.text }),
            ...(keyRange.hidden === undefined ? {} : { hidden: keyRange.hidden }),
          };
    const address = readAddress(key, place, diagnostics);
    const empty = value.type === 'scalar' && value.value === null;
    if (value.type !== 'map' && !empty) {
      this.shape(value, `The host ${key}`, 'Write its variables as "name: value" lines below it.');
    }
    const table = value.type === 'map' ? readVarMap(value, diagnostics) : new Map<string, VarEntry>();
    for (const name of address?.names ?? []) {
      const host = this.builder.addHost(name, group, keyRange);
      if (address?.port !== undefined) {
        host.vars.set('ansible_port', { value: address.port, origin: keyRange, unsafe: false });
      }
      for (const [variable, entry] of table) host.vars.set(variable, entry);
    }
  }
}

/** Reads a YAML or JSON inventory into the builder. */
export function readYamlInventory(text: string, file: string, builder: InventoryBuilder): void {
  const [first, ...others] = parseYaml(text, file, builder.diagnostics);
  if (first !== undefined) new YamlReader(builder).document(first, file);
  for (const other of others) {
    builder.diagnostics.error(
      'INVENTORY_DOCUMENTS',
      'Second YAML document',
      'An inventory is one document; text after a second "---" would be lost.',
      other.range,
      'Remove the "---".',
    );
  }
}
