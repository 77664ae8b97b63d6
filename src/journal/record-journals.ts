/**
 * In whose journals a run writes, as the controller that starts it notes before the first window of each: `journals` in the run's
 * folder of records, a JSON line each. A run that is killed leaves no run.json, and its users would be forgotten with it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readRecords, recordsFolder, type JournalNote, type RunRecord } from './records.js';

const noteSchema = z.object({ host: z.string(), at: z.string().optional(), user: z.string() });

function notesOf(text: string): readonly JournalNote[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = noteSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      // The last line of a controller that was killed, and the end of the file.
      return [];
    }
  });
}

/** The record of a run that was killed, as far as it is known: in whose journals it wrote. */
const cutOff = (run: string): RunRecord => ({
  format: 1,
  run,
  mode: 'run',
  started: '',
  playbooks: [],
  inventory: [],
  hosts: {},
});

function withNote(record: RunRecord, { host, at, user }: JournalNote): RunRecord {
  const known = record.hosts[host] ?? {
    ...(at === undefined ? {} : { at }),
    users: [],
    changed: 0,
    failed: false,
    unreachable: false,
  };
  const users = [...new Set([...known.users, user])];
  return { ...record, hosts: { ...record.hosts, [host]: { ...known, users } } };
}

/** The records, oldest first, each with all users in whose journals its run wrote; and what is known of runs that were killed. */
export async function knownRecords(folder = recordsFolder()): Promise<readonly RunRecord[]> {
  const records = new Map((await readRecords(folder)).map((record) => [record.run, record]));
  for (const run of await readdir(folder).catch(() => [])) {
    const notes = notesOf(await readFile(join(folder, run, 'journals'), 'utf8').catch(() => ''));
    if (notes.length > 0) records.set(run, notes.reduce(withNote, records.get(run) ?? cutOff(run)));
  }
  return [...records.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
}
