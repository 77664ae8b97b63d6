/** The `with_*` loops of older playbooks, as the `loop` that means the same. */
import { nearest } from '../../diagnostics/nearest.js';
import { isLookup, lookupName } from '../../template/runtime/lookup-table.js';
import type { MapEntry, MapNode, Node as YamlNode } from '../../yaml/node.js';
import type { Value } from '../../values/value.js';
import type { LoadContext } from '../read/context.js';
import { expressionOf } from './expression-text.js';
import { WITH_KEYWORDS } from '../read/keywords.js';
import type { Loop } from '../read/model.js';
import { hasTemplate, located, valueOf } from '../read/templated.js';

type Convert = (node: YamlNode) => Value;

function items(node: YamlNode): readonly YamlNode[] {
  return node.type === 'list' ? node.items : [node];
}

/** Lists inside the list are opened once. A template may give a list or a single thing. */
function flattened(node: YamlNode): Value {
  if (node.type === 'list' && !hasTemplate(node)) {
    return node.items.flatMap((item) => (item.type === 'list' ? item.items.map(valueOf) : [valueOf(item)]));
  }
  if (node.type === 'list') return `{{ ${expressionOf(node)} | flatten(levels=1, skip_nulls=false) }}`;
  return hasTemplate(node)
    ? `{{ [${expressionOf(node)}] | flatten(levels=2, skip_nulls=false) }}`
    : [valueOf(node)];
}

function filtered(filter: string): Convert {
  return (node) => {
    const [first, ...rest] = items(node).map((item) => `(${expressionOf(item)})`);
    return `{{ ${first ?? '[]'} | ${filter}(${rest.join(', ')}) | list }}`;
  };
}

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  with_items: flattened,
  with_list: (node) =>
    hasTemplate(node) && node.type === 'scalar' ? valueOf(node) : items(node).map(valueOf),
  with_dict: (node) => `{{ (${expressionOf(node)}) | dict2items }}`,
  with_together: filtered('zip_longest'),
  with_nested: filtered('product'),
  with_flattened: (node) => `{{ [${expressionOf(node)}] | flatten }}`,
  with_indexed_items: (node) =>
    `{{ range(((${expressionOf(node)}) | length)) | zip(${expressionOf(node)}) | list }}`,
  with_subelements: (node) => {
    const [list, key, ...flags] = items(node).map(expressionOf);
    return `{{ (${list ?? '[]'}) | subelements(${[key ?? "''", ...flags].join(', ')}) }}`;
  },
};

const EQUIVALENTS: Readonly<Record<string, string>> = {
  with_random_choice: 'Choose one with a filter: "{{ items | random(seed=inventory_hostname) }}".',
  with_inventory_hostnames: 'Write: loop: "{{ groups[\'NAME\'] }}".',
  with_cartesian: 'Write: with_nested, or loop: "{{ a | product(b) | list }}".',
};

/** The keyword without a collection's name: `with_ansible.builtin.items` and `with_community.general.flattened` too. */
export function plainWith(key: string): string {
  return `with_${lookupName(key.slice('with_'.length)).replace(/^community\.general\.(?=flattened$)/, '')}`;
}

/** The folder of the search paths in which `with_first_found` looks: which one the task's module reads from. */
function folderOf(task: MapNode): string {
  const keys = task.entries.map((entry) => entry.key.split('.').at(-1) ?? '');
  if (keys.includes('template')) return 'templates';
  return keys.includes('include_vars') ? 'vars' : 'files';
}

/** A loop over a lookup: `with_file` over `file`. */
function lookupLoop(entry: MapEntry, task: MapNode): Loop | undefined {
  const name = plainWith(entry.key).slice('with_'.length);
  if (!isLookup(name)) return undefined;
  const lookup = { name, folder: folderOf(task), skipsUndefined: name === 'first_found' };
  return { ...located(entry.value), lookup };
}

/** The loop that a `with_*` keyword of a task means; undefined when there is none, with the diagnostic made. */
export function convertWith(entry: MapEntry, task: MapNode, load: LoadContext): Loop | undefined {
  const key = plainWith(entry.key);
  const convert = Object.hasOwn(CONVERSIONS, key) ? CONVERSIONS[key] : undefined;
  const loop =
    convert === undefined
      ? lookupLoop(entry, task)
      : { value: convert(entry.value), range: entry.value.range };
  if (loop !== undefined) return loop;
  const near = nearest(key, WITH_KEYWORDS);
  load.diagnostics.error(
    'UNKNOWN_LOOP',
    'Unknown form of loop',
    `rtprov does not know the loop "${entry.key}".`,
    entry.keyRange,
    EQUIVALENTS[key] ??
      (near === undefined
        ? 'Write: loop: with a list, or a template that gives one.'
        : `Did you mean "${near}"?`),
  );
  return undefined;
}
