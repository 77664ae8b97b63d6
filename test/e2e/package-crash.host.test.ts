/** Crashes within package changes: dpkg is killed while it unpacks, configures and removes, and a power cut comes on top. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fingerprint } from '../lab/fingerprint.js';
import { changedTasks, converge, differences, rollBack, troubles } from './harness.js';
import { killWhen, oneHost } from './one-host.js';
import { randomNumbers } from '../support/seed.js';
import { bySpeed, oneOf } from '../support/slow.js';
import { thorough } from '../support/thorough.js';

const installs = [
  { name: 'first', copy: { dest: '/srv/first', content: 'first\n' } },
  { name: 'packages', apt: { name: ['rtprov-demo-b', 'rtprov-demo-svc'], state: 'present' } },
  { name: 'configuration', lineinfile: { path: '/etc/rtprov-demo-a.conf', line: 'edited=1' } },
];
const removes = [{ name: 'packages', apt: { name: 'rtprov-demo-svc', state: 'absent', purge: true } }];
const upgrades = [{ name: 'packages', apt: { name: 'rtprov-demo-a=2.0', state: 'present' } }];

const status = (name: string, state: string): string =>
  `grep -A1 '^Package: ${name}$' /var/lib/dpkg/status | grep -q '${state}'`;

/** What is done, to what, and when the kill comes. */
const cases: readonly (readonly [what: string, before: string, tasks: readonly unknown[], when: string])[] = [
  ['an installation, as apt begins', '', installs, '[ -e /var/lib/dpkg/lock-frontend ] && [ -e /srv/first ]'],
  [
    'an installation, when the first package is unpacked',
    '',
    installs,
    '[ -e /usr/share/rtprov-demo-a/data.txt ]',
  ],
  [
    'an installation, when a package is unpacked and not configured',
    '',
    installs,
    status('rtprov-demo-b', 'unpacked'),
  ],
  ['an installation, when the service starts', '', installs, 'systemctl -q is-active rtprov-demo-svc'],
  [
    'an installation, when all is configured',
    '',
    installs,
    status('rtprov-demo-svc', 'install ok installed'),
  ],
  [
    'a removal, when the service is stopped',
    'rtprov-demo-svc',
    removes,
    '! systemctl -q is-active rtprov-demo-svc',
  ],
  [
    'a removal, when the files are gone',
    'rtprov-demo-svc',
    removes,
    '[ ! -e /lib/systemd/system/rtprov-demo-svc.service ]',
  ],
  [
    'an upgrade, when the new files are there',
    'rtprov-demo-a=1.0',
    upgrades,
    "grep -q 'version 2.0' /usr/share/rtprov-demo-a/data.txt",
  ],
];

describe('laws: a crash within a package change', function () {
  this.timeout(300_000);
  const one = oneHost();

  async function fresh(before: string): Promise<Fingerprint> {
    await one.host.reset();
    await one.inside(`apt-get -q update${before === '' ? '' : `; apt-get -q -y install ${before}`}`);
    return one.host.fingerprint();
  }

  /** Runs it with the kill; gives the run's name. */
  async function crash(tasks: readonly unknown[], when: string): Promise<string> {
    const result = await converge(one.lab, [one.play(tasks)], {
      rewrite: (text) =>
        /^rtp_seq=/m.test(text) && text.includes('rtp_package_') ? `${killWhen(when)}\n${text}` : text,
    });
    return `${result.run} ended with ${result.exitCode}: ${troubles(result)}`;
  }

  const random = randomNumbers();
  const every = thorough('a further run after each crash within a package change') ? 1 : bySpeed(2, 8);
  const from = Math.floor(random() * every);

  const tried = oneOf([0, 1]);
  for (const [index, [what, before, tasks, when]] of cases.entries()) {
    if (tried.includes(index % 2))
      it(`${what}: the rollback restores`, async () => {
        const initial = await fresh(before);
        const result = await crash(tasks, when);
        const undone = await rollBack(one.lab, 'h1');
        assert.ok(undone?.result.complete ?? true, `${result}\n${JSON.stringify(undone?.events)}`);
        assert.equal(differences(initial, await one.host.fingerprint()), '', result);
      });

    if (index % every !== from) continue;
    it(`${what}: a further run converges, and both are undone`, async () => {
      const initial = await fresh(before);
      await crash(tasks, when);
      const again = await converge(one.lab, [one.project.path('play.yaml')]);
      assert.equal(again.exitCode, 0, troubles(again));
      const second = await converge(one.lab, [one.project.path('play.yaml')]);
      assert.equal(changedTasks(second.results).join('\n'), '');
      const both = await rollBack(one.lab, 'h1');
      assert.equal(both?.result.complete, true, JSON.stringify(both?.events));
      assert.equal(differences(initial, await one.host.fingerprint()), '');
    });
  }

  it('a power cut in the middle of an installation', async () => {
    const initial = await fresh('');
    const running = converge(one.lab, [one.play(installs)]);
    for (
      let tries = 0;
      tries < 3000 && (await one.host.inside(['test', '-e', '/usr/share/rtprov-demo-a/data.txt'])).code !== 0;
      tries += 1
    )
      await sleep(5);
    await one.host.powerCut();
    await running;
    await one.host.start();
    const undone = await rollBack(one.lab, 'h1');
    assert.ok(undone?.result.complete ?? true, JSON.stringify(undone?.events));
    assert.equal(differences(initial, await one.host.fingerprint()), '');
  });

  it('a package that cannot be configured fails the task, and the rollback removes it', async () => {
    const initial = await fresh('');
    const result = await converge(one.lab, [
      one.play([{ name: 'broken', apt: { name: 'rtprov-demo-broken' } }]),
    ]);
    assert.equal(result.exitCode, 4);
    assert.match(troubles(result), /rtprov-demo-broken \(--configure\)/);
    const undone = await rollBack(one.lab, 'h1');
    assert.equal(undone?.result.complete, true, JSON.stringify(undone?.events));
    assert.equal(differences(initial, await one.host.fingerprint()), '');
  });
});
