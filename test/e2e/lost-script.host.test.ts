/** A connection that is cut while a script changes the host: nobody touches the host, or says how it is, while the script lives. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { runProgram } from '../support/program.js';
import {
  converge,
  differences,
  Project,
  rollBack,
  type ConvergeOptions,
  type Outcome,
  troubles,
} from './harness.js';
import { patiently } from '../support/patience.js';

describe('a connection that is cut within a script', function () {
  this.timeout(120_000);
  let lab: Lab;
  let host: LabHost;
  let initial: Fingerprint;
  const project = new Project();

  before(async () => {
    lab = await Lab.up({ hosts: 1, proxy: true });
    host = lab.host('h1');
    initial = await host.fingerprint();
  });

  after(async () => {
    project.remove();
    await lab.down();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') return;
    assert.equal(await holds('-e /var/lib/rtprov/lock'), false, 'the lock was not given back');
    assert.equal(differences(initial, await host.fingerprint()), '');
  });

  const holds = async (condition: string): Promise<boolean> =>
    (await host.inside(['sh', '-c', `[ ${condition} ]`])).code === 0;

  async function until(what: string, condition: string): Promise<void> {
    for (let tries = 0; tries < patiently(400); tries += 1) {
      if (await holds(condition)) return;
      await sleep(50);
    }
    assert.fail(`waited in vain for ${what}`);
  }

  /** For `cutWithin`: ends when all of what is done meanwhile is done, and not before. */
  const untilAllIsDone = 'until [ -e /run/go ]; do sleep 0.1; done; echo made >/srv/two';

  /** Three windows, the middle one with a command that takes its time; the connection is cut within it. */
  async function cutWithin(
    command: string,
    options: ConvergeOptions & { readonly meanwhile?: () => Promise<void>; readonly undo?: string } = {},
  ): Promise<Outcome> {
    const { meanwhile, undo, ...rest } = options;
    const play = [
      {
        hosts: 'all',
        gather_facts: false,
        tasks: [
          { copy: { dest: '/srv/one', content: '1\n' } },
          {
            shell: `: >/run/begun; ${command}`,
            ...(undo === undefined ? { touches: ['/srv/two'] } : { undo }),
          },
          { copy: { dest: '/srv/three', content: '3\n' } },
        ],
      },
    ];
    await host.inside(['rm', '-f', '/run/begun', '/run/go']);
    const running = converge(lab, [project.write('play.yaml', JSON.stringify(play))], rest);
    await until('the command', '-e /run/begun');
    await host.proxy?.cut();
    try {
      await meanwhile?.();
    } finally {
      await host.inside(['touch', '/run/go']);
    }
    return running;
  }

  const lives = (pattern: string): Promise<boolean> => holds(`-n "$(pgrep -f '${pattern}')"`);

  it('the run waits for it before it says anything, and the rollback finds all of it', async () => {
    const outcome = await cutWithin('sleep 3; echo made >/srv/two');
    assert.equal(outcome.exitCode, 5, troubles(outcome));
    assert.match(troubles(outcome), /has ended or was stopped/);
    assert.ok(await holds('-e /srv/two'), 'it was reported before the script had ended');
    const undone = await rollBack(lab, 'h1');
    assert.equal(undone?.result.complete, true, JSON.stringify(undone?.events));
  });

  it('--rollback-on-failure stops one that never ends, with what it started in other sessions, and then undoes', async () => {
    const outcome = await cutWithin("trap '' TERM; setsid sleep 1234; sleep 1235; echo made >/srv/two", {
      rollback: true,
    });
    assert.equal(outcome.exitCode, 6, troubles(outcome));
    assert.equal(await lives('[s]leep 123'), false, 'it still runs');
  });

  it('others are refused meanwhile, with the reason: who is at work, with what, and what to do', async () => {
    let run = '';
    let by = '';
    const outcome = await cutWithin(untilAllIsDone, {
      meanwhile: async () => {
        run = (await host.inside(['ls', '/var/lib/rtprov/runs'])).stdout.trim().split('\n').at(-1) ?? '';
        const alone = await host.inside(['sh', '/var/lib/rtprov/undo.sh', run]);
        assert.equal(alone.code, 1, alone.stdout);
        by = alone.stderr;
        await assert.rejects(rollBack(lab, 'h1'), (error: unknown) => {
          assert.ok(error instanceof RtprovError && error.code === 'HOST_LOCKED', String(error));
          assert.match(
            `${error.message} ${error.hint ?? ''}`,
            /window 0000\d of \S+, process \d+.*kill \d+/s,
          );
          return true;
        });
      },
    });
    assert.match(by, /another run is active here: .*\n\d+ window 0000\d/);
    assert.equal(outcome.exitCode, 5, troubles(outcome));
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
  });

  it('the lock outlives the shell that holds it while a command of it lives', async () => {
    const outcome = cutWithin(untilAllIsDone, {
      meanwhile: async () => {
        const pid = (await host.inside(['cut', '-d', ' ', '-f', '2', '/var/lib/rtprov/lock/owner'])).stdout;
        await host.inside(['kill', '-9', pid.trim()]);
        await assert.rejects(rollBack(lab, 'h1'), /another run is active/);
      },
    });
    assert.equal((await outcome).exitCode, 5);
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
  });

  it('a rollback that loses its connection waits for its undo, and is done by the next', async () => {
    const undo = ': >/run/undoing; sleep 3; rm -f /srv/two';
    const outcome = await converge(lab, [
      project.write(
        'play.yaml',
        JSON.stringify([
          {
            hosts: 'all',
            gather_facts: false,
            tasks: [{ copy: { dest: '/srv/one', content: '1\n' } }, { shell: 'echo made >/srv/two', undo }],
          },
        ]),
      ),
    ]);
    assert.equal(outcome.exitCode, 0, troubles(outcome));
    const lost = assert.rejects(rollBack(lab, 'h1'), /has ended or was stopped/);
    await until('the undo', '-e /run/undoing');
    await host.proxy?.cut();
    await lost;
    assert.equal(await holds('-e /srv/one'), false, 'the undo did not go on');
    assert.equal((await rollBack(lab, 'h1'))?.result.complete ?? true, true);
  });

  it('a prune that loses its connection holds the lock until it has ended, and is ended by the next', async () => {
    const outcome = await converge(lab, [
      project.write(
        'play.yaml',
        '- {hosts: all, gather_facts: false, tasks: [{command: "true", changed_when: true}]}',
      ),
    ]);
    assert.equal(outcome.exitCode, 0, troubles(outcome));
    const args = ['history', 'prune', 'h1', '-i', lab.inventoryPath, '--keep', '0', '--yes'];
    await host.inside(['rm', '-f', '/run/begun']);
    const lost = runProgram(args, {
      rewrite: (text) =>
        text.replace('rtp_keep_list=', ': >/run/begun; sleep 4; : >/run/ended\nrtp_keep_list='),
    });
    await until('the prune', '-e /run/begun');
    await host.proxy?.cut();
    const ended = await lost;
    assert.equal(ended.code, 5, ended.stderr);
    assert.match(ended.stderr, /has ended or was stopped.*Prune again/s);
    assert.ok(await holds('-e /run/ended'), 'it was reported before the script had ended');
    const again = await runProgram(args);
    assert.equal(again.code, 0, again.stderr);
    assert.ok(await holds('-z "$(ls -A /var/lib/rtprov/runs; ls -d /var/lib/rtprov/pruned.*)"'));
    await host.inside(['rm', '-f', '/run/begun', '/run/ended']);
  });
});
