/** JSON Schemas (draft-07) of the variables, from the schemas that check them. */
import * as z from 'zod';
import type { Origin } from '../model.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As the inventory writes the value: sizes are text. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}

/** A schema with all forms of it that `anyOf` has. */
function forms(schema: unknown): readonly JsonSchema[] {
  if (!isSchema(schema)) return [];
  const { anyOf } = schema;
  return [schema, ...(Array.isArray(anyOf) ? (anyOf as readonly unknown[]).flatMap(forms) : [])];
}

function below(schemas: readonly JsonSchema[], part: string | number): readonly JsonSchema[] {
  return schemas.flatMap(({ properties, items }) => {
    if (typeof part === 'number') return forms(items);
    return isSchema(properties) ? forms(properties[part]) : [];
  });
}

/** The keys that the mapping at a path may have. */
export function knownKeys(schema: z.ZodType, path: Origin): readonly string[] {
  const found = path.reduce<readonly JsonSchema[]>(below, forms(jsonSchemaOf(schema)));
  return found.flatMap(({ properties }) => (isSchema(properties) ? Object.keys(properties) : []));
}
