/** The inventory's variables that `rt_partition` plans from, as JSON Schemas (draft-07) by name. */
import { jsonSchemaOf, type JsonSchema } from '../../rt/partition/inputs/json-schema.js';
import { variableSchemas } from '../../rt/partition/inputs/schema.js';

export function variableJsonSchemas(): readonly (readonly [name: string, schema: JsonSchema])[] {
  return Object.entries(variableSchemas).map(([name, schema]) => [name, jsonSchemaOf(schema)] as const);
}
