/** Which runs of a journal left something to undo, as the target itself says it, also of journals that earlier versions wrote. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storedEntry, type EntryBody } from '../../src/journal/entry.js';
import { listRunsScript, parseRuns } from '../../src/journal/read-journal.js';
import { lines, raw, sh } from '../../src/shell/shell.js';
import { shells } from '../resources/kind-shell.js';

const action = (label: string): EntryBody => ({ type: 'action', label });
const command = (touches = false): EntryBody => ({ type: 'command', shown: 'do "type":"change",', touches });
const change: EntryBody = {
  type: 'change',
  kind: 'file',
  changes: [
    {
      id: { kind: 'file', name: '/a' },
      from: { type: 'absent' },
      to: { type: 'link', target: 'b' } as never,
    },
  ],
};

interface Case {
  readonly entries: readonly EntryBody[];
  readonly marks?: readonly string[];
  /** Of the undo, where it is not as it should be. */
  readonly first?: string;
  readonly unchanged: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  restarts: { entries: [action('restart a.service'), action('reload b.service')], unchanged: true },
  lists: { entries: [action('refresh the package lists'), action('daemon-reload')], unchanged: true },
  'of-old': { entries: [action('daemon-reexec')], first: 'rtp_compare() {', unchanged: true },
  touch: { entries: [action('touch /a')], unchanged: false },
  changes: { entries: [action('daemon-reload'), change], unchanged: false },
  'not-begun': { entries: [change], marks: ['untouched.00001.0'], unchanged: true },
  'command-begun': { entries: [command()], marks: ['00001.ran.0'], unchanged: false },
  'command-not-begun': { entries: [command()], unchanged: true },
  told: { entries: [change], marks: ['unchanged'], unchanged: true },
  'lost-lines': { entries: [action('daemon-reload')], first: '# 2 entries', unchanged: false },
  'lost-all': { entries: [], first: '# 1 entries', unchanged: false },
};

describe('the runs of a journal', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'rtprov-runs-'));
    for (const [run, { entries, marks = [], first }] of Object.entries(cases)) {
      const at = join(dir, 'runs', run);
      mkdirSync(at, { recursive: true });
      writeFileSync(
        join(at, 'run.json'),
        JSON.stringify({ format: 1, run, started: 's', controller: 'c', playbooks: [] }),
      );
      const stored = entries.map((entry, index) =>
        JSON.stringify(storedEntry('00001', { ...entry, index, taskId: 't', taskName: '"type":"change",' })),
      );
      writeFileSync(join(at, '00001.json'), stored.map((line) => `${line}\n`).join(''));
      writeFileSync(join(at, '00001.undo'), `${first ?? `# ${stored.length} entries`}\n`);
      for (const mark of marks) writeFileSync(join(at, mark), '');
    }
  });
  after(() => rmSync(dir, { recursive: true }));

  for (const shell of shells)
    it(`are told from those that left nothing to undo, in ${shell}`, () => {
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
