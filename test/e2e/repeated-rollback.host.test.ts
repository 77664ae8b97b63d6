/** A rollback over real packages is killed twice and repeated: it ends as one that was not killed. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import type { Fingerprint } from '../lab/fingerprint.js';
import { startProgram } from '../support/program.js';
import { converge, differences, openRuns, rollBack, troubles, type Undone } from './harness.js';
import { killWhen, oneHost } from './one-host.js';
import { patiently } from '../support/patience.js';

/** A unit whose start fails once it is enabled. */
const failing =
  '[Service]\nExecStartPre=/bin/false\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n';

/** The undo kills the rollback, all of it, for as long as there are files that say so, or waits until it may go on. */
const undo =
  'rm -rf /srv/made; [ ! -e /run/stand ] || { mv /run/stand /run/stands; while [ -e /run/stands ]; do sleep 0.05; done; }; for rtp_file in /run/kill.*; do [ ! -e "$rtp_file" ] || { rm "$rtp_file"; kill -9 0; }; done';

const tasks = [
  { copy: { dest: '/srv/first', content: 'first\n' } },
  { command: 'mkdir /srv/made', undo },
  { apt: { name: ['rtprov-demo-a', 'rtprov-demo-svc'], state: 'present' } },
  { file: { path: '/etc/rtprov-demo-a.conf', state: 'absent' } },
  { lineinfile: { path: '/etc/rtprov-demo-svc.conf', line: 'edited=1' } },
  { systemd: { name: 'rtprov-demo-svc.service', enabled: false, state: 'stopped' } },
];

describe('a rollback that is killed twice and repeated', function () {
  this.timeout(180_000);
  const one = oneHost();

  const refresh = (): Promise<void> =>
    one.inside('echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab-fast; apt-get -q update');
  before(refresh);
  // A test that ends well leaves the host as it was.
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await one.host.reset();
    await refresh();
  });

  async function ran(): Promise<Fingerprint> {
    const initial = await one.host.fingerprint();
    const result = await converge(one.lab, [one.play(tasks)]);
    assert.equal(result.exitCode, 0, troubles(result));
    return initial;
  }

  /** A rollback that ends early: its whole session is killed as soon as the condition holds, or by the command's undo. */
  async function killed(condition?: string): Promise<void> {
    if (condition === undefined) await one.inside(': >/run/kill.undo');
    await isCut(condition === undefined ? '' : killWhen(condition));
  }

  /** A rollback that reports no end, because of this text in front of the undo on the host. */
  async function isCut(text: string): Promise<void> {
    const result = await rollBack(one.lab, 'h1', {
      rewrite: (script) =>
        script.includes('/undo.sh" ') ? script.replace('rtp_busy ', `${text}\nrtp_busy `) : script,
    }).catch((error: unknown) => error);
    assert.ok(result instanceof Error, `it was not cut off: ${JSON.stringify(result)}`);
  }

  const exists = async (path: string): Promise<boolean> =>
    (await one.host.inside(['test', '-e', path])).code === 0;

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < patiently(600); tries += 1) {
      if (await holds()) return;
      await sleep(20);
    }
    assert.fail(`waited in vain for ${what}`);
  }

  async function ends(initial: Fingerprint): Promise<Undone | undefined> {
    const planned = await rollBack(one.lab, 'h1', { check: true });
    const undone = await rollBack(one.lab, 'h1');
    const events = JSON.stringify(undone?.events);
    assert.equal(undone?.result.complete, true, events);
    assert.doesNotMatch(events, /"verdict":"(conflict|failed)"/);
    assert.doesNotMatch(JSON.stringify(planned?.events), /"verdict":"(conflict|failed)"/);
    assert.equal(differences(initial, await one.host.fingerprint()), '', events);
    assert.equal(await rollBack(one.lab, 'h1'), undefined);
    return undone;
  }

  /** How much of what a rollback did, or would do, as its end says. */
  const amounts = (of: Undone | undefined): unknown =>
    of?.events.find((event) => event.type === 'run_finished')?.undone?.['h1'];

  it('brings no configuration file back whose package is gone by then', async () => {
    const initial = await ran();
    await killed('[ -e /etc/rtprov-demo-a.conf ]');
    await killed();
    await ends(initial);
  });

  it('takes a unit that was in conflict for undone once its package is gone', async () => {
    const initial = await ran();
    await one.inside('systemctl enable rtprov-demo-svc.service');
    await killed('[ ! -e /lib/systemd/system/rtprov-demo-svc.service ]');
    await killed();
    await ends(initial);
  });

  it('ends well whose connection was cut in one run, and whose controller was killed in the run before it', async () => {
    const initial = await one.host.fingerprint();
    const plays = [
      [{ apt: { name: 'rtprov-demo-a=1.0' } }, { command: 'mkdir /srv/made', undo }],
      [{ apt: { name: ['rtprov-demo-a=2.0', 'rtprov-demo-svc'] } }, ...tasks.slice(-2)],
    ];
    for (const play of plays) {
      const result = await converge(one.lab, [one.play(play)]);
      assert.equal(result.exitCode, 0, troubles(result));
    }
    // The parent of the host's shell is the process of sshd that serves the connection. The host goes on by itself to the end of a run.
    const gone = '[ ! -e /lib/systemd/system/rtprov-demo-svc.service ]';
    await isCut(`( until ${gone}; do sleep 0.02; done; kill -9 "$PPID" ) >/dev/null 2>&1 &`);
    const [first, ...others] = await openRuns(one.lab, 'h1');
    assert.ok(
      first !== undefined && others.length === 0,
      'the run before is still to be undone, and no other',
    );
    await one.inside(': >/run/stand');
    const controller = startProgram([
      ...['rollback', 'h1', '-i', one.lab.inventoryPath, '--json', '--yes', '--to', first],
    ]);
    await until('the rollback to come to the command', () => exists('/run/stands'));
    controller.child.kill('SIGKILL');
    assert.equal((await controller.ended).signal, 'SIGKILL');
    await one.inside('rm /run/stands');
    let last: Undone | undefined;
    await until('the lock', async () => {
      const result = await rollBack(one.lab, 'h1').catch((error: unknown) => error);
      if (result instanceof RtprovError && result.code === 'HOST_LOCKED') return false;
      assert.ok(!(result instanceof Error), String(result));
      last = result as Undone | undefined;
      return true;
    });
    assert.ok(last?.result.complete ?? true, JSON.stringify(last?.events));
    assert.deepEqual(await openRuns(one.lab, 'h1'), []);
    assert.equal(differences(initial, await one.host.fingerprint()), '');
  });

  it('disables a unit again whose start had failed', async () => {
    const link = '/etc/systemd/system/multi-user.target.wants/half.service';
    await one.inside(`printf '${failing}' >/etc/systemd/system/half.service; systemctl daemon-reload`);
    const initial = await one.host.fingerprint();
    const result = await converge(one.lab, [
      one.play([
        { copy: { dest: '/srv/first', content: 'first\n' } },
        { command: 'mkdir /srv/made', undo },
        { systemd_service: { name: 'half.service', enabled: true, state: 'started' } },
      ]),
    ]);
    assert.equal(result.exitCode, 4);
    assert.match(troubles(result), /half\.service could not be started/);
    assert.ok(await exists(link), 'it was enabled before its start failed');
    const planned = await rollBack(one.lab, 'h1', { check: true });
    assert.deepEqual(amounts(planned), { would_undo: { resources: 2, actions: 1 } });
    await killed(`[ ! -e ${link} ]`);
    await killed();
    assert.deepEqual(amounts(await ends(initial)), {
      same: { resources: 1, actions: 0 },
      undone: { resources: 1, actions: 1 },
    });
    assert.ok(!(await exists(link)));
  });
});
