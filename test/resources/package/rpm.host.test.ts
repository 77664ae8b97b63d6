/** Packages of RPM distributions: real dnf and zypper, on Debian hosts that look like RHEL and SLES (test/lab/rpm-packages.ts). */
import { strict as assert } from 'node:assert';
import { Lab } from '../../lab/lab.js';
import type { shells } from '../kind-shell.js';
import { killedInHost } from '../kind-shell.js';
import { packageKind } from '../../../src/resources/package/kind.js';
import { PackageHost } from './package-host.js';
import { oneOf } from '../../support/slow.js';

const kernels = {
  rhel: ['5.14.0-427.el9_4', '5.14.0-503.el9_5'],
  sles: ['5.14.21-150500.13.5.1', '5.14.21-150500.13.8.1'],
} as const;

for (const [index, family] of oneOf(['rhel', 'sles'] as const).entries()) {
  describe(`packages of a host like ${family}`, () => {
    let lab: Lab;
    const on = (run: string, shell: (typeof shells)[number] = 'dash'): PackageHost => {
      const [host] = lab.hosts;
      assert.ok(host !== undefined);
      return new PackageHost(host, `${run}-${index}`, shell);
    };
    const installed = async (): Promise<string> => on('x').root('rpm -qa | sort');

    before(async () => {
      lab = await Lab.up({ hosts: 1, layer: 'rpm' });
      await on('x').root(`/usr/local/sbin/lab-become ${family}`);
    });
    after(async () => lab.down());

    it('are read by name, with their epoch and architecture', async () => {
      await on('read-0').install('rtprov-demo-b');
      const { packages } = on('read');
      const states = await packages.read(
        'rtprov-demo-a',
        'rtprov-demo-b',
        'rtprov-demo-b:i686',
        'no-such-package',
        'lab-release',
      );
      assert.deepEqual(
        [...states].map(([name, { version }]) => [name, version]),
        [
          ['rtprov-demo-a', '2.0-1'],
          ['rtprov-demo-b', '1:1.0-1'],
          ['rtprov-demo-b:i686', undefined],
          ['no-such-package', undefined],
          ['lab-release', '9.4-1'],
        ],
      );
      const changes = await on('read-0').plan({ remove: ['rtprov-demo-b', 'rtprov-demo-a'], purge: true });
      await on('read-0').packages.write(...changes);
    });

    for (const shell of family === 'rhel' ? (['dash', 'bash'] as const) : (['busybox sh'] as const)) {
      it(`come and go without a trace in ${shell}`, async () => {
        const target = on(`new-${shell.slice(0, 4)}`, shell);
        const [before, packages] = [await target.host.fingerprint(), await installed()];
        const changes = await target.plan({ install: ['rtprov-demo-b'] });
        assert.deepEqual(
          changes.map(({ id, to }) => [id.name, to.version]),
          [
            ['rtprov-demo-a', '2.0-1'],
            ['rtprov-demo-b', '1:1.0-1'],
          ],
        );
        for (const recommends of [true, false])
          assert.deepEqual(await target.plan({ install: ['rtprov-demo-b'], recommends }), changes);
        await target.packages.holdsLaws(...changes);
        assert.equal(await installed(), packages);
        await target.same(before);
      });
    }

    it('are upgraded, and come back with the old version though no repository is there any more', async () => {
      const target = on('upgrade');
      await target.root(
        'rpm -i --nodeps $(ls /srv/rpms/*/rtprov-demo-a-1.0*.rpm | head -n 1) 2>/dev/null; echo mine >>/etc/rtprov-demo-a.conf',
      );
      const [before, packages] = [await target.host.fingerprint(), await installed()];
      assert.deepEqual(await target.plan({ install: ['rtprov-demo-a'] }), [], 'it is there');
      const changes = await target.plan({ install: ['rtprov-demo-a'], latest: true });
      assert.deepEqual(
        changes.map(({ from, to }) => [from.version, to.version]),
        [['1.0-1', '2.0-1']],
      );
      await target.packages.save(...changes);
      await target.packages.write(...changes);
      await target.packages.expect('to', ...changes);
      await target.root('mv /srv/rpms /srv/rpms.gone');
      await target.packages.undo(...changes);
      await target.packages.expect('from', ...changes);
      await target.root('mv /srv/rpms.gone /srv/rpms');
      assert.equal(await installed(), packages);
      await target.same(before);
    });

    it('whose version no repository has any more are reported as not to be brought back', async () => {
      const target = on('lost');
      await target.root(
        'rm /srv/rpms/*/rtprov-demo-a-1.0*.rpm; for d in /srv/rpms/*; do rm -rf "$d/repodata"; createrepo_c -q "$d"; done; sleep 2',
      );
      // What is in the cache knows it for some time yet, and dnf counts its age in seconds.
      const latest = await target.ask({ install: ['rtprov-demo-a'], latest: true, updateCache: true });
      assert.deepEqual(latest.unavailable, ['rtprov-demo-a']);
      assert.deepEqual(
        latest.changes.map(({ name, from, to }) => [name, from, to]),
        [['rtprov-demo-a', '1.0-1', '2.0-1']],
      );
      const gone = await target.ask({ remove: ['rtprov-demo-a'], updateCache: true });
      assert.deepEqual(gone.unavailable, ['rtprov-demo-a']);
      await target.root('rpm -e rtprov-demo-a 2>/dev/null');
    });

    it('that are removed come back with edited files and scripts’ work', async () => {
      await on('remove-0').install('rtprov-demo-b');
      const target = on('remove');
      await target.root('echo more >>/etc/rtprov-demo-a.conf; echo mine >/etc/rtprov-demo-b.made');
      const [before, packages] = [await target.host.fingerprint(), await installed()];
      const changes = await target.plan({ remove: ['rtprov-demo-a'], purge: true });
      assert.deepEqual(
        changes.map(({ id }) => id.name),
        ['rtprov-demo-a', 'rtprov-demo-b'],
        'what needs it goes too',
      );
      await target.packages.holdsLaws(...changes);
      assert.equal(await installed(), packages);
      await target.same(before);
    });

    it('of kernels are side by side, and the default stays what it was', async () => {
      const [older, newer] = kernels[family];
      const target = on('kernel');
      await target.root(
        'grub-editenv /boot/grub/grubenv set saved_entry=known; mkdir -p /boot/loader/entries',
      );
      const packages = family === 'rhel' ? ['kernel-rt', 'kernel-rt-core'] : ['kernel-rt'];
      await target.root(
        `rpm -i --nodeps ${packages.map((name) => `/srv/rpms/${family}/${name}-${older}.x86_64.rpm`).join(' ')} 2>/dev/null; grub-editenv /boot/grub/grubenv set saved_entry=known`,
      );
      const [before, had] = [await target.host.fingerprint(), await installed()];
      const changes = await target.plan({ install: ['kernel-rt'], latest: true });
      assert.deepEqual(
        changes.map(({ id, from, to }) => [id.name, from.version, to.version]),
        packages.map((name) => [name, older, `${older},${newer}`]),
      );
      const { kernels: named } = await target.ask({ install: ['kernel-rt'], latest: true });
      assert.deepEqual(named, family === 'rhel' ? [`${newer}.x86_64+rt`] : []);
      await target.packages.save(...changes);
      await target.packages.write(...changes);
      await target.packages.expect('to', ...changes);
      assert.equal(
        await target.root(
          'grub-editenv /boot/grub/grubenv list; test -e /boot/do_purge_kernels || echo none is cleared away; ls /boot | grep -c vmlinuz-5.14',
        ),
        'saved_entry=known\nnone is cleared away\n2\n',
      );
      await target.packages.undo(...changes);
      await target.packages.expect('from', ...changes);
      assert.equal(await installed(), had);
      await target.same(before);
    });

    it('cannot change unless all was planned', async () => {
      const target = on('extra');
      await target.root(
        'rpm -e --nodeps rtprov-demo-b rtprov-demo-a 2>/dev/null; rm -f /var/lib/rtprov/debs/*',
      );
      const changes = await target.plan({ install: ['rtprov-demo-b'] });
      const before = await installed();
      const alone = changes.filter(({ id }) => id.name === 'rtprov-demo-b');
      await target.packages.save(...alone);
      const done = await target.packages.exec(packageKind.write(alone), true);
      assert.notEqual(done.status, 0);
      assert.match(
        done.stderr,
        /would do more than was planned, so nothing was done: \+ rtprov-demo-a 2\.0-1/,
      );
      assert.equal(await installed(), before);
    });

    it('say why they cannot be had or cannot be installed', async () => {
      const target = on('broken');
      const before = await installed();
      assert.match((await target.ask({ install: ['no-such-package'] })).error ?? '', /no-such-package/);
      const changes = await target.plan({ install: ['rtprov-demo-broken'] });
      await target.packages.save(...changes);
      const done = await target.packages.exec(packageKind.write(changes), true);
      assert.notEqual(done.status, 0);
      assert.match(done.stderr, /rtprov-demo-broken/);
      await target.packages.undo(...changes);
      await target.packages.expect('from', ...changes);
      assert.equal(await installed(), before);
    });

    it('whose change was killed at some moment are brought on, and come back', async () => {
      const fresh = on('killed-0');
      await fresh.root(
        'rpm -e --nodeps rtprov-demo-b rtprov-demo-a 2>/dev/null || :; rm -rf /etc/rtprov-demo*',
      );
      const [before, packages] = [await fresh.host.fingerprint(), await installed()];
      const leader = fresh.host.leader();
      assert.ok(leader !== undefined);
      for (const [step, afterMs] of [150, 400, 800].entries()) {
        const target = on(`killed-${step + 1}`);
        const changes = await target.plan({ install: ['rtprov-demo-b'] });
        await target.packages.save(...changes);
        await killedInHost(leader, target.packages.text(packageKind.write(changes)), afterMs);
        if (step % 2 === 0) {
          await target.packages.write(...changes);
          await target.packages.expect('to', ...changes);
        }
        await target.packages.undo(...changes);
        await target.packages.expect('from', ...changes);
        assert.equal(await installed(), packages, `killed after ${afterMs} ms`);
        await target.same(before);
      }
    });
  });
}
