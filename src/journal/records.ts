/**
 * Records of runs on the controller, for history and reports: `$XDG_STATE_HOME/rtprov/runs/RUN/` (by default below
 * ~/.local/state) with `events.jsonl` and `run.json`. The truth about a host is its own journal; this is a copy of
 * what was told, without secrets and without old bytes.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

export function recordsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment['XDG_STATE_HOME'];
  return join(
    state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
    'rtprov',
    'runs',
  );
}

const recordSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  mode: z.string(),
  started: z.string(),
  playbooks: z.array(z.string()),
  inventory: z.array(z.string()),
  exitCode: z.number().optional(),
  seconds: z.number().optional(),
  hosts: z.record(
    z.string(),
    z.object({
      /** Users whose journals on the target hold entries of this run. */
      users: z.array(z.string()),
      changed: z.number(),
      failed: z.boolean(),
      unreachable: z.boolean(),
    }),
  ),
});

export type RunRecord = z.infer<typeof recordSchema>;

/** An open record: events go into it as they come. */
export class RecordWriter {
  private constructor(
    readonly folder: string,
    private readonly stream: WriteStream,
  ) {}

  static async open(run: string, folder = recordsFolder()): Promise<RecordWriter> {
    const own = join(folder, run);
    await mkdir(own, { recursive: true, mode: 0o700 });
    return new RecordWriter(own, createWriteStream(join(own, 'events.jsonl'), { mode: 0o600 }));
  }

  event(event: object): void {
    this.stream.write(`${JSON.stringify(event, withoutTexts)}\n`);
  }

  async close(record: RunRecord): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.stream.on('error', failed);
      this.stream.end(done);
    });
    await writeFile(join(this.folder, 'run.json'), `${JSON.stringify(record, undefined, 1)}\n`, {
      mode: 0o600,
    });
  }
}

/** Texts of files stay on their hosts: of a text diff the record keeps that it was one, and how long its sides are. */
function withoutTexts(_key: string, value: unknown): unknown {
  if (!isTextDiff(value)) return value;
  const length = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : `(${Buffer.byteLength(text)} bytes, not kept)`;
  const content = { field: 'content', before: length(value.before), after: length(value.after) };
  return { type: 'fields', fields: [content, ...value.fields] };
}

interface TextDiff {
  readonly before?: string;
  readonly after?: string;
  readonly fields: readonly unknown[];
}

function isTextDiff(value: unknown): value is TextDiff {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'text' &&
    'header' in value &&
    'fields' in value &&
    Array.isArray(value.fields)
  );
}

/** All records, oldest first; folders without a readable run.json (a killed controller) are left out. */
export async function readRecords(folder = recordsFolder()): Promise<readonly RunRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const records: RunRecord[] = [];
  for (const name of names.sort()) {
    const text = await readFile(join(folder, name, 'run.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const parsed = recordSchema.safeParse(safeJson(text));
    if (parsed.success) records.push(parsed.data);
  }
  return records;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
