/** Which runs of a journal left something to undo, as the target itself says it, also of journals that earlier versions wrote. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needCommand, storedEntry, type Entry, type EntryBody } from '../../src/journal/entry.js';
import { listRunsScript, parseRuns } from '../../src/journal/read-journal.js';
import { lines, raw, sh } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';

const action = (label: string, transient = false): EntryBody => ({
  type: 'action',
  label,
  ...(transient ? { transient } : {}),
});
const command = (touches = false): EntryBody => ({ type: 'command', shown: 'do it', touches });
const change = {
  type: 'change',
  kind: 'file',
  changes: [
    {
      id: { kind: 'file', name: '/a' },
      from: { type: 'absent' },
      to: { type: 'link', target: 'b', owner: 'root', group: 'root' },
    },
  ],
} as const;

interface Case {
  readonly entries: readonly EntryBody[];
  readonly marks?: readonly string[];
  /** Written by a version that did not say whether it needs a command. */
  readonly old?: true;
  readonly unchanged: boolean;
}

const touched: EntryBody = { ...change, afterUnknown: true, command: 0 };

const cases: Readonly<Record<string, Case>> = {
  transient: { entries: [action('refresh the package lists', true)], unchanged: true },
  'of-old': { entries: [action('refresh the package lists', true)], old: true, unchanged: false },
  restart: { entries: [action('restart a.service')], unchanged: false },
  changes: { entries: [action('daemon-reload', true), change], unchanged: false },
  'changes-not-begun': { entries: [change], marks: ['untouched.00001.0'], unchanged: false },
  'command-begun': { entries: [command()], marks: ['00001.ran.0'], unchanged: false },
  'command-not-begun': { entries: [command()], unchanged: true },
  'touching-begun': { entries: [command(true), touched], marks: ['00001.ran.0'], unchanged: false },
  'touching-not-begun': { entries: [command(true), touched], unchanged: true },
  'second-begun': { entries: [command(), command()], marks: ['00001.ran.1'], unchanged: false },
  'later-window': { entries: [command()], marks: ['00002.undo'], unchanged: false },
  proven: { entries: [change], marks: ['unchanged'], unchanged: true },
  'proven-and-lost': { entries: [change], marks: ['unchanged', 'lost'], unchanged: false },
};

describe('the runs of a journal', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-runs-'));
    for (const [run, { entries: bodies, marks = [], old }] of Object.entries(cases)) {
      const at = join(dir, 'runs', run);
      mkdirSync(at, { recursive: true });
      writeFileSync(
        join(at, 'run.json'),
        JSON.stringify({ format: 1, run, started: 's', controller: 'c', playbooks: [] }),
      );
      const entries = bodies.map((body, index): Entry => ({ ...body, index, taskId: 't', taskName: 'n' }));
      const stored = entries.map((entry) => `${JSON.stringify(storedEntry('00001', entry))}\n`);
      writeFileSync(join(at, '00001.json'), stored.join(''));
      writeFileSync(join(at, '00001.undo'), `# ${stored.length} entries\n`);
      if (old !== true && needCommand(entries)) writeFileSync(join(at, '00001.commands'), '');
      for (const mark of marks)
        if (mark === 'lost') rmSync(join(at, '00001.undo'));
        else writeFileSync(join(at, mark), '');
    }
  });
  after(() => rmSync(dir, { recursive: true }));

  for (const shell of shells)
    it(`are distinguished from those that left nothing to undo, in ${shell}`, () => {
      const [command = 'sh', ...args] = shell.split(' ');
      const input = lines([sh`rtp_state=${dir}`, listRunsScript, raw(':')]).text;
      const done = spawnSync(command, args, { input, encoding: 'utf8' });
      assert.equal(done.stderr, '');
      const found = parseRuns(done.stdout).map(({ run, unchanged }) => [run, unchanged === true]);
      assert.deepEqual(
        Object.fromEntries(found),
        Object.fromEntries(Object.entries(cases).map(([run, { unchanged }]) => [run, unchanged])),
      );
    });
});
