import { strict as assert } from 'node:assert';
import { transactionKind } from '../../../src/resources/transaction/kind.js';
import { transactionName } from '../../../src/resources/transaction/request.js';
import { Lab } from '../../lab/lab.js';
import { PackageHost } from '../package/package-host.js';
import { shells } from '../kind-shell.js';
import { request } from './requests.js';

describe('package transactions of a host', () => {
  let lab: Lab;
  const on = (shell: (typeof shells)[number] = 'dash'): PackageHost => {
    const [host] = lab.hosts;
    assert.ok(host !== undefined);
    return new PackageHost(host, 'tx', shell);
  };
  /** apt's and dpkg's folders and the temporary ones: names, bytes, modes and times. */
  const aptFiles = (): Promise<string> =>
    on().root(
      "find /var/lib/apt /var/cache/apt /var/lib/dpkg /etc/apt /var/log/apt /tmp /var/tmp ! -path '/tmp/systemd-private*' ! -path '/var/tmp/systemd-private*' -printf '%p %y %m %u %g %s %T@ %C@ %i\\n' | grep -v -e '^/tmp d' | sort; find /var/lib/apt /var/cache/apt -type f -exec sha256sum {} + | sort",
    );

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    await on().root('apt-get -q update && apt-get -q -y install rtprov-demo-a=1.0');
  });
  after(async () => lab.down());

  for (const shell of shells) {
    it(`leave no trace in ${shell}`, async () => {
      const before = await aptFiles();
      const target = on(shell);
      for (const more of [
        { install: ['chrony', 'rtprov-demo-svc'], look: true },
        { install: ['rtprov-demo-a'], latest: true, updateCache: true, look: true },
        { remove: ['rtprov-demo-a'], purge: true },
        { upgrade: 'dist' as const },
        { install: ['no-such-package'] },
      ]) {
        await target.ask(more);
        assert.equal(await aptFiles(), before, JSON.stringify(more));
      }
    });
  }

  it('leave no trace with stale caches either', async () => {
    await on().root('rm -f /var/cache/apt/*.bin');
    const before = await aptFiles();
    assert.equal((await on().ask({ install: ['chrony'] })).error, undefined);
    assert.equal(await aptFiles(), before);
    await on().root('apt-cache gencaches');
  });

  it('report what would change', async () => {
    const target = on();
    const names = async (more: Parameters<PackageHost['ask']>[0]): Promise<string[]> =>
      (await target.ask(more)).changes.map(({ name, from, to, auto }) =>
        `${name} ${from ?? '-'} ${to ?? '-'} ${auto ? 'auto' : ''}`.trim(),
      );
    assert.deepEqual(await names({ install: ['rtprov-demo-a'] }), []);
    assert.deepEqual(await names({ install: ['rtprov-demo-a'], latest: true }), ['rtprov-demo-a 1.0 2.0']);
    assert.deepEqual(await names({ install: ['rtprov-demo-a=2*'] }), ['rtprov-demo-a 1.0 2.0']);
    assert.deepEqual(await names({ install: ['rtprov-demo-[bs]*'] }), [
      'rtprov-demo-b - 1.0',
      'rtprov-demo-broken - 1.0',
      'rtprov-demo-svc - 1.0',
    ]);
    assert.deepEqual(await names({ remove: ['rtprov-demo-*'] }), ['rtprov-demo-a 1.0 -']);
    assert.deepEqual(await names({ remove: ['no-such-package', 'chrony'] }), []);
    assert.deepEqual(await names({ upgrade: 'safe' }), ['rtprov-demo-a 1.0 2.0']);
    assert.match(
      (await target.ask({ install: ['rtprov-demo-b'], remove: ['rtprov-demo-a'] })).error ?? '',
      /depends/i,
    );
  });

  it("give apt's complaint", async () => {
    const target = on();
    assert.match(
      (await target.ask({ install: ['no-such-package'] })).error ?? '',
      /Unable to locate package no-such-package/,
    );
    assert.match((await target.ask({ install: ['no-such-*'] })).error ?? '', /no package matches no-such-\*/);
    assert.match(
      (await target.ask({ install: ['chrony=0.1'] })).error ?? '',
      /Version '0.1' for 'chrony' was not found/,
    );
    await target.root('apt-get -q -y install rtprov-demo-a=2.0');
    assert.match((await target.ask({ install: ['rtprov-demo-a=1.0'] })).error ?? '', /downgrade/i);
    assert.equal(
      (await target.ask({ install: ['rtprov-demo-a=1.0'], allowDowngrade: true })).changes[0]?.to,
      '1.0',
    );
    await target.root('apt-get -q -y --allow-downgrades install rtprov-demo-a=1.0');
  });

  it('refresh the lists only when they are old', async () => {
    const target = on();
    const refreshes = async (cacheValidSeconds: number): Promise<boolean> =>
      (await target.ask({ install: ['chrony'], updateCache: true, cacheValidSeconds })).refreshes;
    await target.root('touch /var/lib/apt/lists; rm -f /var/lib/apt/periodic/update-success-stamp');
    assert.equal(await refreshes(3600), false);
    await target.root("touch -d '2 hours ago' /var/lib/apt/lists");
    assert.equal(await refreshes(3600), true);
    assert.equal(await refreshes(0), true);
  });

  it('show what new packages ship, as they then do', async () => {
    const target = on();
    const { changes, ships, paths, conffiles, units } = await target.ask({
      install: ['chrony', 'rtprov-demo-svc'],
      look: true,
    });
    assert.ok(ships !== undefined && paths !== undefined && units !== undefined);
    assert.ok(conffiles?.includes('/etc/rtprov-demo-svc.conf'));
    const content = ships['/etc/rtprov-demo-svc.conf'];
    assert.ok(content?.type === 'file');
    assert.equal(target.transactions.store.get(content.sha256)?.toString(), 'interval=3600\n');
    await target.root(`apt-get -q -y install ${changes.map(({ name }) => name).join(' ')}`);
    for (const [path, state] of Object.entries(ships)) {
      if (state.type === 'file') {
        const [sha256 = '', mode = '', owner = '', group = ''] = (
          await target.root(`sha256sum <'${path}' | cut -c 1-64; stat -c '%a\n%U\n%G' '${path}'`)
        ).split('\n');
        // A maintainer script may give a file another owner: only the bytes are sure.
        assert.equal(sha256, state.sha256, path);
        if (path.startsWith('/etc/rtprov'))
          assert.deepEqual([mode.padStart(4, '0'), owner, group], [state.mode, state.owner, state.group]);
      }
    }
    for (const path of paths.slice(0, 20)) await target.root(`test -e '${path}'`);
    const seen = new Map<string, { enabled: string; active: boolean }>();
    for (const { name } of units.filter(({ certain }) => certain)) {
      const [enabled = '', active = ''] = (
        await target.root(`systemctl is-enabled ${name} || :; systemctl is-active ${name} || :`)
      ).split('\n');
      seen.set(name, { enabled, active: active === 'active' });
    }
    assert.deepEqual(
      Object.fromEntries(seen),
      Object.fromEntries(
        units
          .filter(({ certain }) => certain)
          .map(({ name, state }) => [name, { enabled: state.enabled, active: state.active }]),
      ),
    );
    assert.ok(seen.has('rtprov-demo-svc.service'));
  });

  it('are read several at once', async () => {
    const target = on();
    const requests = [{ install: ['no-such-package'] }, { install: ['ethtool'], look: true }].map(
      (more) => ({ kind: 'transaction', name: transactionName(request(more)) }) as const,
    );
    const states = transactionKind.parse(
      requests,
      await target.transactions.must(transactionKind.read(requests)),
      target.transactions.store,
    );
    assert.deepEqual(
      [...states.values()].map(({ error, changes }) => [error !== undefined, changes.length]),
      [
        [true, 0],
        [false, 1],
      ],
    );
  });
});
