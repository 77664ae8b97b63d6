/** A rollback over real packages is killed twice and repeated: it ends as one that was not killed. */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { converge, differences, Project, rollBack, troubles } from './harness.js';

/** The undo kills the rollback, all of it, for as long as there are files that tell it so. */
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
  let lab: Lab;
  let host: LabHost;
  const project = new Project();

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    host = lab.host('h1');
  });

  after(async () => {
    project.remove();
    await lab.down();
  });

  async function inside(command: string): Promise<void> {
    const done = await host.inside(['sh', '-c', command]);
    assert.equal(done.code, 0, `${command}: ${done.stderr}`);
  }

  async function ran(): Promise<Fingerprint> {
    await host.reset();
    await inside('apt-get -q update');
    const initial = await host.fingerprint();
    const play = JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]);
    const told = await converge(lab, [project.write('play.yaml', play)]);
    assert.equal(told.exitCode, 0, troubles(told));
    return initial;
  }

  /** A rollback that ends early: its whole session is killed as soon as the condition holds, or by the command's undo. */
  async function killed(condition?: string): Promise<void> {
    if (condition === undefined) await inside(': >/run/kill.undo');
    const watch = `( until ${condition ?? 'false'}; do :; done; kill -9 0 ) >/dev/null 2>&1 &\n`;
    const told = await rollBack(lab, 'h1', {
      rewrite: (text) =>
        condition !== undefined && text.includes('/undo.sh" ')
          ? text.replace('rtp_busy ', `${watch}rtp_busy `)
          : text,
    }).catch((error: unknown) => error);
    assert.ok(told instanceof Error, `it was not killed: ${JSON.stringify(told)}`);
  }

  async function ends(initial: Fingerprint): Promise<void> {
    const planned = await rollBack(lab, 'h1', { check: true });
    const undone = await rollBack(lab, 'h1');
    const events = JSON.stringify(undone?.events);
    assert.equal(undone?.result.complete, true, events);
    assert.doesNotMatch(events, /"verdict":"(conflict|failed)"/);
    assert.doesNotMatch(JSON.stringify(planned?.events), /"verdict":"(conflict|failed)"/);
    assert.equal(differences(initial, await host.fingerprint()), '', events);
    assert.equal(await rollBack(lab, 'h1'), undefined);
  }

  it('brings no configuration file back whose package is gone by then', async () => {
    const initial = await ran();
    await killed('[ -e /etc/rtprov-demo-a.conf ]');
    await killed();
    await ends(initial);
  });

  it('takes a unit that was in conflict for undone once its package is gone', async () => {
    const initial = await ran();
    await inside('systemctl enable rtprov-demo-svc.service');
    await killed('[ ! -e /lib/systemd/system/rtprov-demo-svc.service ]');
    await killed();
    await ends(initial);
  });
});
