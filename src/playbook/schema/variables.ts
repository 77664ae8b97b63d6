/** JSON Schemas of the variables that ask for a partition, so that editors complete and explain them wherever variables are. */
import { variableJsonSchemas } from '../../modules/partition/variables.js';
import { TEMPLATE, VARS, type Schema } from './values.js';

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A template may stand for the value and for each part of it. */
function orTemplate(schema: Schema, ...others: readonly Schema[]): Schema {
  const { description, default: usual, ...form } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(usual === undefined ? {} : { default: usual }),
    anyOf: [
      ...(Array.isArray(form['anyOf']) ? (form['anyOf'] as Schema[]).map(parts) : [parts(form)]),
      TEMPLATE,
      ...others,
    ],
  };
}

function parts(schema: Schema): Schema {
  const { properties, items } = schema;
  return {
    ...schema,
    ...(isSchema(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, value]) => [
              name,
              isSchema(value) ? orTemplate(value) : value,
            ]),
          ),
        }
      : {}),
    ...(isSchema(items) ? { items: orTemplate(items) } : {}),
  };
}

/** Variables: any values below names that templates can use; those that a plan reads are known closely. */
export function variablesSchema(): Schema {
  // Nothing at all counts as not given.
  const known = variableJsonSchemas().map(
    ([name, schema]) => [name, orTemplate(schema, { type: 'null' })] as const,
  );
  return { ...VARS, properties: Object.fromEntries(known) };
}
