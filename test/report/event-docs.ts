/**
 * The field lists of docs/events.md, from the schema. `npx tsx test/report/event-docs.ts` prints them; the test
 * holds the page to them.
 */
import { runEventJsonSchema } from '../../src/report/schema.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const whole = runEventJsonSchema() as { readonly definitions: Readonly<Record<string, Schema>> };

function typeText(schema: Schema): string {
  const ref = schema.$ref ?? schema.allOf?.find((part) => part.$ref !== undefined)?.$ref;
  if (ref !== undefined) {
    const name = ref.replace('#/definitions/', '');
    return name.startsWith('__') ? 'any JSON' : `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' \\| ');
  if (schema.type === 'array' && schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  if (schema.type === 'object' && schema.additionalProperties !== undefined) {
    return `map to ${typeText(schema.additionalProperties)}`;
  }
  return schema.type ?? 'any JSON';
}

function fieldLines(schema: Schema): readonly string[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? '' : ', optional';
    const description = field.description ?? '';
    return `- \`${name}\` (${typeText(field)}${optional})${description === '' ? '' : `: ${description}`}`;
  });
}

/** The documented definitions by name: events first, then the parts that they share. */
export const definitions: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries(whole.definitions).filter(([name]) => !name.startsWith('__')),
);

/** The lines of one definition's section, below its heading. */
export function sectionLines(name: string): readonly string[] {
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`no definition ${name}`);
  const variants = schema.oneOf ?? [schema];
  return [
    schema.description ?? '',
    '',
    ...variants.flatMap((variant, index) => [...(index > 0 ? ['', 'or', ''] : []), ...fieldLines(variant)]),
  ];
}

if (process.argv[1]?.endsWith('event-docs.ts') === true) {
  for (const name of Object.keys(definitions))
    process.stdout.write(`### ${name}\n\n${sectionLines(name).join('\n')}\n\n`);
}
