/** JSON Schemas (draft-07) of the values that keywords and module arguments take. A template may stand for any value. */

export type Schema = Readonly<Record<string, unknown>>;

export const TEMPLATE: Schema = { type: 'string', pattern: '\\{[{%#]' };

const FLAG_WORDS = ['yes', 'no', 'on', 'off', 'true', 'false', 'y', 'n', 't', 'f', '1', '0'];

function either(...schemas: readonly Schema[]): Schema {
  return { anyOf: [...schemas, TEMPLATE] };
}

export const ANY: Schema = {};
export const FLAG: Schema = either(
  { type: 'boolean' },
  { enum: [0, 1] },
  { type: 'string', pattern: `^(?:${FLAG_WORDS.join('|')})$` },
);
export const WHOLE: Schema = either({ type: 'integer' }, { type: 'string', pattern: '^\\s*[-+]?\\d+\\s*$' });
export const NUMBER: Schema = either(
  { type: 'number' },
  { type: 'string', pattern: '^\\s*[-+]?[\\d.]+\\s*$' },
);
export const TEXT: Schema = { type: ['string', 'number'] };
/** Keywords take a bare yes or 5 as the text that was written. */
export const WORD: Schema = { type: ['string', 'number', 'boolean'] };
export const TEXTS: Schema = { anyOf: [WORD, { type: 'array', items: WORD }] };
export const TAGS: Schema = { anyOf: [TEXT, { type: 'array', items: TEXT }] };
export const MAPPING: Schema = either({ type: 'object' }, { type: 'null' });
export const MAPPINGS: Schema = either(
  { type: 'object' },
  { type: 'array', items: MAPPING },
  { type: 'null' },
);
export const LIST: Schema = { anyOf: [{ type: 'array' }, TEXT, { type: 'null' }] };
export const LOOP: Schema = either({ type: 'array' });

const CONDITION: Schema = { type: ['string', 'boolean', 'number'] };
export const CONDITIONS: Schema = { anyOf: [CONDITION, { type: 'array', items: CONDITION }] };

/** Variables: any values below names that templates can use. */
export const VARS: Schema = {
  type: ['object', 'null'],
  propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
};

export function choice(words: readonly string[]): Schema {
  const flags = words.some((word) => FLAG_WORDS.includes(word)) ? [{ type: 'boolean' }] : [];
  return either({ enum: words }, ...flags);
}

/** A definition of the same schema. */
export function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}
