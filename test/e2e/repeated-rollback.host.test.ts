/** A rollback over real packages is killed twice and repeated: it ends as one that was not killed. */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../lab/fingerprint.js';
import { converge, differences, rollBack, troubles } from './harness.js';
import { killWhen, oneHost } from './one-host.js';

/** The undo kills the rollback, all of it, for as long as there are files that say so. */
const undo =
  'rm -rf /srv/made; for rtp_file in /run/kill.*; do [ ! -e "$rtp_file" ] || { rm "$rtp_file"; kill -9 0; }; done';

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

  async function ran(): Promise<Fingerprint> {
    await one.host.reset();
    await one.inside('apt-get -q update');
    const initial = await one.host.fingerprint();
    const result = await converge(one.lab, [one.play(tasks)]);
    assert.equal(result.exitCode, 0, troubles(result));
    return initial;
  }

  /** A rollback that ends early: its whole session is killed as soon as the condition holds, or by the command's undo. */
  async function killed(condition?: string): Promise<void> {
    if (condition === undefined) await one.inside(': >/run/kill.undo');
    const result = await rollBack(one.lab, 'h1', {
      rewrite: (text) =>
        condition !== undefined && text.includes('/undo.sh" ')
          ? text.replace('rtp_busy ', `${killWhen(condition)}\nrtp_busy `)
          : text,
    }).catch((error: unknown) => error);
    assert.ok(result instanceof Error, `it was not killed: ${JSON.stringify(result)}`);
  }

  async function ends(initial: Fingerprint): Promise<void> {
    const planned = await rollBack(one.lab, 'h1', { check: true });
    const undone = await rollBack(one.lab, 'h1');
    const events = JSON.stringify(undone?.events);
    assert.equal(undone?.result.complete, true, events);
    assert.doesNotMatch(events, /"verdict":"(conflict|failed)"/);
    assert.doesNotMatch(JSON.stringify(planned?.events), /"verdict":"(conflict|failed)"/);
    assert.equal(differences(initial, await one.host.fingerprint()), '', events);
    assert.equal(await rollBack(one.lab, 'h1'), undefined);
  }

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
});
