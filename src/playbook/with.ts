/** The `with_*` loops of older playbooks, as the `loop` that means the same. */
import { nearest } from '../diagnostics/nearest.js';
import type { MapEntry, Node as YamlNode } from '../yaml/node.js';
import type { Value } from '../values/value.js';
import type { LoadContext } from './context.js';
import { expressionOf } from './expression-text.js';
import { splitKeyValues } from './key-value.js';
import { WITH_KEYWORDS } from './keywords.js';
import { hasTemplate, valueOf } from './templated.js';

type Convert = (node: YamlNode) => Value | undefined;

function items(node: YamlNode): readonly YamlNode[] {
  return node.type === 'list' ? node.items : [node];
}

/** Lists inside the list are opened once. A template may give a list or a single thing. */
function flattened(node: YamlNode): Value {
  if (node.type === 'list' && !hasTemplate(node)) {
    return node.items.flatMap((item) => (item.type === 'list' ? item.items.map(valueOf) : [valueOf(item)]));
  }
  if (node.type === 'list') return `{{ ${expressionOf(node)} | flatten(levels=1) }}`;
  return hasTemplate(node) ? `{{ [${expressionOf(node)}] | flatten(levels=2) }}` : [valueOf(node)];
}

function filtered(filter: string): Convert {
  return (node) => {
    const [first, ...rest] = items(node).map((item) => `(${expressionOf(item)})`);
    return `{{ ${first ?? '[]'} | ${filter}(${rest.join(', ')}) | list }}`;
  };
}

/** `start=1 end=9 stride=2 format=cpu%02d`, or `5-8`, with plain numbers. */
function sequence(node: YamlNode): Value | undefined {
  if (node.type !== 'scalar' || typeof node.value !== 'string') return undefined;
  const { pairs, rest } = splitKeyValues(node.value);
  const given = new Map(pairs.map((pair) => [pair.key, pair.value]));
  const short =
    /^(?:(?<start>\d+)-)?(?<end>\d+)(?:\/(?<stride>\d+))?(?::(?<format>.*))?$/.exec(rest)?.groups ?? {};
  for (const [key, value] of Object.entries(short))
    if (value !== '' && typeof value === 'string') given.set(key, value);
  if (hasTemplate(node)) return given.has('format') ? undefined : templatedSequence(given);
  const start = Number(given.get('start') ?? 1);
  const stride = Number(given.get('stride') ?? 1);
  const end = given.has('count')
    ? start + (Number(given.get('count')) - 1) * stride
    : Number(given.get('end'));
  if (![start, stride, end].every(Number.isInteger) || stride === 0) return undefined;
  const numbers: string[] = [];
  for (let at = start; stride > 0 ? at <= end : at >= end; at += stride) {
    numbers.push(formatNumber(given.get('format') ?? '%d', at));
  }
  return numbers;
}

function formatNumber(format: string, value: number): string {
  return format.replace(/%(0?)(\d*)([dx])/, (_, zero: string, width: string, base: string) =>
    value.toString(base === 'x' ? 16 : 10).padStart(Number(width), zero === '0' ? '0' : ' '),
  );
}

function templatedSequence(given: ReadonlyMap<string, string>): Value | undefined {
  const number = (key: string, otherwise: string): string =>
    given.has(key) ? `(${(given.get(key) ?? '').replace(/\{\{|\}\}/g, '').trim()}) | int` : otherwise;
  const start = number('start', '1');
  const stride = number('stride', '1');
  if (given.has('count')) return undefined;
  return `{{ range((${start}), (${number('end', '0')}) + 1, (${stride})) | map('string') | list }}`;
}

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  with_items: flattened,
  with_list: (node) =>
    hasTemplate(node) && node.type === 'scalar' ? valueOf(node) : items(node).map(valueOf),
  with_dict: (node) => `{{ (${expressionOf(node)}) | dict2items }}`,
  with_sequence: sequence,
  with_fileglob: (node) => `{{ query('fileglob', ${items(node).map(expressionOf).join(', ')}) }}`,
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
  with_first_found: 'Name the file with a variable, or include_vars with a list of `files`.',
  with_lines: 'Run the command in a task of its own with register, then: loop: "{{ result.stdout_lines }}".',
  with_random_choice: 'Take one with a filter: "{{ items | random }}".',
  with_inventory_hostnames: 'Write: loop: "{{ groups[\'NAME\'] }}".',
  with_cartesian: 'Write: with_nested, or loop: "{{ a | product(b) | list }}".',
  with_file: 'Write: loop with "{{ lookup(\'file\', name) }}" where the contents are used.',
  with_url: 'Download with get_url, then read the file.',
  with_sequence: 'Write: loop: "{{ range(1, count + 1) }}", and format the number where it is used.',
};

/** The loop that a `with_*` keyword means; undefined when there is none, with the diagnostic made. */
export function convertWith(entry: MapEntry, load: LoadContext): Value | undefined {
  const convert = Object.hasOwn(CONVERSIONS, entry.key) ? CONVERSIONS[entry.key] : undefined;
  const loop = convert?.(entry.value);
  if (loop !== undefined) return loop;
  const near = nearest(entry.key, WITH_KEYWORDS);
  load.diagnostics.error(
    'UNKNOWN_LOOP',
    'Unknown form of loop',
    convert === undefined
      ? `rtprov does not know the loop "${entry.key}".`
      : `rtprov cannot turn this use of "${entry.key}" into a loop.`,
    entry.keyRange,
    EQUIVALENTS[entry.key] ??
      (near === undefined
        ? 'Write: loop: with a list, or a template that gives one.'
        : `Did you mean "${near}"?`),
  );
  return undefined;
}
