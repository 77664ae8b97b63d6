/** `rtprov schema`: the JSON Schemas that editors use (yaml-language-server). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { fileFault } from '../../diagnostics/file-fault.js';
import { SCHEMAS } from '../../playbook/schema/schemas.js';
import { runEventJsonSchema } from '../../report/schema.js';
import { planJsonSchema } from '../../rt/partition/json/schema.js';

const schemas: Readonly<Record<string, () => object>> = {
  ...SCHEMAS,
  events: runEventJsonSchema,
  partition: planJsonSchema,
};

/** Prints one schema, or writes all of them into a folder. */
export function schemaCommand(options: { readonly name?: string; readonly out?: string }): number {
  if (options.out !== undefined) {
    try {
      mkdirSync(options.out, { recursive: true });
      for (const [name, make] of Object.entries(schemas))
        writeFileSync(join(options.out, `${name}.json`), `${JSON.stringify(make(), undefined, 1)}\n`);
    } catch (cause) {
      throw new RtprovError('BAD_OPTION', `the schemas cannot be written: ${fileFault(cause, options.out)}`, {
        cause,
        hint: 'Give --out a folder that can be written.',
      });
    }
    return 0;
  }
  const name = options.name ?? 'playbook';
  const make = schemas[name];
  if (make === undefined)
    throw new RtprovError('BAD_OPTION', `there is no schema "${name}"`, {
      hint: `There are: ${Object.keys(schemas).join(', ')}.`,
    });
  process.stdout.write(`${JSON.stringify(make(), undefined, 1)}\n`);
  return 0;
}
