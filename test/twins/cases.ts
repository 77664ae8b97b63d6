/** The cases, which are data: cases/MODULE.yaml. docs/development/twins.md says what may stand in one. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = join(import.meta.dirname, 'cases');

/** Raised when the recording would come out otherwise for the same case. */
const recordingVersion = 1;

const controllerFile = z.union([
  z.string(),
  z.strictObject({
    content: z.string().optional(),
    base64: z.string().optional(),
    mode: z.string().optional(),
    link: z.string().optional(),
  }),
]);
export type ControllerFile = z.infer<typeof controllerFile>;

const aspects = z.enum(['flags', 'tree', 'results', 'compare', 'second']);
export type Aspect = z.infer<typeof aspects>;

const schema = z.strictObject({
  name: z.string().min(1),
  /** Shell text, run on the host before the first run, in the folder of the case. */
  setup: z.string().default(''),
  /** Files of the controller below files/, templates/ and vars/; `{{ here }}` is their folder. */
  files: z.record(z.string(), controllerFile).default({}),
  templates: z.record(z.string(), controllerFile).default({}),
  vars_files: z.record(z.string(), controllerFile).default({}),
  vars: z.record(z.string(), z.unknown()).default({}),
  tasks: z.array(z.record(z.string(), z.unknown())).min(1),
  /** The second run changes something by the nature of the tasks. */
  second: z.literal('changed').optional(),
  /** Keys of the results that must be equal. */
  results: z.array(z.string()).default([]),
  /** Shell texts whose output on the host must be equal, run in the folder of the case. */
  compare: z.array(z.string()).default([]),
  /** A difference that is meant: in nothing but these aspects, and there it must be. */
  differs: z.strictObject({ what: z.array(aspects).min(1), why: z.string().min(1) }).optional(),
});

export type CaseData = z.infer<typeof schema>;

export interface Case extends CaseData {
  readonly module: string;
  /** `MODULE-words-of-the-name`: its key and the name of its folder. */
  readonly id: string;
  readonly hash: string;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** What decides over the outcome; a reworded reason needs no new recording. */
function hashOf({ differs: _, ...data }: CaseData): string {
  return createHash('sha256')
    .update(JSON.stringify([recordingVersion, data]))
    .digest('hex')
    .slice(0, 16);
}

function readFile(file: string): readonly Case[] {
  const module = basename(file, '.yaml');
  const data: unknown = parse(readFileSync(join(folder, file), 'utf8'));
  const read = z.array(schema).safeParse(data);
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  return read.data.map((entry) => ({
    ...entry,
    module,
    id: `${module}-${slug(entry.name)}`,
    hash: hashOf(entry),
  }));
}

/** All cases in the order of the modules' names; only some modules' when they are named. */
export function readCases(only: readonly string[] = []): readonly Case[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  const cases = files
    .filter((file) => only.length === 0 || only.includes(basename(file, '.yaml')))
    .flatMap(readFile);
  const ids = cases.map((entry) => entry.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`cases with the same name: ${twice.join(', ')}`);
  return cases;
}
