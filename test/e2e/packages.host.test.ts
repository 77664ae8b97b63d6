/**
 * What is predicted of packages against what dpkg makes of them: more than a hundred packages of different build go through each
 * change that a task may ask for, many in one transaction, and each change is taken back.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TransactionRequest } from '../../src/resources/transaction/state.js';
import type { Change } from '../../src/resources/resource.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { bySpeed, someOf } from '../support/slow.js';
import { PackageHost } from '../resources/package/package-host.js';
import { buildShapes, halves, rivals, shapes } from './package-shapes.js';

describe('predictions of the package kind against dpkg', function () {
  this.timeout(900_000);
  let lab: Lab;
  let host: LabHost;
  let packages: PackageHost;
  let runs = 0;
  const named =
    /^t-(one-bare-all|two-bare-native|none-bare-same|none-postrm-(native|all)|none-others-all|empty|epoch|obsolete-bare-all)$/;
  const names = someOf(
    shapes.map(({ name }) => name),
    (name) => named.test(name),
  );

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    host = lab.host('h1');
    await buildShapes(join(host.rootDir, 'srv/shapes'));
    packages = new PackageHost(host, 'first');
    await packages.root(
      'echo "deb [trusted=yes] file:/srv/shapes ./" >/etc/apt/sources.list.d/shapes.list; echo t-base >/usr/share/t-base-x; cp /usr/share/t-base-x /usr/share/t-base-y; apt-get -q update',
    );
  });

  after(() => lab.down());

  /** All that dpkg says of packages, by their names. */
  async function statuses(): Promise<ReadonlyMap<string, string>> {
    const text = await packages.root(
      "dpkg-query -W -f='${Package} ${Version} ${db:Status-Want} ${db:Status-Status}\\n'; apt-mark showauto | sed 's/^/auto /'",
    );
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '' && !/ not-installed$/.test(line))
        .map((line) => {
          const [name = '', ...rest] = line.split(' ');
          return name === 'auto' ? [`auto ${rest.join(' ')}`, ''] : [name, rest.join(' ')];
        }),
    );
  }

  function changedNames(
    before: ReadonlyMap<string, string>,
    after: ReadonlyMap<string, string>,
  ): readonly string[] {
    const all = new Set([...before.keys(), ...after.keys()]);
    // What waits for triggers is installed.
    const of = (status: string | undefined): string | undefined =>
      status?.replace(/ triggers-(awaited|pending)$/, ' installed');
    const changed = [...all].filter((name) => of(before.get(name)) !== of(after.get(name)));
    return [...new Set(changed.map((name) => name.replace(/^auto /, '')))].sort();
  }

  /** Makes a change and compares it with what was predicted; then takes it back, unless it is to stay. */
  async function holds(
    more: Partial<TransactionRequest>,
    then: 'stays' | 'goes' = 'goes',
  ): Promise<readonly Change<'package'>[]> {
    runs += 1;
    packages = new PackageHost(host, `run-${runs}`);
    const initial = await host.fingerprint();
    const before = await statuses();
    const changes = await packages.plan(more);
    assert.ok(changes.length > 0, JSON.stringify(more));
    await packages.packages.save(...changes);
    await packages.packages.write(...changes);
    await packages.packages.expect('to', ...changes);
    const others = changedNames(before, await statuses()).filter(
      (name) => !changes.some(({ id }) => id.name.replace(/:.*/, '') === name),
    );
    assert.deepEqual(others, [], 'dpkg changed what was not predicted');
    if (then === 'stays') return changes;
    await packages.packages.undo(...changes);
    await packages.packages.expect('from', ...changes);
    assert.deepEqual(changedNames(before, await statuses()), [], 'the undo left something');
    await packages.same(initial);
    return changes;
  }

  it(`are right for ${names.length} packages that are installed, upgraded, removed and purged`, async () => {
    assert.ok(names.length >= bySpeed(100, 20), `${names.length}`);
    await holds({ install: names.map((name) => (name === 't-epoch' ? name : `${name}=1.0`)) }, 'stays');
    await packages.root(
      'for f in /etc/t-one-*/a /etc/t-obsolete-*/a; do case $f in *bare*|*others*) echo edited >"$f" ;; esac; done; rm -f /etc/t-two-bare-*/b; apt-mark hold t-two-bare-native t-none-bare-same t-none-postrm-native >/dev/null',
    );
    const held = /^t-(two-bare-native|none-bare-same|none-postrm-native)$/;
    const upgraded = await holds({ install: names.filter((name) => !held.test(name)), latest: true });
    assert.ok(upgraded.length > 0.8 * names.length, `${upgraded.length} of ${names.length}`);
    await packages.root('apt-mark unhold t-two-bare-native t-none-bare-same t-none-postrm-native >/dev/null');
    await holds({ remove: names, purge: true });
    const removed = await holds({ remove: names });
    const left = removed.filter(({ to }) => to.configFiles).map(({ id }) => id.name);
    assert.ok(left.includes('t-one-bare-all') && left.includes('t-none-postrm-all'));
    assert.ok(!left.includes('t-none-others-all') && !left.includes('t-empty'));
  });

  it('are right for downgrades, and for what goes because nothing needs it any more', async () => {
    await packages.root('dpkg --purge $(dpkg-query -W -f="\\${Package}\\n" "t-*") >/dev/null 2>&1; :');
    await packages.install(
      ...['t-one-bare-all=2.0', 't-none-bare-all=2.0', 't-obsolete-bare-all=2.0'],
      ...['t-chain-d', 't-needs-two=1.0'],
    );
    await holds(
      {
        install: ['t-one-bare-all=1.0', 't-none-bare-all=1.0', 't-obsolete-bare-all=1.0'],
        allowDowngrade: true,
      },
      'stays',
    );

    const gone = await holds({ remove: ['t-chain-d', 't-needs-two'], autoremove: true });
    assert.deepEqual(gone.map(({ id, to }) => `${id.name} ${to.configFiles}`).sort(), [
      't-chain-a false',
      't-chain-b true',
      't-chain-c false',
      't-chain-d true',
      't-needs-one true',
      't-needs-two false',
    ]);
  });

  it('are right for what others drive out', async () => {
    await packages.root('dpkg --purge $(dpkg-query -W -f="\\${Package}\\n" "t-*") >/dev/null 2>&1; :');
    await packages.install(
      ...['t-one-bare-all=1.0', 't-none-bare-all=1.0', 't-none-postrm-all=1.0', 't-two-bare-all=1.0'],
    );
    for (const { name } of rivals) await holds({ install: [name] });
  });

  it('are right for files that a new package takes over, some of them and all', async () => {
    await packages.root('rm -rf /etc/t-* /usr/share/t-took-*');
    await packages.install('t-took-part', 't-took-all');
    const some = await holds({ install: ['t-takes-part'] });
    assert.deepEqual(
      some.map(({ id }) => id.name),
      ['t-takes-part'],
    );
    const all = await holds({ install: ['t-takes-all'] });
    assert.deepEqual(all.map(({ id, to }) => `${id.name} ${to.version ?? '-'}`).sort(), [
      't-takes-all 1.0',
      't-took-all -',
    ]);
    await packages.install('t-needs-took');
    const needed = await packages.ask({ install: ['t-takes-all'] });
    assert.deepEqual(
      needed.changes.map(({ name }) => name),
      ['t-takes-all'],
      'what something needs does not disappear',
    );
  });

  /** Has dpkg leave these packages half done, as their names say, and mends what made their scripts fail. */
  const leaveHalf = (...some: readonly string[]): Promise<string> => {
    const of = (half: string): readonly string[] => some.filter((name) => name.includes(half));
    const debs = (names: readonly string[]): string =>
      names.map((name) => `/srv/shapes/${name}_1.deb`).join(' ');
    const fail = (names: readonly string[], ...scripts: readonly string[]): string =>
      `touch ${names.flatMap((name) => scripts.map((script) => `/run/fails/${name}.${script}`)).join(' ')}`;
    return packages.root(
      [
        `rm -rf /run/fails; mkdir /run/fails; dpkg --install ${debs(of('removing'))} && dpkg --unpack ${debs(of('unpacked'))} || exit 1`,
        `${fail(of('configuring'), 'postinst')}; dpkg --install ${debs(of('configuring'))}`,
        `${fail(of('installing'), 'preinst', 'postrm')}; dpkg --install ${debs(of('installing'))}`,
        `${fail(of('removing'), 'postrm')}; dpkg --remove ${of('removing').join(' ')}`,
        'rm -rf /run/fails',
      ].join('\n'),
    );
  };

  it('are right for packages that dpkg left half done, and for those that wait for triggers', async () => {
    await packages.root('dpkg --purge $(dpkg-query -W -f="\\${Package}\\n" "t-*") >/dev/null 2>&1; :');
    const of = (task: string): readonly string[] =>
      halves.map(({ name }) => name).filter((name) => name.endsWith(task));
    await leaveHalf(...of('present'), ...of('absent'), ...of('beside'));
    await packages.root(
      'cd /srv/shapes; dpkg --install t-pending_1.deb && dpkg --no-triggers --install t-awaiting_1.deb',
    );
    const before = await statuses();
    for (const [name, status] of Object.entries({
      't-unpacked-absent': '1.0 install unpacked',
      't-configuring-absent': '1.0 install half-configured',
      't-installing-absent': '1.0 install half-installed',
      't-removing-absent': '1.0 deinstall half-installed',
      't-pending': '1.0 install triggers-pending',
      't-awaiting': '1.0 install triggers-awaited',
    }))
      assert.equal(before.get(name), status, name);
    await holds({ install: of('present'), remove: [...of('absent'), 't-pending'] }, 'stays');
    await leaveHalf(...of('purged'));
    await holds({ remove: of('purged'), purge: true }, 'stays');
    assert.deepEqual(
      [...(await statuses()).keys()].filter((name) => name.endsWith('purged')),
      [],
    );
  });

  it('say so when apt refuses', async () => {
    const refused = await packages.ask({ remove: ['dpkg'] });
    assert.match(refused.error ?? '', /dpkg/);
    assert.deepEqual(refused.changes, []);
  });
});
