/** `action:` and `local_action:`: the module and its arguments as one text, or as a mapping with `module`. */
import { describeNode, mapGet, type MapEntry, type MapNode, type ScalarNode } from '../../yaml/node.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import type { Module } from '../../modules/core/module.js';
import { readActionText, readArguments, type Given } from './arguments.js';
import type { LoadContext } from '../read/context.js';
import { reportUnknownModule, shortName, type ModuleKey } from './module-key.js';
import { placeInScalar } from '../read/place.js';

export interface Action {
  readonly module: Module;
  readonly range: SourceRange;
  readonly given: Given;
  /** On the controller. */
  readonly local: boolean;
}

function fromText(node: ScalarNode, text: string, local: boolean, load: LoadContext): Action | undefined {
  const name = /^\s*(?<name>\S+)\s*/.exec(text);
  const word = name?.groups?.['name'] ?? '';
  const range = placeInScalar(node, text.indexOf(word), word.length, load.sources);
  const module = load.modules.find(shortName(word));
  if (module === undefined) {
    reportUnknownModule(word, range, load);
    return undefined;
  }
  const start = name?.[0].length ?? 0;
  return { module, range, given: readActionText(node, text.slice(start), start, module, load), local };
}

function fromMap(map: MapNode, entry: MapEntry, local: boolean, load: LoadContext): Action | undefined {
  const name = mapGet(map, 'module');
  if (name?.value.type !== 'scalar' || typeof name.value.value !== 'string') {
    load.diagnostics.error(
      'NO_MODULE',
      'Task has no module',
      `"${entry.key}" names the module in "module", which is missing here.`,
      entry.keyRange,
      'Add "module: NAME" to the mapping.',
    );
    return undefined;
  }
  const module = load.modules.find(shortName(name.value.value));
  if (module === undefined) {
    reportUnknownModule(name.value.value, name.value.range, load);
    return undefined;
  }
  const rest = { ...map, entries: map.entries.filter((item) => item !== name) };
  return { module, range: name.value.range, given: readArguments(rest, module, load), local };
}

/** Reads `action` or `local_action`, if the task has one of them. */
export function readAction(map: MapNode, key: ModuleKey | undefined, load: LoadContext): Action | undefined {
  const entry = mapGet(map, 'action') ?? mapGet(map, 'local_action');
  if (entry === undefined) return undefined;
  if (key !== undefined) {
    load.diagnostics.error(
      'TWO_MODULES',
      'Task has two modules',
      `A task does one thing, but this one has both "${key.entry.key}" and "${entry.key}".`,
      entry.keyRange,
      'Remove one of them.',
    );
    return undefined;
  }
  const local = entry.key === 'local_action';
  const { value } = entry;
  if (value.type === 'map') return fromMap(value, entry, local, load);
  if (value.type === 'scalar' && typeof value.value === 'string')
    return fromText(value, value.value, local, load);
  load.diagnostics.error(
    'WRONG_TYPE',
    'Keyword has a value of the wrong type',
    `"${entry.key}" takes the module's name with its arguments, but this is ${describeNode(value)}.`,
    value.range,
    'Write the module as a key of the task, and its arguments below it.',
  );
  return undefined;
}
