/** What Ansible did, kept beside the cases: recorded/MODULE.json. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Case } from './cases.js';
import { grouped } from './grouped.js';
import type { CaseOutcome, TwoRuns } from './outcome.js';

const folder = join(import.meta.dirname, 'recorded');

interface Entry {
  /** Of the case that was run. */
  readonly hash: string;
  readonly first: CaseOutcome;
  /** Of the second run what differs from the first. */
  readonly second: Partial<CaseOutcome>;
}

export interface Recorded extends TwoRuns {
  readonly hash: string;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function shortened({ first, second }: TwoRuns): Partial<CaseOutcome> {
  const keys = ['flags', 'tree', 'results', 'compare'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => (same(first[key], second[key]) ? [] : [[key, second[key]]])),
  );
}

function entriesOf(file: string): readonly (readonly [string, Entry])[] {
  return Object.entries(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Entry>);
}

function recordings(): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
}

export function readRecording(): ReadonlyMap<string, Recorded> {
  return new Map(
    recordings()
      .flatMap(entriesOf)
      .map(([id, { hash, first, second }]) => [id, { hash, first, second: { ...first, ...second } }]),
  );
}

/** Whether it was recorded as it is now. */
export function isRecorded(of: Case, recording: ReadonlyMap<string, Recorded>): boolean {
  return recording.get(of.id)?.hash === of.hash;
}

/** Writes the recordings of all cases: the fresh ones, else those that are there. What has no case any more goes. */
export function writeRecording(all: readonly Case[], fresh: ReadonlyMap<string, TwoRuns>): void {
  mkdirSync(folder, { recursive: true });
  const kept = new Map(recordings().flatMap(entriesOf));
  const modules = grouped(all, (entry) => entry.module);
  for (const [module, cases] of modules) {
    const entries = cases.flatMap(({ id, hash }) => {
      const outcome = fresh.get(id);
      const entry =
        outcome === undefined ? kept.get(id) : { hash, first: outcome.first, second: shortened(outcome) };
      return entry === undefined ? [] : [[id, entry] as const];
    });
    writeFileSync(
      join(folder, `${module}.json`),
      `${JSON.stringify(Object.fromEntries(entries), undefined, 1)}\n`,
    );
  }
  for (const file of recordings()) {
    if (!modules.has(basename(file, '.json'))) rmSync(join(folder, file));
  }
}
