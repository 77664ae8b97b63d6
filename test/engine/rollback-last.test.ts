/** Which runs a rollback takes: those of which their journals do not prove that nothing is left to undo. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts, unreachable, type Before } from './shell-hosts.js';
import { rollBack } from './shell-rollback.js';

type Task = Readonly<Record<string, unknown>>;

describe('engine/rollback: the last run', function () {
  this.timeout(300_000);
  const hosts = shellHosts();

  const runs = (user = 'login'): readonly string[] => {
    const folder = join(hosts.dir, 'h1', user, 'runs');
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  };

  /** Gives the id of the run, when it has a journal. */
  async function play(tasks: readonly Task[], before?: Before): Promise<string> {
    const had = new Set([...runs(), ...runs('ops')]);
    const text = JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]);
    await hosts.play(text, { hosts: ['h1'], ...(before === undefined ? {} : { before }) });
    return [...runs(), ...runs('ops')].find((run) => !had.has(run)) ?? '';
  }

  const copy = (name: string, content = 'x'): Task => ({ copy: { dest: `{{ dir }}/${name}`, content } });
  const idempotent = (cmd = 'echo same', more: Task = {}): Task => ({
    command: cmd,
    register: 'out',
    changed_when: "'new' in out.stdout",
    ...more,
  });
  /** No file can have this name, which only the write finds. */
  const tooLong = 'x'.repeat(256);
  /** Makes b, and tells nobody that it did: its undo removes it. */
  const shell: Task = { shell: 'echo x >{{ dir }}/b', undo: 'rm -f {{ dir }}/b' };
  const touching: Task = { shell: 'echo x >{{ dir }}/b', touches: ['{{ dir }}/b'] };

  /** The controller is killed when all of its tasks are done: it judges nothing in the journal. */
  const killedAtTheEnd: Before = (_, text) => {
    if (text.startsWith('rtp_finish')) throw unreachable('h1');
  };
  /** The target's shell is killed where its script has this text, and so is the controller. */
  const killedAt =
    (place: string): Before =>
    (host, text, user) => {
      killedAtTheEnd(host, text, user);
      return text.includes(place) ? text.replace(place, `kill -9 $$; exit 1; ${place}`) : text;
    };
  const beforeItsMark = ': >"$rtp_rundir/$rtp_seq.ran.';
  const behindIt = 'exit "$rtp_rc"';

  const passedOver: Readonly<Record<string, readonly [readonly Task[], Before?]>> = {
    'whose commands say that they changed nothing': [
      [copy('a'), idempotent(), idempotent('echo same', { loop: [1, 2] })],
    ],
    'whose command says so in its last attempt and in the one before': [
      [idempotent('echo same', { until: 'out.attempts == 2', retries: 2, delay: 0 })],
    ],
    'whose command has an undo and says that it changed nothing': [
      [idempotent('echo same', { undo: 'rm {{ dir }}/a' })],
    ],
    'whose command left what it touches as it was': [
      [{ shell: 'true', touches: ['{{ dir }}/a', '{{ dir }}/folder', '{{ dir }}/none'] }],
    ],
    'that failed half-way behind a command that changed nothing': [
      [idempotent(), { fail: { msg: 'x' } }, shell],
    ],
    'that failed before its first change': [[copy(tooLong), shell]],
    'that was killed before its command was begun': [[shell], killedAt(beforeItsMark)],
  };
  it('skips runs that left nothing to undo', async () => {
    mkdirSync(hosts.path('folder'));
    writeFileSync(hosts.path('folder/f'), 'x');
    const first = await play([copy('a')]);
    for (const [what, [tasks, before]] of Object.entries(passedOver))
      assert.ok((await play(tasks, before)) > first, `a run ${what} has a journal`);
    const { undone, open, complete } = await rollBack(hosts);
    assert.deepEqual(
      [undone, open, complete],
      [[`login ${first}`], [`login ${first}`], true],
      runs().join(' '),
    );
    assert.ok(!hosts.has('a'));
    assert.deepEqual((await rollBack(hosts)).undone, []);
  });

  const counted: Readonly<Record<string, readonly [readonly Task[], Before?]>> = {
    'whose command changed something in one of its turns': [
      [{ ...shell, loop: [1, 2, 3], changed_when: 'item == 2' }],
    ],
    'whose command changed something of what it touches': [
      [{ ...touching, register: 'out', changed_when: "'new' in out.stdout" }],
    ],
    'whose command changed a file in a folder that it touches': [
      [
        {
          shell: 'echo y >{{ dir }}/folder/f',
          touches: ['{{ dir }}/folder'],
          register: 'out',
          changed_when: "'new' in out.stdout",
        },
      ],
    ],
    'that failed half-way behind a change': [[copy('b'), { fail: { msg: 'x' } }]],
    'whose command failed half-way': [
      [
        {
          shell: 'echo x >{{ dir }}/b; false',
          undo: 'rm {{ dir }}/b',
          register: 'out',
          changed_when: "'new' in out.stdout",
        },
      ],
    ],
    'that was killed behind its command, which nobody had judged': [
      [{ ...shell, register: 'out', changed_when: "'new' in out.stdout" }],
      killedAtTheEnd,
    ],
    'that was killed behind its command, before its answer': [
      [{ ...shell, register: 'out', changed_when: "'new' in out.stdout" }],
      killedAt(behindIt),
    ],
    'that was killed behind a command that touches files, before its answer': [
      [touching],
      killedAt(behindIt),
    ],
    'whose last command was lost, after one that changed nothing': [
      [idempotent(), { ...shell, register: 'out', changed_when: "'new' in out.stdout" }],
      (_, text) => (text.includes('echo x') ? text.replace(behindIt, 'kill -9 $$; exit 1') : undefined),
    ],
    'that was killed within a window of files': [[copy('b')], killedAtTheEnd],
  };
  it('is one that may have left something', async () => {
    mkdirSync(hosts.path('folder'));
    writeFileSync(hosts.path('folder/f'), 'x');
    const first = await play([copy('a')]);
    for (const [what, [tasks, before]] of Object.entries(counted)) {
      const run = await play(tasks, before);
      const { undone, open, complete } = await rollBack(hosts);
      assert.deepEqual([undone, open.at(-1), complete], [[`login ${run}`], `login ${run}`, true], what);
      assert.deepEqual([hosts.has('a'), hosts.has('b'), hosts.read('folder/f')], [true, false, 'x'], what);
    }
    assert.deepEqual((await rollBack(hosts)).undone, [`login ${first}`]);
  });

  it('has no word for a command without an undo of which its task says that it changed nothing', async () => {
    await play([copy('a'), idempotent(), idempotent('echo new', { changed_when: true })]);
    const { events, complete } = await rollBack(hosts);
    assert.ok(complete);
    const told = events.flatMap((event) =>
      event.type === 'rollback_entry' ? [`${event.verdict} ${event.resource.split('/').at(-1) ?? ''}`] : [],
    );
    assert.deepEqual(told, ['kept command: echo new', 'undone a']);
  });

  it('skips one that only refreshed package lists and had systemd read its files again', async () => {
    const bin = hosts.path('bin');
    mkdirSync(bin);
    for (const name of ['systemctl', 'apt-get']) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "$*" >>${bin}/done\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${bin}:${path}`;
    try {
      const first = await play([copy('a')]);
      const tasks = [{ apt: { update_cache: true } }, { systemd: { daemon_reload: true } }];
      const second = await play(tasks);
      assert.match(hosts.read('bin/done'), /update/);
      assert.match(hosts.read('bin/done'), /daemon-reload/);
      // The same where nobody came to prove it.
      assert.notEqual(await play(tasks, killedAtTheEnd), second);
      assert.deepEqual((await rollBack(hosts)).undone, [`login ${first}`]);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('--to takes the run and all later ones but those that left nothing, also when it names one of them', async () => {
    const first = await play([copy('a')]);
    const idle = await play([idempotent()]);
    const third = await play([copy('b')]);
    await play([idempotent()]);
    const fifth = await play([copy('c')]);
    const later = await rollBack(hosts, { to: idle });
    assert.deepEqual([later.undone, later.complete], [[`login ${fifth}`, `login ${third}`], true]);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => hosts.has(name)),
      [true, false, false],
    );
    assert.deepEqual((await rollBack(hosts, { to: idle })).undone, []);
    assert.deepEqual((await rollBack(hosts, { to: first })).undone, [`login ${first}`]);
  });

  describe('of several users', () => {
    const ops = (task: Task): Task => ({ ...task, become: true, become_user: 'ops' });
    const users = ['login', 'ops'];

    it('is one run for all of them', async () => {
      const first = await play([copy('a'), ops(copy('ops-a'))]);
      const second = await play([copy('b'), ops(idempotent())]);
      const third = await play([ops(copy('ops-c')), idempotent()]);
      assert.deepEqual((await rollBack(hosts, { users })).undone, [`ops ${third}`]);
      assert.deepEqual((await rollBack(hosts, { users })).undone, [`login ${second}`]);
      const { undone, open } = await rollBack(hosts, { users });
      assert.deepEqual(undone, [`login ${first}`, `ops ${first}`]);
      assert.deepEqual(open, undone);
      assert.ok(['a', 'b', 'ops-a', 'ops-c'].every((name) => !hosts.has(name)));
    });

    it('--to takes later runs of each of them, whosever journals hold the one that it names', async () => {
      await play([copy('a'), ops(copy('ops-a'))]);
      const second = await play([copy('b')]);
      const third = await play([ops(copy('ops-c'))]);
      const { undone } = await rollBack(hosts, { users, to: second });
      assert.deepEqual(undone, [`login ${second}`, `ops ${third}`]);
      assert.deepEqual(
        ['a', 'ops-a', 'b', 'ops-c'].map((name) => hosts.has(name)),
        [true, true, false, false],
      );
    });

    it('is not one that only that user knows of', async () => {
      const first = await play([copy('a'), ops(copy('ops-a'))]);
      await play([ops(copy('ops-b'))]);
      const { undone } = await rollBack(hosts, { users, known: [first] });
      assert.deepEqual(undone, [`login ${first}`, `ops ${first}`]);
    });
  });
});
