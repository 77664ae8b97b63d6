/** Conflicts, locks, saved plans, interruption and rollback on failure: what holds around a run, on a real host. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { type Ended, type Program, startProgram } from '../support/program.js';
import { converge, differences, Project, rollBack } from './harness.js';

const files = (names: readonly string[], more = ''): string =>
  `- hosts: all\n  gather_facts: false\n  tasks:\n${names.map((name) => `    - name: ${name}\n      copy: { content: "${name}\\n", dest: /srv/${name} }\n`).join('')}${more}`;

describe('laws: around a run', function () {
  this.timeout(300_000);
  let lab: Lab;
  let host: LabHost;
  let initial: Fingerprint;
  const project = new Project();

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    host = lab.host('h1');
  });

  beforeEach(async () => {
    await host.reset();
    initial = await host.fingerprint();
  });

  after(async () => {
    project.remove();
    await lab.down();
  });

  const start = (args: readonly string[]): Program => startProgram([...args, '-i', lab.inventoryPath]);
  const rtprov = (args: readonly string[]): Promise<Ended> => start(args).ended;

  const onHost = (path: string): string => join(host.rootDir, path);

  async function until(what: string, holds: () => boolean): Promise<void> {
    for (let waited = 0; waited < 60_000; waited += 20) {
      if (holds()) return;
      await new Promise((done) => setTimeout(done, 20));
    }
    assert.fail(`${what} did not come`);
  }

  it('what something else changed since is a conflict: shown, left alone, and undone only by force', async () => {
    await converge(lab, [project.write('play.yaml', files(['a', 'b']))]);
    writeFileSync(onHost('/srv/a'), 'somebody else\n');
    const refused = await rollBack(lab, 'h1');
    assert.ok(refused !== undefined);
    assert.equal(refused.result.complete, false);
    const conflict = refused.events.find(
      (event) => event.type === 'rollback_entry' && event.verdict === 'conflict',
    );
    assert.ok(conflict?.type === 'rollback_entry' && conflict.resource === 'file:/srv/a');
    assert.ok(conflict.diff?.type === 'text' && conflict.diff.before === 'somebody else\n');
    assert.equal(readFileSync(onHost('/srv/a'), 'utf8'), 'somebody else\n');
    assert.equal(existsSync(onHost('/srv/b')), false);
    const forced = await rollBack(lab, 'h1', { force: true });
    assert.equal(forced?.result.complete, true);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('an account that comes and goes within a run leaves no conflict at the files it was given', async () => {
    const account = (more: string): string => `    - user: { name: passing, create_home: false${more} }\n`;
    const play = project.write(
      'play.yaml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n${account('')}    - copy: { content: x, dest: /srv/passing, owner: passing }\n${account(', state: absent')}`,
    );
    assert.equal((await converge(lab, [play])).exitCode, 0);
    for (const check of [true, false]) {
      const undone = await rollBack(lab, 'h1', { check });
      const verdicts = undone?.events.flatMap((event) =>
        event.type === 'rollback_entry' ? [event.verdict] : [],
      );
      assert.ok(verdicts !== undefined && verdicts.length > 0 && !verdicts.includes('conflict'));
      assert.equal(undone?.result.complete, true);
    }
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('a folder that is removed and made again within a run comes back with all that was in it', async () => {
    const folder = (state: string): string =>
      `    - file: { path: /usr/share/bash-completion, state: ${state} }\n`;
    const play = project.write(
      'play.yaml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n${folder('absent')}${folder('directory')}`,
    );
    const present = (await host.inside(['find', '/usr/share/bash-completion', '-type', 'f'])).stdout;
    assert.notEqual(present, '');
    assert.equal((await converge(lab, [play])).exitCode, 0);
    assert.equal((await host.inside(['find', '/usr/share/bash-completion', '-type', 'f'])).stdout, '');
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('an incomplete rollback ends with 7', async () => {
    await converge(lab, [project.write('play.yaml', files(['a']))]);
    writeFileSync(onHost('/srv/a'), 'somebody else\n');
    assert.equal((await rtprov(['rollback', 'h1'])).code, 7);
    assert.equal((await rtprov(['rollback', 'h1', '--force'])).code, 0);
  });

  it('a second run at the same time is refused and says who holds the host; a killed controller’s lock is taken over', async () => {
    const slow = project.write(
      'slow.yaml',
      `${files(['a'])}    - command: sh -c "echo x >/srv/begun; sleep 15"\n`,
    );
    const first = start(['run', slow]);
    await until('the first run', () => existsSync(onHost('/srv/begun')));
    const second = await rtprov(['run', project.write('play.yaml', files(['b']))]);
    assert.equal(second.code, 4, second.stdout);
    assert.match(second.stdout, /HOST_LOCKED/);
    assert.match(second.stdout, /\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{6} \w+@/);
    first.child.kill('SIGKILL');
    await first.ended;
    // The command that was begun goes on to its end; then the dead controller's shell is gone.
    await until('the shell of the killed run to end', () => !existsSync(onHost('/var/lib/rtprov/lock/busy')));
    const third = await rtprov(['run', project.write('play.yaml', files(['b']))]);
    assert.equal(third.code, 0, third.stdout);
  });

  it('Ctrl-C ends between windows with 130; the lock is given back and a rollback restores', async () => {
    const slow = project.write(
      'slow.yaml',
      `${files(['a'])}    - command: sh -c "echo x >/srv/begun; sleep 3"\n      touches: [/srv/begun]\n${files(['never']).split('tasks:\n')[1] ?? ''}`,
    );
    const running = start(['run', slow]);
    await until('the command', () => existsSync(onHost('/srv/begun')));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    assert.equal(ended.code, 130, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /changed +a/);
    assert.equal(existsSync(onHost('/srv/never')), false);
    assert.equal(existsSync(onHost('/var/lib/rtprov/lock')), false);
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('a saved plan is applied as it is, and refused with the difference when the host has drifted', async () => {
    const play = project.write('play.yaml', files(['a', 'b']));
    const plan = project.path('plan.json');
    assert.equal((await rtprov(['run', play, '--check', '--plan', plan])).code, 0);
    writeFileSync(onHost('/srv/b'), 'drift\n');
    const refused = await rtprov(['run', play, '--plan', plan]);
    assert.equal(refused.code, 4, refused.stdout);
    assert.match(refused.stderr, /PLAN_DRIFT.*no longer holds/s);
    assert.match(refused.stderr, /file:\/srv\/b/);
    assert.equal(existsSync(onHost('/srv/a')), false);
    await host.inside(['rm', '/srv/b']);
    const applied = await rtprov(['run', play, '--plan', plan]);
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.equal(readFileSync(onHost('/srv/b'), 'utf8'), 'b\n');
  });

  it('a plan of another playbook is refused', async () => {
    const play = project.write('play.yaml', files(['a']));
    const plan = project.path('plan.json');
    await rtprov(['run', play, '--check', '--plan', plan]);
    project.write('play.yaml', files(['a', 'c']));
    const refused = await rtprov(['run', play, '--plan', plan]);
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /play\.yaml has changed since the plan was made/);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('--rollback-on-failure puts a host that fails back, and ends with 6', async () => {
    const failing = project.write('failing.yaml', `${files(['a', 'b'])}    - command: /bin/false\n`);
    const ended = await rtprov(['run', failing, '--rollback-on-failure']);
    assert.equal(ended.code, 6, ended.stdout + ended.stderr);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  it('commands are undone by their undo text if they were begun, and by the files they touch', async () => {
    const play = project.write(
      'commands.yaml',
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - command: touch /srv/made\n      undo: rm /srv/made\n    - shell: echo more >>/etc/motd\n      touches: [/etc/motd, /srv/other]\n    - command: /bin/false\n    - command: touch /srv/not-reached\n      undo: touch /srv/wrongly-undone\n`,
    );
    assert.equal((await converge(lab, [play])).exitCode, 4);
    assert.equal(existsSync(onHost('/srv/made')), true);
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });
});
