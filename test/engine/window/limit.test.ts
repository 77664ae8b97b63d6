/** `timeout` of a task whose command takes longer. */
import { strict as assert } from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { limited } from '../../../src/engine/window/limit.js';
import { lockLibrary } from '../../../src/journal/lock.js';
import { journalLibrary } from '../../../src/journal/target.js';
import { lines, raw, type Shell } from '../../../src/shell/shell.js';
import { patiently } from '../../support/patience.js';
import { bySpeed } from '../../support/slow.js';
import { shellHosts } from '../shell-hosts.js';

const interpreters = [['dash'], ['bash'], ['busybox', 'sh']] as const;

interface Ended {
  readonly rc: string;
  readonly out: string;
  readonly err: string;
}

/** Runs a limited body with a shell; what it prints, and the status that is left. */
function run(
  [program, ...args]: readonly string[],
  seconds: number,
  body: string,
  grace?: number,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'rtprov-limit-'));
  const script: Shell = lines([
    journalLibrary,
    lockLibrary,
    raw(`rtp_state=${folder}/state; rtp_stage=${folder}/state/stage`),
    limited('s0', seconds, raw(body), grace),
    raw('echo "rc=$rtp_rc"'),
  ]);
  return new Promise((done) => {
    const child = spawn(program ?? 'sh', args, { stdio: 'pipe' });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', () => {
      rmSync(folder, { recursive: true });
      const [, before = '', rc = ''] = /^([^]*)rc=(\d+)\n$/.exec(out) ?? [];
      done({ rc, out: before, err });
    });
    child.stdin.end(script.text);
  });
}

const alive = (mark: string): string => spawnSync('pgrep', ['-fa', mark], { encoding: 'utf8' }).stdout;

/** A process that was killed is there until a processor has had time for its end. */
async function assertGone(mark: string): Promise<void> {
  const until = Date.now() + patiently(2000);
  while (alive(mark) !== '' && Date.now() < until) await sleep(50);
  assert.equal(alive(mark), '');
}

describe('a limit for a command', () => {
  const own = (shell: (typeof interpreters)[number]): string =>
    `${process.pid}${interpreters.indexOf(shell) + 1}`;

  it('keeps input, environment, output and status of what ends in time, and leaves nothing of its own', async () => {
    const body = `export A='x y'\necho in | { read -r l; echo "$l $A"; echo err >&2; (exit 7); }`;
    await Promise.all(
      interpreters.map(async (shell) => {
        const ended = await run(shell, Number(`98${own(shell)}`), body);
        assert.deepEqual([shell, ended.rc, ended.out, ended.err], [shell, '7', 'in x y\n', 'err\n']);
        await assertGone(`sleep 98${own(shell)}`);
      }),
    );
  });

  it('ends the watch of a command that ends as it begins', async () => {
    const seconds = Number(`97${process.pid}`);
    const times = bySpeed(200, 100);
    await Promise.all(
      interpreters.map(async (shell) => {
        // The first limit is that of the loop: a watch that missed its end would keep the shell waiting.
        const loop = `i=0; while [ $i -lt ${times} ]; do i=$((i + 1))\n${limited('s1', seconds, raw(':')).text}\ndone; echo $i`;
        const ended = await run(shell, patiently(120), loop);
        assert.deepEqual([shell, ended.rc, ended.out], [shell, '0', `${times}\n`]);
      }),
    );
    await assertGone(`sleep ${seconds}`);
  });

  it('ends all processes of what takes longer, also those that ignore SIGTERM or end well at it', async () => {
    await Promise.all(
      interpreters.map(async (shell) => {
        const mark = `9${own(shell)}`;
        const body = `echo begun; sh -c 'trap "" TERM; sh -c "sleep 7${mark}; :" & sleep 8${mark}; sleep 7${mark}'; echo never`;
        const atTerm = `sh -c 'trap "exit 0" TERM; sleep 60 & wait'`;
        const [ended, well] = await Promise.all([run(shell, 5, body, 1), run(shell, 5, atTerm)]);
        assert.equal(well.rc, '124');
        assert.deepEqual([shell, ended.rc, ended.out, ended.err], [shell, '124', 'begun\n', '']);
        await assertGone(`sleep [78]${mark}`);
      }),
    );
  });
});

describe('timeout of a task', () => {
  const hosts = shellHosts();

  it('fails the task as in Ansible, for conditions and for rescue, and asks neither failed_when nor until', async () => {
    const played = await hosts.play(
      `- hosts: all
  gather_facts: false
  vars: {n: '1', soon: shortly}
  tasks:
    - name: loop
      shell: 'echo said; sleep {{ item }}'
      loop: [0, 60]
      timeout: '{{ n }}'
      register: looped
      failed_when: false
      ignore_errors: true
    - name: shown
      debug: {msg: '{{ looped.results | map(attribute="failed") | list }} {{ looped.results[1].timedout.period }} {{ looped.results[1].msg }} {{ looped.results[1].rc is defined }}'}
    - block:
        - {name: again, shell: 'echo half >{{ dir }}/x; sleep 60', timeout: 1, register: r, until: r.rc == 0, retries: 5, delay: 60, touches: ['{{ dir }}/x']}
      rescue:
        - {name: rescued, debug: {msg: '{{ ansible_failed_result.msg }}'}}
    - {name: no limit, command: echo, timeout: 0}
    - {name: bad, command: 'touch {{ dir }}/never', timeout: '{{ soon }}', ignore_errors: true}
`,
      { hosts: ['h1'] },
    );
    assert.deepEqual(played.lines, [
      'h1 loop [0] changed',
      'h1 loop [60] ignored',
      'h1 shown ok',
      'h1 again rescued',
      'h1 rescued ok',
      'h1 no limit changed',
      'h1 bad ignored',
    ]);
    const msg = (name: string): readonly unknown[] =>
      played.results.filter(({ task }) => task.name === name).map((result) => result.msg);
    assert.deepEqual(msg('shown'), ['[False, True] 1 Task failed: Timed out after 1 second(s). False']);
    assert.match(
      String(msg('loop')[1]),
      /^Task failed: Timed out after 1 second\(s\)\.: echo said; sleep 60\nstdout:\nsaid/,
    );
    assert.deepEqual(msg('rescued'), ['Task failed: Timed out after 1 second(s).']);
    assert.match(String(msg('bad')), /^timeout: "shortly" is not a whole number of seconds/);
    assert.ok(!hosts.has('never'));
    assert.equal(hosts.read('x'), 'half\n');
    assert.deepEqual(hosts.journalled('h1'), ['x']);
  });

  it('ends tasks that wait, and leaves those in time as they are', async () => {
    const played = await hosts.play(`- hosts: all
  gather_facts: false
  ignore_errors: true
  tasks:
    - {name: in time, pause: {seconds: 0}, timeout: 60}
    - {name: pause, pause: {seconds: 600}, timeout: 1, when: inventory_hostname == 'h1'}
    - {name: wait, wait_for: {path: '{{ dir }}/never'}, timeout: 1, when: inventory_hostname == 'h2'}
`);
    const reported = played.results.filter(({ status }) => status === 'ignored');
    assert.deepEqual(reported.map(({ host, task, msg }) => [host, task.name, msg]).sort(), [
      ['h1', 'pause', 'Task failed: Timed out after 1 second(s).'],
      ['h2', 'wait', 'Task failed: Timed out after 1 second(s).'],
    ]);
  });
});
