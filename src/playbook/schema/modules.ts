/** JSON Schemas of module arguments, from each module's argument types and its documentation. */
import { metaOf, shapeOf } from '../../modules/args/check.js';
import type { Module } from '../../modules/core/module.js';
import { findModule, moduleNames } from '../../modules/core/registry.js';
import { ANY, choice, FLAG, LIST, MAPPING, NUMBER, TEXT, WHOLE, type Schema } from './values.js';

const BY_TYPE: Readonly<Record<string, Schema>> = {
  bool: FLAG,
  int: WHOLE,
  float: NUMBER,
  str: TEXT,
  path: TEXT,
  mode: TEXT,
  dict: MAPPING,
  'list of str': LIST,
};

function argumentSchema(meta: Readonly<Record<string, unknown>>, description: string): Schema {
  const { type, choices, unsupported } = meta;
  if (typeof unsupported === 'string') return { description: `Not supported by rtprov. ${unsupported}` };
  const byType = typeof type === 'string' ? BY_TYPE[type] : undefined;
  const schema =
    Array.isArray(choices) && type === 'str' ? choice(choices as readonly string[]) : (byType ?? ANY);
  return { description, ...schema };
}

/** The mapping of a module's arguments, with the other names that they have. */
function argumentsSchema(module: Module): Schema {
  const shape = shapeOf(module);
  if (shape === undefined) return { type: 'object', description: module.doc.summary };
  const properties: Record<string, Schema> = {};
  for (const [name, type] of Object.entries(shape)) {
    const schema = argumentSchema(metaOf(type), module.doc.args[name] ?? '');
    for (const other of [name, ...(module.aliases[name] ?? [])]) {
      // Nothing at all counts as not given.
      properties[other] = { ...schema, ...(schema['anyOf'] === undefined ? nullable(schema) : {}) };
    }
  }
  return { type: 'object', description: module.doc.summary, properties, additionalProperties: false };
}

function nullable(schema: Schema): Schema {
  const { type } = schema;
  return Array.isArray(type) ? { type: [...(type as readonly string[]), 'null'] } : {};
}

function freeText(module: Module): string {
  return module.freeForm === undefined ? 'Arguments as name=value.' : `The argument "${module.freeForm}".`;
}

/** What may be after a module's name: its arguments, or a text. */
function moduleSchema(module: Module): Schema {
  const text = { type: ['string', 'number', 'null'], description: freeText(module) };
  return { description: module.doc.summary, anyOf: [argumentsSchema(module), text] };
}

/** Every module by its short and its full names; the schemas themselves are definitions. */
export function moduleProperties(): {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly definitions: Readonly<Record<string, Schema>>;
} {
  const properties: Record<string, Schema> = {};
  const definitions: Record<string, Schema> = {};
  for (const name of moduleNames) {
    const module = findModule(name);
    if (module === undefined) continue;
    definitions[`module_${name}`] = moduleSchema(module);
    for (const other of [name, ...module.fullNames])
      properties[other] = { $ref: `#/definitions/module_${name}` };
  }
  return { properties, definitions };
}
