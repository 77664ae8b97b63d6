/**
 * What a target says of its journal, checked before it is used: the disk there may have lost it, and a target is not trusted. Names of
 * runs become parts of paths and of scripts.
 */
import * as z from 'zod';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { MemoryContentStore } from '../resources/lib/content-store.js';
import { kindOf, kinds } from '../resources/registry.js';
import type { Change } from '../resources/resource.js';
import type { StoredEntry } from './entry.js';

export const runName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const runSchema = z.looseObject({
  run: z.string().regex(runName),
  started: z.string(),
  controller: z.string(),
  playbooks: z.array(z.string()),
});

const stateSchema = z.record(z.string(), z.unknown());

const entrySchema = z.looseObject({
  format: z.literal(1),
  seq: z.string().regex(/^\d{1,9}$/),
  index: z.int().min(0),
  taskId: z.string(),
  taskName: z.string(),
  type: z.enum(['change', 'command', 'action']),
  kind: z.string().optional(),
  changes: z
    .array(
      z.looseObject({
        id: z.looseObject({
          kind: z.string().refine((name) => (kinds as ReadonlyMap<string, unknown>).has(name)),
          name: z.string(),
        }),
        from: stateSchema,
        to: stateSchema,
      }),
    )
    .optional(),
  notUndoable: z.string().optional(),
  afterUnknown: z.boolean().optional(),
  shown: z.string().optional(),
  command: z.int().min(0).optional(),
  undo: z.boolean().optional(),
  touches: z.boolean().optional(),
});

/** Code JOURNAL_CORRUPT. */
export function corrupt(what: string, cause?: unknown): RtprovError {
  return new RtprovError('JOURNAL_CORRUPT', `${what} cannot be read: it is empty or damaged`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Nothing was changed there. Look at the journal folder on the target (/var/lib/rtprov/runs, or ~/.local/state/rtprov/runs for other users), move the damaged run out of it, and roll back again: earlier runs can then be undone.',
  });
}

function parsed(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw corrupt(what, cause);
  }
}

/** `name`: the run's folder. Throws RtprovError JOURNAL_CORRUPT. */
export function storedRun(line: string, name: string): z.infer<typeof runSchema> {
  const what = `run.json of the run ${JSON.stringify(name)}`;
  const result = runSchema.safeParse(parsed(line, what));
  if (!result.success || result.data.run !== name) throw corrupt(what, result.error);
  return result.data;
}

/** Throws RtprovError: JOURNAL_CORRUPT, JOURNAL_FORMAT. */
export function storedEntryOf(line: string, run: string): StoredEntry {
  const what = `an entry in the journal of the run ${run}`;
  const value = parsed(line, what);
  const format = (value as { readonly format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > 1) {
    throw new RtprovError('JOURNAL_FORMAT', `the journal of run ${run} was written by a newer rtprov`, {
      hint: 'Use that version, or run `sh undo.sh RUN` in the journal folder on the target.',
    });
  }
  const result = entrySchema.safeParse(value);
  if (!result.success) throw corrupt(what, result.error);
  // Of a state only that it is a record was checked: its fields are for its kind to know.
  const entry = result.data as unknown as StoredEntry;
  for (const change of entry.changes ?? []) checkStates(change, what);
  return entry;
}

/** States are tried with what is done with them later. */
function checkStates(change: Change, what: string): void {
  const { id, from, to } = change;
  const kind = kindOf(id.kind);
  try {
    for (const state of [from, to])
      if (/[\n\0]/.test(kind.canon(id.name, state))) throw new Error('a canonical text is one line');
    kind.diff({ id, from: to, to: from }, new MemoryContentStore());
    kind.diff(change, new MemoryContentStore());
  } catch (cause) {
    throw corrupt(what, cause);
  }
}
