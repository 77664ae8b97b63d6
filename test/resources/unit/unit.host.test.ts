import { strict as assert } from 'node:assert';
import { unitKind } from '../../../src/resources/unit/kind.js';
import type { UnitState } from '../../../src/resources/unit/state.js';
import { raw } from '../../../src/shell/shell.js';
import { Lab, type LabHost } from '../../lab/lab.js';
import { inHost, KindTarget, shells } from '../kind-shell.js';

const service = (install: string): string =>
  `[Service]\nType=exec\nExecStart=/bin/sleep infinity\n${install === '' ? '' : `[Install]\n${install}\n`}`;

describe('units of a host', function () {
  let lab: Lab;
  let host: LabHost;
  let target: KindTarget<'unit'>;

  const root = async (script: string): Promise<string> => {
    const done = await host.inside(['sh', '-c', script]);
    assert.equal(done.code, 0, done.stderr);
    return done.stdout;
  };
  const put = (name: string, text: string): Promise<string> =>
    root(`cat >/etc/systemd/system/${name} <<'END'\n${text}END`);
  /** Every link, and what each unit does: what undo has to bring back. */
  const links = (): Promise<string> =>
    root(
      "find /etc/systemd/system /run/systemd/system -type l -printf '%p %l\\n' -o -type d -printf '%p\\n' | sort",
    );

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    const [first] = lab.hosts;
    assert.ok(first !== undefined);
    host = first;
    target = new KindTarget(unitKind, inHost(host));
    await put('one.service', service('WantedBy=multi-user.target'));
    await put('plain.service', service(''));
    await put(
      'also.service',
      service('WantedBy=multi-user.target\nAlias=other-name.service\nAlso=one.service'),
    );
    await put('inst@.service', service('WantedBy=multi-user.target'));
    await put(
      'broken.service',
      '[Service]\nType=exec\nExecStart=/bin/sh -c "echo it went wrong; exit 3"\nRestart=no\n',
    );
    await put(
      'broken2.service',
      '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo it went wrong; exit 3"\n',
    );
    await root('systemctl daemon-reload');
  });
  after(async () => lab.down());

  it('are read, all in one call', async () => {
    const states = await target.read(
      'ssh.service',
      'nothing.service',
      'one.service',
      'plain.service',
      'inst@7.service',
      'dbus.socket',
    );
    const seen = Object.fromEntries(
      [...states].map(([name, { exists, enabled, active }]) => [name, [exists, enabled, active]]),
    );
    assert.deepEqual(seen, {
      'ssh.service': [true, 'enabled', true],
      'nothing.service': [false, '', false],
      'one.service': [true, 'disabled', false],
      'plain.service': [true, 'static', false],
      'inst@7.service': [true, 'disabled', false],
      'dbus.socket': [true, 'static', true],
    });
    const many = Array.from(
      { length: 300 },
      (_, index) => ({ kind: 'unit', name: `nothing-${index}.service` }) as const,
    );
    assert.equal(unitKind.parse(many, await target.must(unitKind.read(many)), target.store).size, 300);
  });

  for (const shell of shells) {
    it(`hold the laws in ${shell}`, async () => {
      const there = new KindTarget(unitKind, inHost(host), shell, '/var/lib/rtprov', shell.slice(0, 4));
      const before = await links();
      const wanted: Readonly<Record<string, Partial<UnitState>>> = {
        'one.service': { enabled: 'enabled', active: true },
        'plain.service': { active: true },
        'inst@7.service': { enabled: 'enabled', active: true },
        'ssh.service': { enabled: 'disabled' },
        'nothing.service': { enabled: 'masked', masked: true },
        'apt-daily.timer': { enabled: 'masked', masked: true, active: false },
        'dbus.socket': { enabled: 'masked-runtime', masked: true },
      };
      const states = await there.read(...Object.keys(wanted));
      const changes = [...states].map(([name, from]) =>
        there.change(name, from, { ...from, ...wanted[name] }),
      );
      await there.holdsLaws(...changes);
      assert.equal(await links(), before);
    });
  }

  it('give back links that `disable` takes and links that `Also` adds', async () => {
    // Enabling also.service enables one.service, which was enabled before in its own way: undo must not disable it.
    await root('systemctl enable one.service && systemctl add-wants rescue.target plain.service');
    const before = await links();
    const from = await target.readOne('also.service');
    await target.holdsLaws(
      target.change('also.service', from, { ...from, enabled: 'enabled', active: true }),
    );
    assert.equal(await links(), before);
    const one = await target.readOne('one.service');
    await target.holdsLaws(target.change('one.service', one, { ...one, enabled: 'disabled' }));
    assert.equal(await links(), before);
  });

  it('come back where links to them were there before their file', async () => {
    const link = '/etc/systemd/system/multi-user.target.wants/late.service';
    await root(`ln -s ../late.service ${link}`);
    const before = await links();
    const change = target.change(
      'late.service',
      { exists: true, enabled: 'disabled', masked: false, active: false },
      { exists: true, enabled: 'enabled', masked: false, active: true },
    );
    await target.save(change);
    await put('late.service', service('WantedBy=multi-user.target'));
    await target.write(change);
    const back = async (): Promise<void> => {
      await target.undo(change);
      await target.must(unitKind.restored?.(change) ?? raw('false'));
    };
    await back();
    // A rollback that did not finish is repeated when the file is gone.
    await root('rm /etc/systemd/system/late.service && systemctl daemon-reload');
    await back();
    assert.equal(await links(), before);
    await root(`rm ${link}`);
  });

  it('are started from the file that was written last', async () => {
    await put('fresh.service', service(''));
    const from = await target.readOne('fresh.service');
    const change = target.change('fresh.service', from, { ...from, active: true });
    await target.save(change);
    await target.write(change);
    await target.undo(change);
    // Put back with its old time, as an undo of the file does: systemd's own NeedDaemonReload misses it.
    await root(
      "sed -i 's/infinity/12345/' /etc/systemd/system/fresh.service && touch -d '2001-01-01' /etc/systemd/system/fresh.service",
    );
    await target.write(change);
    assert.match(await root('systemctl show -p ExecStart fresh.service'), /12345/);
    await target.undo(change);
  });

  it('are not kept for undo when they are no longer as they were read', async () => {
    const from = await target.readOne('plain.service');
    await root('systemctl start plain.service');
    const changes = [target.change('plain.service', from, { ...from, masked: true, enabled: 'masked' })];
    const done = await target.exec(unitKind.save(changes));
    assert.deepEqual([done.status, done.stderr], [1, 'drift: unit:plain.service\n']);
    await root('systemctl stop plain.service');
    await target.save(...changes);
  });

  it('say clearly why they do not start', async () => {
    for (const name of ['broken2.service', 'nothing-at-all.service']) {
      const from = await target.readOne(name);
      const done = await target.exec(unitKind.write([target.change(name, from, { ...from, active: true })]));
      assert.notEqual(done.status, 0);
      assert.match(
        done.stderr,
        new RegExp(`^rtprov: ${name.replaceAll('.', '\\.')} could not be started`, 'm'),
      );
      if (name === 'broken2.service') assert.match(done.stderr, /it went wrong/);
    }
  });

  it('cannot be read where systemd does not run', async () => {
    const text = target
      .text(raw('rtp_unit_read ssh.service'))
      .replaceAll('/run/systemd/system ]', '/nothing ]');
    const done = await inHost(host)(text, 'dash');
    assert.equal(done.status, 1);
    assert.match(done.stderr, /systemd does not run on this host/);
  });
});
