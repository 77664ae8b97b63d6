/** Whose journals `rtprov rollback` looks at, and whose faults count. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownOn, rollbackHost, shellsOf } from '../../../src/cli/commands/rollback-hosts.js';
import type { RunEvent } from '../../../src/engine/run/events.js';
import { rollback } from '../../../src/engine/rollback/rollback.js';
import { runsOfShells } from '../../../src/engine/rollback/runs.js';
import { knownRecords } from '../../../src/journal/record-journals.js';
import { RecordWriter } from '../../../src/journal/records.js';
import { connection, shellHosts, unreachable, type ShellHosts } from '../../engine/shell-hosts.js';
import { randomNumbers } from '../../support/seed.js';
import { bySpeed } from '../../support/slow.js';
import { thorough } from '../../support/thorough.js';

const place = '192.0.2.1:22';

/** A rollback of h1 as the command makes it, by these records alone. `gone`: users whom the machine does not have count as such. */
async function rollBack(
  hosts: ShellHosts,
  folder: string,
  { gone = false, address = '192.0.2.1', to }: { gone?: boolean; address?: string; to?: string } = {},
) {
  const records = await knownRecords(folder);
  const home = join(hosts.dir, 'h1');
  for (const user of ['login', 'ops', 'root', 'rtprov-gone'])
    rmSync(join(home, user, 'lock'), { recursive: true, force: true });
  const host = rollbackHost(
    'h1',
    { connection: 'ssh', address },
    {
      options: { check: false, become: false, ...(to === undefined ? {} : { to }) },
      id: '29991231T000000.000Z-ffffff',
      records,
      passwords: {},
      connect: () => Promise.resolve(connection('h1', home, () => undefined, gone)),
    },
  );
  const shells = await shellsOf(host);
  const found = await runsOfShells(shells, to, 'h1', knownOn(host, shells, records));
  const events: RunEvent[] = [];
  const options = { check: false, diff: false, force: false };
  const { complete } = await rollback(
    { host: 'h1', target: host.target, runs: found.runs },
    options,
    (event) => events.push(event),
  );
  await host.target.finish();
  return { ...found, complete, users: [...host.users].sort(), events };
}

describe('cli/commands/rollback-hosts', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rtprov-records-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const ofUser = (user: string, file: string): string =>
    `    - { become: true, become_user: ${user}, copy: { dest: '{{ dir }}/${file}', content: x } }\n`;
  const ofRoot = (file: string): string => `    - copy: { dest: '{{ dir }}/${file}', content: x }\n`;

  /** Plays it; only notes is left of it here, as of a controller that was killed: after its script of the number `at`, when it is given. */
  async function killed(tasks: string, at?: number) {
    const notes: { host: string; at: string; user: string }[] = [];
    let [scripts, over] = [0, false];
    const { summary } = await hosts.play(`- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`, {
      hosts: ['h1'],
      before: (host, text) => {
        scripts += 1;
        if (text.includes('of-ops') && text.includes('.undo.new'))
          assert.ok(
            notes.some(({ user }) => user === 'ops'),
            'it is noted before the window is sent',
          );
        if (over) throw unreachable(host);
        over = scripts === at;
      },
      noteJournal: (host, _at, user) => void notes.push({ host, at: place, user }),
    });
    const record = await RecordWriter.open(summary.run, (text) => assert.equal(text, ''), folder);
    for (const note of notes) record.noteJournal(note);
    await record.flush();
    return { run: summary.run, isOver: over };
  }

  it('of a killed run are those that it was going to write, wherever it was killed and whatever the target undid by itself', async () => {
    const tasks = ofRoot('first') + ofUser('ops', 'of-ops') + ofRoot('last');
    const step = thorough('a run with users is killed after every script') ? 1 : bySpeed(2, 4);
    for (let at = 3 + Math.floor(randomNumbers()() * step), isOver = true; isOver; at += step) {
      hosts.reset();
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      const { run, isOver: isCut } = await killed(tasks, at);
      hosts.undo('h1', run);
      const { complete, faults } = await rollBack(hosts, folder);
      assert.ok(complete && faults.length === 0, `${at}`);
      assert.deepEqual(readdirSync(hosts.files), [], `killed behind its script ${at}`);
      isOver = isCut;
    }
  });

  it('of users who are gone count only for runs that are undone', async () => {
    const { run: first } = await killed(ofUser('rtprov-gone', 'of-gone'));
    const { run: second } = await killed(ofRoot('of-root'));
    const last = await rollBack(hosts, folder, { gone: true });
    assert.deepEqual([last.faults, last.complete, last.passed], [[], true, []]);
    assert.deepEqual(readdirSync(hosts.files), ['of-gone']);
    await killed(ofUser('rtprov-gone', 'too') + ofRoot('of-root'));
    const part = await rollBack(hosts, folder, { gone: true });
    assert.deepEqual(
      part.faults.map(({ user, error }) => [user, error.code]),
      [['rtprov-gone', 'BECOME_USER_MISSING']],
    );
    assert.deepEqual(readdirSync(hosts.files), ['of-gone', 'too']);
    const none = await rollBack(hosts, folder, { gone: true });
    assert.deepEqual(none.faults.length, 1, 'nothing else is left to undo');
    const to = await rollBack(hosts, folder, { gone: true, to: first });
    assert.equal(to.faults.length, 1);
    assert.equal((await rollBack(hosts, folder, { gone: true, to: second })).faults.length, 1);
    const elsewhere = await rollBack(hosts, folder, { gone: true, address: '192.0.2.9' });
    assert.deepEqual([elsewhere.faults, elsewhere.users], [[], []], 'another machine of the same name');
  });

  it('of users who are gone are skipped with a word where an earlier run is undone', async () => {
    await killed(ofRoot('of-root'));
    const { run } = await killed(ofUser('rtprov-gone', 'of-gone'));
    const { faults, passed, complete } = await rollBack(hosts, folder, { gone: true });
    assert.deepEqual([faults, complete, passed], [[], true, [{ user: 'rtprov-gone', run }]]);
    assert.deepEqual(readdirSync(hosts.files), ['of-gone']);
  });
});
