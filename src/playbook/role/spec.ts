/** Argument specs of a role: `meta/argument_specs.yml`, or `argument_specs` of its meta file. */
import { validateRole } from '../../modules/control/validate-role.js';
import {
  specTypes,
  type ArgumentSpec,
  type OptionSpec,
  type SpecType,
} from '../../modules/args/argument-spec.js';
import { didYouMean } from '../../diagnostics/nearest.js';
import type { Value } from '../../values/value.js';
import { describeNode, mapGet, type MapNode, type Node as YamlNode } from '../../yaml/node.js';
import { parseYamlFile } from '../../yaml/parse.js';
import type { LoadContext, Site } from '../read/context.js';
import { readText } from '../read/files.js';
import { inherit } from '../read/inherited.js';
import type { Task } from '../read/model.js';
import { findRoleFile } from './find.js';
import { taskRole } from '../task/task.js';
import { toKeywords } from '../task/task-keywords.js';
import { valueOf } from '../read/templated.js';

/** What options have besides what is compared: it is for readers. */
const FOR_READERS = [
  'description',
  'version_added',
  'short_description',
  'deprecated',
  'removed_in_version',
  'removed_from_collection',
];
const COMPARED = ['type', 'elements', 'required', 'choices', 'default', 'aliases', 'no_log', 'options'];

function reportShape(node: YamlNode, what: string, load: LoadContext): void {
  load.diagnostics.error(
    'NOT_A_MAPPING',
    'Argument specs are not a mapping',
    `${what} has to be a mapping, but this is ${describeNode(node)}.`,
    node.range,
    'Write "argument_specs:", below it "main:", below that "options:" and the names of the variables.',
  );
}

function scalarOf(map: MapNode, key: string): Value {
  const node = mapGet(map, key)?.value;
  return node?.type === 'scalar' ? node.value : null;
}

function typeOf(map: MapNode, key: 'type' | 'elements', load: LoadContext): SpecType | undefined {
  const node = mapGet(map, key)?.value;
  if (node === undefined) return undefined;
  const text = node.type === 'scalar' ? String(node.value) : '';
  const found = specTypes.find((type) => type === text);
  if (found === undefined)
    load.diagnostics.error(
      'WRONG_TYPE',
      'Keyword has a value of the wrong type',
      `"${key}" of an option is one of ${specTypes.join(', ')}, but this is ${describeNode(node)}.`,
      node.range,
      didYouMean(text, specTypes) ?? 'Write one of these.',
    );
  return found;
}

function textsOf(map: MapNode, key: string): readonly Value[] | undefined {
  const node = mapGet(map, key)?.value;
  return node?.type === 'list' ? node.items.map(valueOf) : undefined;
}

function warnOfOthers(map: MapNode, load: LoadContext): void {
  for (const { key, keyRange } of map.entries) {
    if (COMPARED.includes(key) || FOR_READERS.includes(key)) continue;
    load.diagnostics.warning(
      'SPEC_NOT_COMPARED',
      'Part of an argument spec is ignored',
      `"${key}" of an option is ignored.`,
      keyRange,
      didYouMean(key, COMPARED) ?? `These are used: ${COMPARED.join(', ')}.`,
    );
  }
}

function optionOf(map: MapNode, load: LoadContext): OptionSpec {
  warnOfOthers(map, load);
  const elements = typeOf(map, 'elements', load);
  const options = mapGet(map, 'options')?.value;
  const choices = textsOf(map, 'choices');
  const fallback = mapGet(map, 'default')?.value;
  return {
    type: typeOf(map, 'type', load) ?? 'str',
    ...(elements === undefined ? {} : { elements }),
    required: scalarOf(map, 'required') === true,
    ...(choices === undefined ? {} : { choices }),
    hasDefault: fallback !== undefined && !(fallback.type === 'scalar' && fallback.value === null),
    aliases: (textsOf(map, 'aliases') ?? []).map(String),
    secret: scalarOf(map, 'no_log') === true,
    ...(options === undefined ? {} : { options: optionsOf(options, load) }),
  };
}

function optionsOf(node: YamlNode, load: LoadContext): ArgumentSpec {
  if (node.type === 'scalar' && node.value === null) return {};
  if (node.type !== 'map') {
    reportShape(node, '"options"', load);
    return {};
  }
  return Object.fromEntries(
    node.entries.flatMap(({ key, value }) => {
      if (value.type === 'map') return [[key, optionOf(value, load)]];
      reportShape(value, `The option "${key}"`, load);
      return [];
    }),
  );
}

function readSpecs(path: string, load: LoadContext): MapNode | undefined {
  const own = findRoleFile(path, 'meta', 'argument_specs');
  const file = own ?? findRoleFile(path, 'meta', 'main');
  const text = file === undefined ? undefined : readText(file, load);
  if (file === undefined || text === undefined) return undefined;
  // Faults of main.yml are reported where it is read for dependencies.
  const before = load.diagnostics.all.length;
  const node = parseYamlFile(text, file, load.diagnostics);
  if (node?.type !== 'map' || load.diagnostics.all.length > before) return undefined;
  const specs = mapGet(node, 'argument_specs')?.value;
  if (specs === undefined || (specs.type === 'scalar' && specs.value === null)) return undefined;
  if (specs.type === 'map') return specs;
  reportShape(specs, '"argument_specs"', load);
  return undefined;
}

/** The task that compares the variables of a role that is used by an entry point (`main`, or `tasks_from`); none where there is no spec for it. */
export function validationTask(path: string, entryPoint: string, inside: Site, id: string): readonly Task[] {
  const { load } = inside.play;
  const entry = readSpecs(path, load);
  const own = entry === undefined ? undefined : mapGet(entry, entryPoint);
  if (own === undefined || inside.role === undefined) return [];
  if (own.value.type !== 'map') {
    reportShape(own.value, `The spec of "${entryPoint}"`, load);
    return [];
  }
  const options = mapGet(own.value, 'options')?.value;
  const spec = options === undefined ? {} : optionsOf(options, load);
  const summary = scalarOf(own.value, 'short_description');
  const names = Object.keys(spec).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return [
    {
      type: 'task',
      id,
      name: `Validating arguments against arg spec '${entryPoint}'${typeof summary === 'string' ? ` - ${summary}` : ''}`,
      role: taskRole(inside.role),
      range: own.keyRange,
      module: validateRole(spec),
      args: Object.fromEntries(
        names.map((name) => [name, { value: `{{ ${name} | default(omit) }}`, range: own.keyRange }]),
      ),
      keywords: toKeywords(inherit(inside.inherited, { tags: ['always'] }), {
        control: { loopVar: 'item', extended: false },
      }),
      listen: [],
      searchPaths: [],
      furtherTemplates: [],
    },
  ];
}
