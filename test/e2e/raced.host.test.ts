/** Somebody else changes what a run is about to write, of every kind that a container has: between the journal's entry and the change. */
import assert from 'node:assert/strict';
import { Lab, type LabHost } from '../lab/lab.js';
import { converge, differences, Project, rollBack, troubles } from './harness.js';

const unitFile = (name: string, more = ''): string =>
  `[Unit]\n${more}[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n${name}`;

/** What is there before, each task, and what somebody else does meanwhile. */
const raced: readonly { readonly task: object; readonly theirs: string; readonly resource: string }[] = [
  {
    task: { systemd: { name: 'one.service', enabled: true, state: 'started' } },
    theirs: 'systemctl start one.service',
    resource: 'unit:one.service',
  },
  {
    task: { group: { name: 'ours', gid: 7001 } },
    theirs: 'groupadd -g 7009 ours',
    resource: 'group:ours',
  },
  {
    task: { user: { name: 'games', shell: '/bin/sh', comment: 'ours' } },
    theirs: 'usermod -c theirs games',
    resource: 'user:games',
  },
  {
    task: { copy: { dest: '/srv/file', content: 'ours' } },
    theirs: 'echo theirs >/srv/file',
    resource: '/srv/file',
  },
  {
    task: { sysctl: { name: 'net.ipv4.tcp_fin_timeout', value: '33', sysctl_file: '/etc/sysctl.d/x.conf' } },
    theirs: 'echo 44 >/proc/sys/net/ipv4/tcp_fin_timeout',
    resource: 'sysctl:net.ipv4.tcp_fin_timeout',
  },
];

/** Tasks of one window that change what later ones are for. */
const woven = [
  {
    copy: {
      dest: '/etc/systemd/system/one.service',
      content: unitFile('', 'Wants=two.service\nAfter=two.service\n'),
    },
  },
  { systemd: { name: 'one.service', state: 'started', daemon_reload: true } },
  { systemd: { name: 'two.service', state: 'started', enabled: true } },
  { group: { name: 'many' } },
  { user: { name: 'some', groups: ['many'] } },
  { group: { name: 'many', gid: 7100 } },
  { user: { name: 'some', comment: 'later' } },
  { user: { name: 'none', state: 'present' } },
  { group: { name: 'none', gid: 7200 } },
];

describe('what somebody else changes between the journal and the change', function () {
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

  async function inside(command: string): Promise<string> {
    const done = await host.inside(['sh', '-c', command]);
    assert.equal(done.code, 0, `${command}: ${done.stderr}`);
    return done.stdout;
  }

  async function fresh(): Promise<void> {
    await host.reset();
    for (const name of ['one', 'two'])
      await host.inside(['sh', '-c', `cat >/etc/systemd/system/${name}.service`], unitFile(''));
    await inside('systemctl daemon-reload');
  }

  const play = (tasks: readonly object[]): string =>
    project.write('play.yaml', JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
  const beforeFirst = (command: string) => (text: string) =>
    text.replace(/^printf '\\n@%s begin %s\\n' [0-9a-f]+ s0;/m, (line) => `( ${command} ) >&2\n${line}`);

  it('is reported and stays, and the rollback of the rest leaves it alone', async () => {
    const tasks = [
      { file: { path: '/srv/first', state: 'directory' } },
      ...raced.map(({ task }) => ({ ...task, ignore_errors: true })),
      { copy: { dest: '/srv/last', content: 'last' } },
    ];
    await fresh();
    const theirs = raced.map((one) => one.theirs).join(' && ');
    await inside(theirs);
    const wanted = await host.fingerprint();
    await fresh();
    let once = true;
    const result = await converge(lab, [play(tasks)], {
      rewrite: (text) => {
        const with_ = once ? beforeFirst(theirs)(text) : text;
        once = with_ === text && once;
        return with_;
      },
    });
    const failures = result.results.filter(({ status }) => status === 'ignored').map(({ msg }) => msg ?? '');
    assert.deepEqual(
      failures.map((msg) => / was changed by something else/.exec(msg)?.input.split(' ')[0]),
      raced.map(({ resource }) => resource),
      troubles(result),
    );
    assert.deepEqual([result.exitCode, result.results.at(-1)?.status], [0, 'changed'], troubles(result));
    const undone = await rollBack(lab, 'h1');
    assert.equal(undone?.result.complete, true, JSON.stringify(undone?.events));
    assert.equal(differences(wanted, await host.fingerprint()), '');
  });

  it('of a package fails the host, which then changed nothing', async () => {
    await fresh();
    await inside('apt-get -q update');
    const result = await converge(lab, [play([{ apt: { name: 'rtprov-demo-a', state: 'present' } }])], {
      rewrite: beforeFirst('apt-get -qq install rtprov-demo-a && apt-mark hold rtprov-demo-a'),
    });
    assert.equal(result.exitCode, 4);
    assert.match(troubles(result), /package:rtprov-demo-a was changed by something else/);
    assert.equal(await inside("dpkg-query -W -f='${Status}' rtprov-demo-a"), 'hold ok installed');
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(await inside("dpkg-query -W -f='${Status}' rtprov-demo-a"), 'hold ok installed');
  });

  it('is not what the window itself brings about', async () => {
    await fresh();
    const initial = await host.fingerprint();
    const result = await converge(lab, [play(woven)]);
    assert.equal(result.exitCode, 0, troubles(result));
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(differences(initial, await host.fingerprint()), '');
  });
});
