/**
 * Records of runs on the controller, for history and reports: `$XDG_STATE_HOME/rtprov/runs/RUN/` (by default below
 * ~/.local/state) with `events.jsonl` and `run.json`. The truth about a host is its own journal; this is a copy of
 * what was reported, without secrets and without old bytes.
 */
import { closeSync, createWriteStream, fsyncSync, openSync, writeSync, type WriteStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { makeFolder } from './make-folder.js';

export function recordsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment['XDG_STATE_HOME'];
  return join(
    state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
    'rtprov',
    'runs',
  );
}

const tasks = z.object({
  ok: z.number(),
  changed: z.number(),
  unreachable: z.number(),
  failed: z.number(),
  skipped: z.number(),
  rescued: z.number(),
  ignored: z.number(),
  unknown: z.number(),
});
const amount = z.object({ resources: z.number(), actions: z.number() });
const verdict = z.enum(['undone', 'same', 'conflict', 'failed', 'kept', 'would_undo']);

/** Records of older versions have no `tasks`, `changes`, `ran` and `undone`. */
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
      /** Its address and port, or `local`: two inventories may have machines of one name. */
      at: z.string().optional(),
      /** Users whose journals on the target hold entries of this run. */
      users: z.array(z.string()),
      /** Tasks. */
      changed: z.number(),
      tasks: tasks.optional(),
      failed: z.boolean(),
      unreachable: z.boolean(),
    }),
  ),
  /** What was changed (in a check: would be), what a check did change, and what a rollback came to: by host, as `run_finished` has them. */
  changes: z.record(z.string(), amount).optional(),
  ran: z.record(z.string(), amount).optional(),
  undone: z.record(z.string(), z.partialRecord(verdict, amount)).optional(),
  /** user@host of who called it. */
  by: z.string().optional(),
  /** What was rolled back on each host, and whether all of it is back. */
  undid: z.record(z.string(), z.array(z.object({ run: z.string(), complete: z.boolean() }))).optional(),
});

export type RunRecord = z.infer<typeof recordSchema>;

/** Is it about one of these hosts? */
export function concerns({ hosts, undid = {} }: RunRecord, names: ReadonlySet<string>): boolean {
  return [...Object.keys(hosts), ...Object.keys(undid)].some((name) => names.has(name));
}

/** Is it, as far as is known, about other machines of these names? `places`: where the hosts are now. */
export function isElsewhere({ hosts }: RunRecord, places: ReadonlyMap<string, string>): boolean {
  return Object.entries(hosts).some(([name, { at }]) => at !== undefined && (places.get(name) ?? at) !== at);
}

/** What a record looks at in an event: of a rollback, what was undone. All else is written as it is. */
interface RecordedEvent {
  readonly type: string;
  readonly host?: string;
  readonly run?: string;
  readonly complete?: boolean;
}

/** A user's journal on a host, in which a run writes. `at`: where the host is. */
export interface JournalNote {
  readonly host: string;
  readonly at?: string | undefined;
  readonly user: string;
}

/** A folder has to take this much before a run begins, so that a disk that is full already is reported at once. */
const probeBytes = 16 << 10;

/**
 * An open record: events go into it as they come. A disk that fills up on the way ends no run: the first failure is reported, and nothing
 * more is written.
 */
export class RecordWriter {
  private failure: string | undefined;
  private readonly undid = new Map<string, { readonly run: string; readonly complete: boolean }[]>();

  private constructor(
    readonly folder: string,
    private readonly stream: WriteStream,
    private readonly tell: (trouble: string) => void,
  ) {
    stream.on('error', (error) => this.fail(error));
  }

  /**
   * Makes the folder and proves that it can be written. Throws RtprovError STATE_FOLDER.
   * `tell` is called once, when the record cannot be written any more.
   */
  static async open(
    run: string,
    tell: (trouble: string) => void,
    folder = recordsFolder(),
  ): Promise<RecordWriter> {
    const own = join(folder, run);
    try {
      await makeFolder(own, 0o700);
      const probe = join(own, 'probe');
      await writeFile(probe, Buffer.alloc(probeBytes), { mode: 0o600, flush: true });
      await rm(probe);
    } catch (cause) {
      await rm(own, { recursive: true, force: true }).catch(() => undefined);
      throw new RtprovError(
        'STATE_FOLDER',
        `the record of the run cannot be written, so no host was contacted: ${(cause as Error).message}`,
        { hint: 'Free some space there, or set XDG_STATE_HOME to a folder that can be written.', cause },
      );
    }
    return new RecordWriter(own, createWriteStream(join(own, 'events.jsonl'), { mode: 0o600 }), tell);
  }

  /** Why the record has an end missing; undefined when it is whole. */
  get trouble(): string | undefined {
    return this.failure;
  }

  event(event: RecordedEvent): void {
    if (event.type === 'rollback_finished') {
      const { host = '', run = '', complete = false } = event;
      this.undid.set(host, [...(this.undid.get(host) ?? []), { run, complete }]);
    }
    if (this.failure === undefined) this.stream.write(`${JSON.stringify(event, withoutTexts)}\n`);
  }

  /** In whose journal the run is going to write: on disk when it returns, for a controller that is killed writes no run.json. */
  noteJournal(note: JournalNote): void {
    if (this.failure !== undefined) return;
    try {
      const file = openSync(join(this.folder, 'journals'), 'a', 0o600);
      try {
        writeSync(file, `${JSON.stringify(note)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Waits until all events are written, so that `trouble` is known. */
  async flush(): Promise<void> {
    if (this.failure === undefined && !this.stream.closed)
      await new Promise<void>((done) => this.stream.end(() => done()).once('error', () => done()));
  }

  async close(given: RunRecord): Promise<void> {
    const record: RunRecord = {
      ...given,
      by: `${userInfo().username}@${hostname()}`,
      ...(this.undid.size === 0 ? {} : { undid: Object.fromEntries(this.undid) }),
    };
    await this.flush();
    await writeFile(join(this.folder, 'run.json'), `${JSON.stringify(record, undefined, 1)}\n`, {
      mode: 0o600,
    }).catch((error: unknown) => this.fail(error as Error));
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = `the record of this run in ${this.folder} is not complete: ${error.message}`;
    this.tell(this.failure);
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

/** Removes records. */
export async function removeRecords(runs: readonly string[], folder = recordsFolder()): Promise<void> {
  for (const run of runs) await rm(join(folder, run), { recursive: true, force: true });
}

/** Events of a record, oldest first; lines that cannot be read (a full disk, a killed controller) are left out. */
export async function readEvents(run: string, folder = recordsFolder()): Promise<readonly unknown[]> {
  const text = await readFile(join(folder, run, 'events.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const event = safeJson(line);
    return event === undefined ? [] : [event];
  });
}

/** All records, oldest first; folders without a readable run.json (a killed controller) are left out, as is all where there is no folder to read. */
export async function readRecords(folder = recordsFolder()): Promise<readonly RunRecord[]> {
  return recordsOf(await readdir(folder).catch(() => []), folder);
}

/** The same for who asks for the records themselves: a folder that cannot be read is not an empty one. Throws RtprovError STATE_FOLDER. */
export async function listRecords(folder = recordsFolder()): Promise<readonly RunRecord[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RtprovError('STATE_FOLDER', `the records cannot be read: ${(cause as Error).message}`, {
      hint: 'Allow yourself to read that folder, or set XDG_STATE_HOME to the folder with the records.',
      cause,
    });
  });
  return recordsOf(names, folder);
}

async function recordsOf(names: readonly string[], folder: string): Promise<readonly RunRecord[]> {
  const records: RunRecord[] = [];
  for (const name of [...names].sort()) {
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
