import { strict as assert } from 'node:assert';
import { groupKind } from '../../../src/resources/group/kind.js';
import type { GroupState } from '../../../src/resources/group/state.js';
import type { UserState } from '../../../src/resources/user/state.js';
import { userKind } from '../../../src/resources/user/kind.js';
import { Lab, type LabHost } from '../../lab/lab.js';
import { inHost, KindTarget, shells, type ShellName } from '../kind-shell.js';

describe('users and groups of a host', () => {
  let lab: Lab;
  let host: LabHost;

  const root = async (script: string): Promise<string> => {
    const done = await host.inside(['sh', '-c', script]);
    assert.equal(done.code, 0, done.stderr);
    return done.stdout;
  };
  /** All account files with their backups, bytes, modes and times. */
  const files = (): Promise<string> =>
    root(
      'cd /etc && for f in passwd shadow group gshadow subuid subgid; do for g in $f $f-; do [ ! -e $g ] || { stat -c "%n %a %u %g %y" $g; sha256sum <$g; }; done; done; ls -a /etc | grep -E "lock|edit|rtprov" | grep -v "^.pwd.lock" || :',
    );
  const targets = (shell: ShellName, run: string) => ({
    users: new KindTarget(userKind, inHost(host), shell, '/var/lib/rtprov', run),
    groups: new KindTarget(groupKind, inHost(host), shell, '/var/lib/rtprov', run),
  });

  before(async () => {
    lab = await Lab.up({ hosts: 1 });
    const [first] = lab.hosts;
    assert.ok(first !== undefined);
    host = first;
    await root(
      'groupadd -g 3000 team && useradd -m -u 3001 -g team -G adm,sudo -c "Eve" eve && useradd -u 3002 -G adm max',
    );
    await root(
      "printf 'eve:%s\\n' '$6$old$hash' | chpasswd -e && chage -d 19000 eve && touch -d 2020-01-01 /etc/passwd",
    );
  });
  after(async () => lab.down());

  for (const shell of shells) {
    it(`come and go without a trace in ${shell}`, async () => {
      const { users, groups } = targets(shell, `new-${shell.slice(0, 4)}`);
      const before = await files();
      const absent = await users.readOne('newops');
      const noGroup = await groups.readOne('newops');
      const id = absent.free?.normal ?? 0;
      const group = groups.change('newops', noGroup, { exists: true, gid: id, members: [] });
      const wanted: UserState = {
        exists: true,
        uid: id,
        group: 'newops',
        groups: ['sudo', 'adm'],
        comment: 'The "ops" $user',
        home: '/home/newops',
        shell: '/bin/bash',
        passwordHash: '$6$abc$def/\\n',
      };
      const user = users.change('newops', absent, wanted);
      await groups.save(group);
      await users.save(user);
      await groups.write(group);
      await users.write(user);
      await users.write(user);
      await groups.expect('to', group);
      await users.expect('to', user);
      assert.equal(await root('getent shadow newops | cut -d : -f 2'), '$6$abc$def/\\n\n');
      assert.match(await root('cat /etc/subuid'), /^newops:/m);
      await users.undo(user);
      await users.expect('from', user);
      await groups.undo(group);
      await groups.undo(group);
      await groups.expect('from', group);
      assert.equal(await files(), before);
    });

    it(`are changed and changed back byte for byte in ${shell}`, async () => {
      const { users } = targets(shell, `mod-${shell.slice(0, 4)}`);
      const before = await files();
      const eve = await users.readOne('eve');
      assert.deepEqual(eve.groups, ['adm', 'sudo']);
      await users.holdsLaws(
        users.change('eve', eve, {
          ...eve,
          groups: ['users'],
          shell: '/bin/sh',
          comment: '',
          passwordHash: '$6$new$hash',
        }),
      );
      assert.equal(await files(), before);
      await users.holdsLaws(users.change('eve', eve, { ...eve, locked: true, uid: 3100 }));
      assert.equal(await files(), before);
    });

    it(`come back to their places after a removal in ${shell}`, async () => {
      const { users, groups } = targets(shell, `del-${shell.slice(0, 4)}`);
      const before = await files();
      const eve = await users.readOne('eve');
      await users.holdsLaws(users.change('eve', eve, { exists: false }));
      assert.equal(await files(), before);
      const adm = await groups.readOne('adm');
      const gone: GroupState = { exists: false };
      await groups.holdsLaws(groups.change('adm', adm, gone));
      assert.equal(await files(), before);
    });
  }

  it('keep what someone else has done since', async () => {
    const { users } = targets('dash', 'drift');
    const eve = await users.readOne('eve');
    const change = users.change('eve', eve, { ...eve, groups: [], shell: '/bin/sh' });
    await users.save(change);
    await users.write(change);
    await root('useradd -u 4000 -G sudo later');
    await users.undo(change);
    await users.expect('from', change);
    assert.equal(await root('id -Gn later'), 'later sudo\n');
    assert.equal(await root('id -Gn eve'), 'team adm sudo\n');
    await root('userdel later');
  });

  it('are not kept for undo when they are no longer as they were read', async () => {
    const { users, groups } = targets('dash', 'changed');
    const [eve, max] = [await users.readOne('eve'), await users.readOne('max')];
    const team = await groups.readOne('team');
    await root('usermod -s /bin/false eve');
    const done = await users.exec(
      userKind.save([
        users.change('max', max, { exists: false }),
        users.change('eve', eve, { exists: false }),
      ]),
    );
    assert.deepEqual([done.status, done.stderr], [1, 'drift: user:eve\n']);
    await root(`usermod -s '${eve.shell ?? ''}' eve`);
    await groups.save(groups.change('team', team, { ...team, gid: 3333 }));
  });

  it('never pass a password in an argument', async () => {
    const { users } = targets('dash', 'argv');
    const secret = '$6$needle$haystack';
    await root(
      'mkdir -p /tmp/bin && for t in useradd usermod chpasswd awk grep getent sed; do printf \'#!/bin/sh\\nfor a; do printf "%%s\\\\n" "$a" >>/tmp/argv; done\\nexec %s "$@"\\n\' "$(command -v $t)" >/tmp/bin/$t; chmod 755 /tmp/bin/$t; done',
    );
    const absent = await users.readOne('spy');
    const change = users.change('spy', absent, { exists: true, uid: 4100, passwordHash: secret });
    const text = users.text(userKind.write([change])).replace(/^/, 'PATH=/tmp/bin:$PATH\n');
    const done = await inHost(host)(text, 'dash');
    assert.equal(done.status, 0, done.stderr);
    await users.expect('to', change);
    const argv = await root('cat /tmp/argv; rm -rf /tmp/argv /tmp/bin');
    assert.match(argv, /^spy$/m);
    assert.ok(!argv.includes('needle'));
    await users.undo(change);
  });

  it('say clearly what the tools refuse', async () => {
    const { users } = targets('dash', 'fail');
    const absent = await users.readOne('nobody2');
    const done = await users.exec(
      userKind.write([users.change('nobody2', absent, { exists: true, uid: 0 })]),
    );
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, /^rtprov: useradd: .*0/m);
    const grouped = await users.exec(
      userKind.write([users.change('nobody2', absent, { exists: true, uid: 4200, group: 'nope' })]),
    );
    assert.match(grouped.stderr, /there is no group nope/);
  });
});
