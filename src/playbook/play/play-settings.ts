/** Keywords of a play that tasks do not inherit. */
import { nearest } from '../../diagnostics/nearest.js';
import { mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import type { LoadContext } from '../read/context.js';
import type { Play, Templated } from '../read/model.js';
import { readFlag, readNumber, readText, readTexts } from '../read/read.js';
import type { Scope } from '../read/scope.js';
import { isTemplate, located, noteUses } from '../read/templated.js';

type Settings = Pick<
  Play,
  | 'gatherFacts'
  | 'gatherSubset'
  | 'maxFailPercentage'
  | 'anyErrorsFatal'
  | 'forceHandlers'
  | 'order'
  | 'strategy'
>;

function reportBatch(node: YamlNode, load: LoadContext): void {
  load.diagnostics.error(
    'BAD_SERIAL',
    'Batch size is not a number',
    '"serial" takes a number of hosts, a percentage such as "30%", or a list of these.',
    node.range,
    'Write for instance: serial: 2, or serial: [1, "50%"].',
  );
}

/** `serial`: the sizes of the batches in order; the last one repeats. */
export function readBatches(
  node: YamlNode | undefined,
  scope: Scope,
  load: LoadContext,
): readonly Templated[] {
  if (node === undefined) return [];
  noteUses(node, scope, load);
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const value = item.type === 'scalar' ? item.value : null;
    const isNumber = typeof value === 'number' && Number.isInteger(value) && value >= 0;
    const isText = typeof value === 'string' && (isTemplate(value) || /^\d+(?:\.\d+)?%?$/.test(value.trim()));
    if (isNumber || isText) return [located(item)];
    reportBatch(item, load);
    return [];
  });
}

const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;
const STRATEGIES = ['linear', 'free'] as const;

function readWord<T extends string>(
  map: MapNode,
  key: string,
  words: readonly T[],
  load: LoadContext,
): T | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  const text = readText(node, key, load.diagnostics);
  if (text === undefined) return undefined;
  const short = text.value.replace(/^ansible\.(?:builtin|legacy)\./, '');
  const found = words.find((word) => word === short);
  if (found !== undefined) return found;
  const near = nearest(short, words);
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"${key}" is one of ${words.join(', ')}, but this is "${text.value}".`,
    text.range,
    near === undefined ? `Write one of ${words.join(', ')}.` : `Did you mean "${near}"?`,
  );
  return undefined;
}

function flag(map: MapNode, key: string, scope: Scope, load: LoadContext): Templated | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  noteUses(node, scope, load);
  return readFlag(node, key, load.diagnostics);
}

/** A flag of the play has to be known before any host is. */
function literalFlag(map: MapNode, key: string, load: LoadContext): boolean {
  const node = mapGet(map, key)?.value;
  return node !== undefined && readFlag(node, key, load.diagnostics)?.value === true;
}

export function readPlaySettings(map: MapNode, scope: Scope, load: LoadContext): Settings {
  const gatherFacts = flag(map, 'gather_facts', scope, load);
  const subset = mapGet(map, 'gather_subset')?.value;
  const percentage = mapGet(map, 'max_fail_percentage')?.value;
  const order = readWord(map, 'order', ORDERS, load);
  if (percentage !== undefined) noteUses(percentage, scope, load);
  const maxFail =
    percentage === undefined ? undefined : readNumber(percentage, 'max_fail_percentage', load.diagnostics);
  // Facts come in one round trip, so that it has no effect.
  const timeout = mapGet(map, 'gather_timeout')?.value;
  if (timeout !== undefined) readNumber(timeout, 'gather_timeout', load.diagnostics);
  const anyErrors = mapGet(map, 'any_errors_fatal')?.value;
  return {
    ...(gatherFacts === undefined ? {} : { gatherFacts }),
    ...(subset === undefined
      ? {}
      : { gatherSubset: readTexts(subset, 'gather_subset', load.diagnostics).map((item) => item.value) }),
    ...(maxFail === undefined ? {} : { maxFailPercentage: maxFail }),
    // Its type was checked with the keywords that tasks inherit.
    anyErrorsFatal: anyErrors?.type === 'scalar' && /^(?:yes|on|true|1)$/i.test(String(anyErrors.value)),
    forceHandlers: literalFlag(map, 'force_handlers', load),
    ...(order === undefined ? {} : { order }),
    strategy: readWord(map, 'strategy', STRATEGIES, load) ?? 'linear',
  };
}
