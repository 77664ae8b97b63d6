/** Which runs `rtprov rollback` undoes, what `--to` takes, and when it asks first. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { type Ended, runProgram } from '../support/program.js';

describe('cli: rollback', function () {
  this.timeout(120_000);
  let lab: Lab;
  const folder = mkdtempSync(join(tmpdir(), 'rtprov-rollback-'));
  const path = (name: string): string => join(lab.host('h1').rootDir, 'srv', name);

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = (...args: readonly string[]): Promise<Ended> =>
    runProgram([...args, '-i', lab.inventoryPath], { env: { XDG_STATE_HOME: join(folder, 'state') } });
  const rollback = (...args: readonly string[]): Promise<Ended> => rtprov('rollback', 'h1', ...args);

  /** A run that makes these files; gives its id. */
  async function makes(dest: string, code = 0): Promise<string> {
    const playbook = join(folder, 'play.yaml');
    const tasks = [{ copy: { dest, content: 'x\n' } }];
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
    const done = await rtprov('run', playbook);
    assert.equal(done.code, code, done.stdout + done.stderr);
    return runs().at(-1) ?? '';
  }

  const runs = (): readonly string[] =>
    readdirSync(join(lab.host('h1').rootDir, 'var/lib/rtprov/runs')).sort();

  const present = (): readonly string[] => ['a', 'b', 'c'].filter((name) => existsSync(path(name)));

  it('undoes the last run that changed something, without a question, and skips one that failed before', async () => {
    await makes('/srv/a');
    const last = await makes('/srv/b');
    const failed = await makes(`/srv/${'x'.repeat(256)}`, 4);
    assert.ok(failed > last, 'the failed run has a journal');
    const done = await rollback();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stdout, new RegExp(`to undo: run ${last}  \\S+  .*play\\.yaml`));
    assert.doesNotMatch(done.stdout, new RegExp(failed));
    assert.deepEqual(present(), ['a']);
    const history = await rtprov('history', 'h1');
    assert.match(history.stdout, new RegExp(`${failed}  nothing to undo`));
  });

  it('takes back a user whom the run made, with all that rtprov has of a task that ran as that user', async () => {
    const playbook = join(folder, 'user.yaml');
    const tasks = [
      { user: { name: 'made' } },
      { copy: { dest: '/home/made/me', content: 'x\n' }, become: true, become_user: 'made' },
    ];
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
    const ran = await rtprov('run', playbook);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const done = await rollback();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    const { rootDir } = lab.host('h1');
    assert.doesNotMatch(readFileSync(join(rootDir, 'etc/passwd'), 'utf8'), /^made:/m);
    assert.ok(!existsSync(join(rootDir, 'home/made')));
  });

  it('--to takes a whole id or the beginning of one alone, and undoes more than one run only when that is confirmed', async () => {
    const second = await makes('/srv/b');
    const third = await makes('/srv/c');

    const unknown = await rollback('--to', '1999', '--yes');
    assert.equal(unknown.code, 4);
    assert.match(unknown.stdout + unknown.stderr, new RegExp(`has no run 1999.*${third}`, 's'));

    const several = await rollback('--to', second.slice(0, 2), '--yes');
    assert.equal(several.code, 4);
    assert.match(
      several.stdout + several.stderr,
      new RegExp(`several runs whose ids begin with "${second.slice(0, 2)}".*${second}.*${third}`, 's'),
    );

    const unconfirmed = await rollback('--to', second);
    assert.equal(unconfirmed.code, 2);
    const said = unconfirmed.stdout + unconfirmed.stderr;
    assert.match(said, new RegExp(`undoes 2 runs, newest first: ${third}.*${second}`, 's'));
    assert.match(said, /nothing was undone.*--yes/s);

    const looked = await rollback('--to', second, '--check');
    assert.equal(looked.code, 0, looked.stdout + looked.stderr);
    assert.deepEqual(present(), ['a', 'b', 'c']);

    // The shortest beginning that no other run has.
    let own = 1;
    while (runs().some((run) => run !== second && run.startsWith(second.slice(0, own)))) own += 1;
    const done = await rollback('--to', second.slice(0, own), '--yes');
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.deepEqual(present(), ['a']);
  });

  it('asks nothing where --to means one run', async () => {
    const only = await makes('/srv/c');
    const done = await rollback('--to', only);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.deepEqual(present(), ['a']);
  });
});
