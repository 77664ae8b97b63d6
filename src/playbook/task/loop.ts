/** `loop`, `with_*` and `loop_control`. */
import { describeNode, mapGet, type MapEntry, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import type { LoadContext } from '../read/context.js';
import { MAGIC } from '../names/magic.js';
import type { Keywords, Loop as LoopOver, Templated } from '../read/model.js';
import { reportUnsupported } from '../read/keys.js';
import { readFlag, readNumber, readText } from '../read/read.js';
import type { Scope } from '../read/scope.js';
import { hasTemplate, isTemplate, located, noteUses } from '../read/templated.js';
import { isVariableName, reportBadName } from '../play/vars.js';
import { convertWith, plainWith } from './with.js';

type LoopControl = Keywords['loopControl'];

const NO_LOOP: LoopControl = { loopVar: 'item', extended: false };

export interface Loop {
  readonly loop?: LoopOver;
  readonly control: LoopControl;
}

function reportNotList(node: YamlNode, load: LoadContext): void {
  const text = node.type === 'scalar' && typeof node.value === 'string' ? node.value : '';
  const bare = isVariableName(text.split(/[.[]/)[0] ?? '');
  load.diagnostics.error(
    'LOOP_NOT_A_LIST',
    'Loop is not a list',
    `"loop" takes a list or a template that gives one, but this is ${describeNode(node)}.`,
    node.range,
    bare
      ? `For the variable write: loop: "{{ ${text} }}".`
      : /^-\S/.test(text)
        ? 'Put a space after each dash: "- item".'
        : 'Write the items as a list, one "- item" per line.',
  );
}

const isEmpty = ({ value }: MapEntry): boolean => value.type === 'scalar' && value.value === null;

function readLoopKeyword(node: YamlNode, load: LoadContext): Templated | undefined {
  if (node.type === 'list' || (node.type === 'scalar' && hasTemplate(node))) return located(node);
  reportNotList(node, load);
  return undefined;
}

const CONTROL_KEYS = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems'];

const breakWhenHint =
  'Register the result of the loop, or loop over the items that are wanted: "{{ items | select(...) | list }}".';

/** The name of a loop's variable. A template for it may give any name, so all names count as known then. */
function readName(map: MapNode, key: string, scope: Scope, load: LoadContext): string | undefined {
  const entry = mapGet(map, key);
  if (entry === undefined) return undefined;
  const text = readText(entry.value, key, load.diagnostics);
  if (text === undefined) return undefined;
  if (isTemplate(text.value)) {
    noteUses(entry.value, scope, load);
    scope.open();
    return text.value;
  }
  if (isVariableName(text.value)) return text.value;
  reportBadName(text.value, text.range, load);
  return undefined;
}

function reportUnknownControl(entry: MapEntry, load: LoadContext): void {
  load.diagnostics.error(
    'UNKNOWN_KEYWORD',
    'Unknown keyword',
    `"${entry.key}" is not a keyword of loop_control.`,
    entry.keyRange,
    didYouMean(entry.key, CONTROL_KEYS) ?? `It has: ${CONTROL_KEYS.join(', ')}.`,
  );
}

function readControl(node: YamlNode, scope: Scope, load: LoadContext): LoopControl {
  if (node.type !== 'map') {
    load.diagnostics.error(
      'WRONG_TYPE',
      'Keyword has a value of the wrong type',
      `"loop_control" takes a mapping, but this is ${describeNode(node)}.`,
      node.range,
      `Write its keywords below it: ${CONTROL_KEYS.join(', ')}.`,
    );
    return NO_LOOP;
  }
  for (const entry of node.entries) {
    if (entry.key === 'break_when') reportUnsupported(entry, breakWhenHint, load);
    else if (!CONTROL_KEYS.includes(entry.key)) reportUnknownControl(entry, load);
  }
  const indexVar = readName(node, 'index_var', scope, load);
  const label = mapGet(node, 'label')?.value;
  const pause = mapGet(node, 'pause')?.value;
  const flagOf = (key: string): unknown => {
    const flag = mapGet(node, key)?.value;
    return flag === undefined ? undefined : readFlag(flag, key, load.diagnostics)?.value;
  };
  const seconds = pause === undefined ? undefined : readNumber(pause, 'pause', load.diagnostics)?.value;
  const control = {
    loopVar: readName(node, 'loop_var', scope, load) ?? 'item',
    ...(indexVar === undefined ? {} : { indexVar }),
    ...(label === undefined ? {} : { label: located(label) }),
    ...(typeof seconds === 'number' ? { pause: seconds } : {}),
    extended: flagOf('extended') === true,
    ...(flagOf('extended_allitems') === false ? { withoutAll: true as const } : {}),
  };
  if (label !== undefined) noteUses(label, scope, load);
  return control;
}

function reportTwoLoops(first: MapEntry, second: MapEntry, load: LoadContext): void {
  load.diagnostics.error(
    'TWO_LOOPS',
    'Task has two loops',
    `"${first.key}" and "${second.key}" both set the items of the loop.`,
    second.keyRange,
    'Remove one; for all pairs of two lists write: loop: "{{ a | product(b) | list }}".',
  );
}

/**
 * Reads a task's loop. `outer` is where the loop's own list is evaluated; the loop's variables are added to
 * `inner`, where all else of the task is.
 */
export function readLoop(map: MapNode, outer: Scope, inner: Scope, load: LoadContext): Loop {
  const loops = map.entries.filter((entry) => entry.key === 'loop' || entry.key.startsWith('with_'));
  // As in Ansible: a "loop:" without a value beside another loop is none.
  const said = loops.filter((entry) => entry.key !== 'loop' || !isEmpty(entry));
  const [first, second] = said.length > 0 ? said : loops;
  const controlNode = mapGet(map, 'loop_control')?.value;
  if (first !== undefined) inner.addAll(MAGIC.loop);
  const control = controlNode === undefined ? NO_LOOP : readControl(controlNode, inner, load);
  if (first === undefined) return { control };
  inner.add(control.loopVar);
  load.loopNames.add(control.loopVar);
  if (control.indexVar !== undefined) {
    inner.add(control.indexVar);
    load.loopNames.add(control.indexVar);
  }
  if (second !== undefined) {
    reportTwoLoops(first, second, load);
    return { control };
  }
  // Where the condition is false anyway, what to loop over is not looked at. The terms of `with_first_found` may name what
  // is not defined: the next one is tried.
  noteUses(first.value, mapGet(map, 'when') === undefined ? outer : outer.passable('task'), load, {
    optional: plainWith(first.key) === 'with_first_found',
  });
  if (first.key === 'loop') {
    const loop = readLoopKeyword(first.value, load);
    return loop === undefined ? { control } : { loop, control };
  }
  const over = convertWith(first, map, load);
  return over === undefined ? { control } : { loop: over, control };
}
