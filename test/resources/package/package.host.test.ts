import { strict as assert } from 'node:assert';
import { packageKind } from '../../../src/resources/package/kind.js';
import { Lab } from '../../lab/lab.js';
import { killedInHost, shells } from '../kind-shell.js';
import { PackageHost } from './package-host.js';
import { oneOf, someOf } from '../../support/slow.js';

describe('packages of a host', () => {
  let lab: Lab;
  const on = (run: string, shell: (typeof shells)[number] = 'dash'): PackageHost => {
    const [host] = lab.hosts;
    assert.ok(host !== undefined);
    return new PackageHost(host, run, shell);
  };

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    // Tests do not wait for disks.
    await on('x').root('echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab-fast; apt-get -q update');
  });
  after(async () => lab.down());

  it('are read by two processes, however many', async () => {
    const { packages } = on('read');
    const states = await packages.read(
      'dpkg',
      'libc6',
      'dpkg:amd64',
      'mail-transport-agent',
      'no-such-package',
      'libc6:i386',
    );
    assert.match(states.get('dpkg')?.version ?? '', /^1\./);
    assert.deepEqual(states.get('dpkg:amd64'), states.get('dpkg'));
    for (const name of ['mail-transport-agent', 'no-such-package', 'libc6:i386']) {
      assert.deepEqual(states.get(name), { configFiles: false, auto: false, held: false }, name);
    }
    const many = Array.from(
      { length: 300 },
      (_, index) => ({ kind: 'package', name: `none-${index}` }) as const,
    );
    assert.equal(
      packageKind.parse(many, await packages.must(packageKind.read(many)), packages.store).size,
      300,
    );
  });

  for (const shell of oneOf(shells)) {
    it(`come and go without a trace in ${shell}`, async () => {
      const target = on(`new-${shell.slice(0, 4)}`, shell);
      const before = await target.host.fingerprint();
      const changes = await target.plan({ install: ['rtprov-demo-b', 'rtprov-demo-svc', 'chrony'] });
      assert.ok(changes.some(({ id, to }) => id.name === 'rtprov-demo-a' && to.auto));
      await target.packages.holdsLaws(...changes);
      await target.same(before);
    });
  }

  it('with users, alternatives and fifty dependencies go without a trace', async () => {
    const target = on('tuned');
    const before = await target.host.fingerprint();
    await target.packages.holdsLaws(...(await target.plan({ install: ['tuned'] })));
    await target.same(before);
  });

  it('are upgraded and come back with the old version, though no source has it any more', async () => {
    const target = on('upgrade');
    await on('upgrade-0').install('rtprov-demo-a=1.0');
    await target.root("echo 'level=mine' >>/etc/rtprov-demo-a.conf");
    const list = '/etc/apt/sources.list /etc/apt/sources.list.d';
    const before = await target.host.fingerprint();
    const changes = await target.plan({ install: ['rtprov-demo-a'], latest: true });
    assert.deepEqual(
      changes.map(({ from, to }) => [from.version, to.version]),
      [['1.0', '2.0']],
    );
    // Only the undo has no source: the archive of 1.0 has to be on the host by then.
    await target.packages.save(...changes);
    await target.packages.write(...changes);
    await target.packages.expect('to', ...changes);
    await target.root(`mkdir /tmp/kept && cp -a ${list} /tmp/kept && rm -rf ${list} && apt-get -q update`);
    await target.packages.undo(...changes);
    await target.packages.expect('from', ...changes);
    await target.root('cp -a /tmp/kept/* /etc/apt/ && rm -rf /tmp/kept && apt-get -q update');
    await target.same(before);
    assert.match(await target.root('cat /etc/rtprov-demo-a.conf'), /level=mine/);
  });

  it('are packed again from their files when the archive is nowhere', async () => {
    const target = on('repack');
    const state = await target.packages.readOne('rtprov-demo-a');
    await target.root(
      'rm -rf /var/lib/rtprov/debs; mkdir /tmp/kept; cp -a /etc/apt/sources.list* /tmp/kept; rm -rf /etc/apt/sources.list*; apt-get -q update',
    );
    try {
      const before = await target.host.fingerprint();
      await target.packages.holdsLaws(
        target.packages.change('rtprov-demo-a', state, { configFiles: false, auto: false, held: false }),
      );
      await target.same(before);
    } finally {
      await target.root('cp -a /tmp/kept/* /etc/apt/ && rm -rf /tmp/kept && apt-get -q update');
    }
  });

  it('that are removed or purged come back with changed files, links and services', async () => {
    await on('remove-0').install('rtprov-demo-svc', 'chrony');
    const target = on('remove');
    await target.root(
      'echo more >>/etc/rtprov-demo-svc.conf; chmod 600 /etc/rtprov-demo-svc.conf; systemctl disable rtprov-demo-svc; echo "# mine" >>/etc/chrony/chrony.conf',
    );
    const before = await target.host.fingerprint();
    await target.packages.holdsLaws(...(await target.plan({ remove: ['rtprov-demo-svc', 'chrony'] })));
    await target.same(before);
    const again = on('purge');
    await again.packages.holdsLaws(
      ...(await again.plan({ remove: ['rtprov-demo-svc', 'chrony'], purge: true })),
    );
    await again.same(before);
  });

  it('that are installed over left configuration leave the old version in the memory of dpkg', async () => {
    await on('left-0').install('rtprov-demo-a=1.0');
    await on('left-0').root(
      'echo mine >>/etc/rtprov-demo-a.conf; apt-get -q -y remove rtprov-demo-a; printf "#!/bin/sh\\n" >/var/lib/dpkg/info/rtprov-demo-a.postrm',
    );
    const target = on('left');
    const before = await target.host.fingerprint();
    const changes = await target.plan({ install: ['rtprov-demo-a=2.0'] });
    assert.equal(changes.find(({ id }) => id.name === 'rtprov-demo-a')?.from.configFiles, true);
    await target.packages.holdsLaws(...changes);
    await target.same(before);
    assert.match(await target.root('dpkg -s rtprov-demo-a'), /^Version: 1\.0$/m);
    await target.root('rm /var/lib/dpkg/info/rtprov-demo-a.postrm; apt-get -q -y purge rtprov-demo-a');
  });

  it('are held and marked', async () => {
    const target = on('marks');
    const before = await target.host.fingerprint();
    const state = await target.packages.readOne('rtprov-demo-svc');
    await target.packages.holdsLaws(
      target.packages.change('rtprov-demo-svc', state, { ...state, auto: true, held: true }),
    );
    await target.same(before);
  });

  it('are not kept for undo when they are no longer as they were read', async () => {
    const target = on('changed');
    const from = await target.packages.readOne('rtprov-demo-svc');
    const change = target.packages.change('rtprov-demo-svc', from, { ...from, auto: true });
    await target.root('apt-mark hold rtprov-demo-svc');
    const done = await target.packages.exec(packageKind.save([change]));
    assert.deepEqual([done.status, done.stderr], [1, 'drift: package:rtprov-demo-svc\n']);
    await target.root('apt-mark unhold rtprov-demo-svc');
    await target.packages.save(change);
  });

  it('leave alone what someone else has changed since', async () => {
    const target = on('drift');
    await target.root('apt-get -q -y purge rtprov-demo-svc && useradd -u 4500 early');
    const changes = await target.plan({ install: ['rtprov-demo-svc'] });
    await target.packages.save(...changes);
    await target.packages.write(...changes);
    await target.root('useradd -u 4501 later; echo x >/etc/later; echo mine >>/etc/hosts');
    await target.packages.undo(...changes);
    await target.packages.expect('from', ...changes);
    assert.equal(await target.root('id -u later; cat /etc/later; tail -n 1 /etc/hosts'), '4501\nx\nmine\n');
    await target.root('userdel later; userdel early; rm /etc/later');
  });

  it('are not touched when apt would do more than was planned', async () => {
    const target = on('more');
    const changes = (await target.plan({ install: ['irqbalance'] })).filter(
      ({ id }) => id.name === 'irqbalance',
    );
    const from = changes[0]?.from;
    assert.ok(from !== undefined && changes.length === 1);
    // rtprov-demo-b needs rtprov-demo-a, which the plan leaves out.
    await target.root('apt-get -q -y purge rtprov-demo-a');
    const planned = target.packages.change('rtprov-demo-b', from, {
      version: '1.0',
      configFiles: false,
      auto: false,
      held: false,
    });
    const done = await target.packages.exec(packageKind.write([planned]));
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, /apt would do more than was planned, so nothing was done: rtprov-demo-a/);
    await target.packages.expect('from', planned);
  });

  it('that cannot be configured fail clearly and go without a trace', async () => {
    const target = on('broken');
    const before = await target.host.fingerprint();
    const changes = await target.plan({ install: ['rtprov-demo-broken'] });
    await target.packages.save(...changes);
    const done = await target.packages.exec(packageKind.write(changes));
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, /rtprov-demo-broken/);
    await target.packages.undo(...changes);
    await target.packages.expect('from', ...changes);
    await target.same(before);
  });

  it('clear away what apt, dpkg and scripts were writing when they were killed, and nothing else', async () => {
    const target = on('orphans');
    const orphans = [
      '/var/lib/apt/extended_states.F2wTfE',
      '/var/cache/apt/pkgcache.bin.a1B2c3',
      ...['status-new', 'diversions-new', 'info/rtprov-demo-a.list-new', 'info/rtprov-demo-a.md5sums-new'],
      ...['triggers/Unincorp.new', 'triggers/rtprov-demo-new', 'alternatives/rtprov-demo.dpkg-tmp'],
      ...['tmp.ci/control', 'tmp.ci/sub/postinst'],
      '/etc/alternatives/rtprov-demo.dpkg-tmp',
      ...['/var/cache/debconf/config.dat-new', '/var/cache/debconf/tmp.ci/rtprov-demo.config.x1'],
      '/tmp/dpkg-deb.dLlOjH/control',
      ...['/var/lib/ucf/hashfile.tmp', '/var/lib/systemd/deb-systemd-helper-enabled/.stateaB_1c'],
    ].map((path) => (path.startsWith('/') ? path : `/var/lib/dpkg/${path}`));
    // A name that is only like one of theirs, one whose trigger a package has, one of a time before the transaction, one that is another user's.
    const older = ['/var/lib/apt/extended_states.G3xUgF', '/var/lib/dpkg/available-new'];
    const others = ['/var/lib/apt/extended_states.mine', '/var/lib/dpkg/triggers/rtprov-own-new'];
    const foreign = '/var/lib/apt/extended_states.user01';
    const made = (paths: readonly string[]): string =>
      paths.map((path) => `mkdir -p ${path.replace(/[^/]*$/, '')} && echo unfinished >${path}`).join('\n');
    await target.root(
      `mkdir -p /var/cache/debconf/tmp.ci\n${made(older)}\necho interest-noawait rtprov-own-new >/var/lib/dpkg/info/x.triggers`,
    );
    const before = await target.host.fingerprint();
    const changes = await target.plan({ install: ['rtprov-demo-a=1.0'] });
    await target.packages.save(...changes);
    await target.packages.write(...changes);
    // As after a kill: the transaction is not noted as done.
    await target.root(
      `set -e; for d in /var/lib/rtprov/runs/orphans/keep/*; do : >$d/began; done\n${made([...orphans, ...others, foreign])}\nchown nobody ${foreign}`,
    );
    // Whoever has the locks of dpkg may still be writing: nothing goes until they are free.
    await target.root(
      `perl -MFcntl -e 'open(L, "+<", "/var/lib/dpkg/lock"); $l = pack("s x62", F_WRLCK); fcntl(L, F_SETLK, $l) or die; open(H, ">", "/tmp/held");
        sleep 1; rename("/tmp/held", -e "${orphans[0]}" ? "/tmp/waited" : "/tmp/early")' >/dev/null 2>&1 &
      until [ -e /tmp/held ]; do sleep 0.02; done`,
    );
    await target.packages.write(...changes);
    await target.packages.expect('to', ...changes);
    await target.root('rm /tmp/waited');
    const left = async (...paths: readonly string[]): Promise<string> =>
      target.root(`ls -d ${paths.join(' ')} 2>/dev/null || :`);
    assert.equal(await left(...orphans, '/var/lib/dpkg/tmp.ci'), '', 'after the repeated write');
    assert.equal((await left(...older, ...others, foreign)).split('\n').length - 1, 5);
    // An earlier run was cut off, and nobody has repeated what it did.
    await target.root(
      `set -e; cd /var/lib/rtprov/runs; mkdir -p earlier/keep/x; cp -p orphans/keep/*/before earlier/keep/x/; : >earlier/keep/x/began\n${made(orphans)}`,
    );
    await target.packages.undo(...changes);
    assert.equal(await left(...orphans), '', 'after the undo');
    assert.equal((await left(...older, ...others, foreign)).split('\n').length - 1, 5);
    await target.root(`rm ${[...others, foreign].join(' ')}`);
    // And where dpkg was killed when all was done, with nothing of ours noted as cut off.
    await target.root('echo unfinished >/var/lib/dpkg/updates/tmp.i');
    await target.packages.undo(...changes);
    await target.same(before);
    await target.root(`rm ${older.join(' ')} /var/lib/dpkg/info/x.triggers`);
  });

  it('survive a kill at any moment, of the change and of its undo', async () => {
    const before = await on('x').host.fingerprint();
    for (const [index, after] of someOf([200, 500, 900, 1400, 2000, 2800], (ms) => ms === 900).entries()) {
      const target = on(`kill-${index}`);
      const leader = target.host.leader();
      assert.ok(leader !== undefined);
      const changes = await target.plan({
        install: ['rtprov-demo-b', 'rtprov-demo-svc', 'irqbalance', 'ethtool'],
      });
      const back = changes.map(({ id, from, to }) => ({ id, from: to, to: from }));
      await target.packages.save(...changes);
      await killedInHost(leader, target.packages.text(packageKind.write(changes)), after);
      if (index % 2 === 0) {
        await target.packages.write(...changes);
        await target.packages.expect('to', ...changes);
      }
      await killedInHost(leader, target.packages.text(packageKind.write(back)), after);
      await target.packages.write(...back);
      await target.packages.expect('from', ...changes);
      await target.same(before);
    }
  });
});
