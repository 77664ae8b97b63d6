import { strict as assert } from 'node:assert';
import {
  factsProbe,
  missingFacts,
  parseFacts,
  parseTargetFacts,
  targetFactsProbe,
} from '../../../src/resources/facts/facts.js';
import { onThisMachine, shells } from '../kind-shell.js';

type Facts = Readonly<Record<string, unknown>>;
const parse = (lines: readonly string[]): Facts =>
  parseFacts(Buffer.from(['::target', ...lines, ''].join('\n')));

const osRelease = (text: readonly string[]): string[] => text.map((line) => `/etc/os-release:${line}`);
const distribution = (
  os: readonly string[],
  files: readonly string[],
  target: readonly string[],
): unknown[] => {
  const facts = parse([...target, ...osRelease(os), '::files', ...files]);
  return [
    'distribution',
    'distribution_version',
    'distribution_major_version',
    'distribution_release',
    'os_family',
    'pkg_mgr',
  ].map((name) => facts[name]);
};

describe('facts that every Linux has', () => {
  const whole = ['::target', 'uid=0', '::arch', 'x86_64', '::files', '/proc/uptime:1', '::date', '2026|11'];
  const missing = (text: readonly string[], probe: 'target' | 'all'): string | undefined =>
    missingFacts(Buffer.from([...text, ''].join('\n')), probe);

  it('misses nothing in what is whole', () => {
    assert.equal(missing(whole.slice(0, 2), 'target'), undefined);
    assert.equal(missing(whole, 'all'), undefined);
  });

  for (const [gone, what] of [
    ['uid=0', 'the user id'],
    ['x86_64', 'what uname prints'],
    ['/proc/uptime:1', 'what /proc holds'],
    ['2026|11', 'the date'],
  ] as const) {
    it(`misses ${what}`, () => {
      assert.equal(
        missing(
          whole.filter((line) => line !== gone),
          'all',
        ),
        what,
      );
    });
  }
});

describe('facts of a distribution', () => {
  const cases: readonly (readonly [
    readonly string[],
    readonly string[],
    readonly string[],
    readonly unknown[],
  ])[] = [
    [
      ['ID=debian', 'VERSION_ID="12"', 'VERSION_CODENAME=bookworm'],
      ['/etc/debian_version:12.11'],
      ['manager=apt-get'],
      ['Debian', '12.11', '12', 'bookworm', 'Debian', 'apt'],
    ],
    [
      ['ID=ubuntu', 'ID_LIKE=debian', 'VERSION_ID="22.04"', 'VERSION_CODENAME=jammy'],
      ['/etc/debian_version:bookworm/sid'],
      ['manager=apt-get'],
      ['Ubuntu', '22.04', '22', 'jammy', 'Debian', 'apt'],
    ],
    [
      ['ID="rocky"', 'ID_LIKE="rhel centos fedora"', 'VERSION_ID="9.3"'],
      ['/etc/redhat-release:Rocky Linux release 9.3 (Blue Onyx)'],
      ['manager=dnf', 'manager=yum'],
      ['Rocky', '9.3', '9', 'Blue Onyx', 'RedHat', 'dnf'],
    ],
    [
      ['ID="centos"', 'VERSION_ID="9"'],
      ['/etc/redhat-release:CentOS Stream release 9'],
      ['manager=dnf'],
      ['CentOS', '9', '9', 'Stream', 'RedHat', 'dnf'],
    ],
    [
      ['ID=alpine', 'VERSION_ID=3.19.1'],
      [],
      ['manager=apk'],
      ['Alpine', '3.19.1', '3', 'NA', 'Alpine', 'apk'],
    ],
  ];
  for (const [os, files, target, wanted] of cases) {
    it(`${String(wanted[0])} ${String(wanted[1])}`, () => {
      assert.deepEqual(distribution(os, files, target), wanted);
    });
  }
});

describe('facts of mounts', () => {
  it('has one entry a place, of what was mounted there last', () => {
    const lines = ['/dev/a / ext4 rw 0 0', '/dev/b /srv ext4 rw 0 0', '/dev/c / xfs ro 0 0'];
    const facts = parse(['::files', ...lines.map((line) => `/proc/mounts:${line}`)]);
    assert.deepEqual(
      (facts['mounts'] as readonly Facts[]).map(({ device, mount }) => [device, mount]),
      [
        ['/dev/c', '/'],
        ['/dev/b', '/srv'],
      ],
    );
  });
});

describe('facts of a processor', () => {
  const cpu = (
    processor: number,
    socket: number,
    core: number,
    cores: number,
    siblings: number,
  ): string[] => [
    `processor\t: ${processor}`,
    'vendor_id\t: GenuineIntel',
    'model name\t: Intel(R) Xeon(R) Gold',
    `physical id\t: ${socket}`,
    `siblings\t: ${siblings}`,
    `core id\t\t: ${core}`,
    `cpu cores\t: ${cores}`,
  ];
  it('count sockets, cores and threads', () => {
    const lines = [0, 1].flatMap((socket) =>
      [0, 1, 0, 1].flatMap((core, index) => cpu(socket * 4 + index, socket, core, 2, 4)),
    );
    const facts = parse([
      '::arch',
      'x86_64',
      '::files',
      '/proc/self/status:Cpus_allowed_list:\t0-2,7',
      '::cpuinfo',
      ...lines,
    ]);
    assert.deepEqual(
      ['count', 'cores', 'threads_per_core', 'vcpus', 'nproc'].map((name) => facts[`processor_${name}`]),
      [2, 2, 2, 8, 4],
    );
    assert.deepEqual((facts['processor'] as unknown[]).slice(0, 3), [
      '0',
      'GenuineIntel',
      'Intel(R) Xeon(R) Gold',
    ]);
  });

  it('count processors where there are no sockets', () => {
    const facts = parse(['::arch', 'aarch64', '::cpuinfo', 'processor\t: 0', 'processor\t: 1']);
    assert.deepEqual(
      [facts['processor_count'], facts['processor_cores'], facts['processor_vcpus']],
      [2, 1, 2],
    );
  });
});

describe('facts of a network', () => {
  const facts = parse([
    '::files',
    ...['lo', 'eth0', 'br0'].map((name) => `/sys/class/net/${name}/flags:0x1003`),
    '/sys/class/net/eth0/address:02:00:00:00:00:01',
    '/sys/class/net/eth0/mtu:1500',
    '/sys/class/net/eth0/type:1',
    '/sys/class/net/eth0/operstate:up',
    '/sys/class/net/lo/type:772',
    '/sys/class/net/br0/type:1',
    '/sys/class/net/br0/bridge/bridge_id:8000.1',
    '/sys/class/net/br0/bridge/stp_state:0',
    '/sys/class/net/br0/brif/eth0/state:3',
    '::addr',
    '1: lo: <LOOPBACK,UP> mtu 65536',
    '    inet 127.0.0.1/8 scope host lo',
    '2: eth0@if7: <BROADCAST,UP> mtu 1500',
    '    inet 10.1.2.3/20 brd 10.1.15.255 scope global eth0',
    '    inet 10.1.2.4/20 scope global secondary eth0:1',
    '    inet6 fe80::1/64 scope link ',
    '::route4',
    '8.8.8.8 via 10.1.0.1 dev eth0 src 10.1.2.3 uid 0 ',
  ]);
  it('give the default route its interface', () => {
    assert.deepEqual(facts['default_ipv4'], {
      interface: 'eth0',
      address: '10.1.2.3',
      gateway: '10.1.0.1',
      broadcast: '10.1.15.255',
      netmask: '255.255.240.0',
      network: '10.1.0.0',
      prefix: '20',
      alias: 'eth0',
      macaddress: '02:00:00:00:00:01',
      mtu: 1500,
      type: 'ether',
    });
    assert.deepEqual(facts['default_ipv6'], {});
  });

  it('report bridges, secondary addresses and all addresses', () => {
    const [eth0, br0] = [facts['eth0'], facts['br0']] as (Readonly<Record<string, unknown>> | undefined)[];
    assert.deepEqual([br0?.['type'], br0?.['interfaces']], ['bridge', ['eth0']]);
    assert.equal((eth0?.['ipv4_secondaries'] as { address: string }[])[0]?.address, '10.1.2.4');
    assert.deepEqual(facts['all_ipv4_addresses'], ['10.1.2.3', '10.1.2.4']);
    assert.deepEqual(facts['all_ipv6_addresses'], ['fe80::1']);
  });
});

describe('other facts', () => {
  it('take kernel arguments apart', () => {
    const facts = parse([
      '::files',
      '/proc/cmdline:BOOT_IMAGE=/vmlinuz ro isolcpus=2-3 console=tty0 console=ttyS0 dyndbg="file a +p"',
    ]);
    assert.deepEqual(facts['cmdline'], {
      BOOT_IMAGE: '/vmlinuz',
      ro: true,
      isolcpus: '2-3',
      console: 'ttyS0',
      dyndbg: 'file a +p',
    });
    assert.deepEqual((facts['proc_cmdline'] as Record<string, unknown>)['console'], ['tty0', 'ttyS0']);
  });

  it('name the host as its hosts file does', () => {
    const facts = parse([
      '::files',
      '/proc/sys/kernel/hostname:rt1',
      '/etc/hosts:127.0.0.1 localhost',
      '/etc/hosts:10.0.0.1 rt1.lab.test rt1',
    ]);
    assert.deepEqual(
      [facts['fqdn'], facts['domain'], facts['hostname']],
      ['rt1.lab.test', 'lab.test', 'rt1'],
    );
  });

  it('report what the machine runs in', () => {
    const virtual = (target: readonly string[], files: readonly string[]): unknown[] => {
      const facts = parse([...target, '::files', ...files]);
      return [facts['virtualization_type'], facts['virtualization_role']];
    };
    const dmi = '/sys/devices/virtual/dmi/id';
    assert.deepEqual(virtual([], [`${dmi}/sys_vendor:QEMU`]), ['kvm', 'guest']);
    assert.deepEqual(virtual([], ['/proc/modules:kvm 1 0 - Live 0x0']), ['kvm', 'host']);
    assert.deepEqual(virtual(['exists=/run/systemd/container', 'container=systemd-nspawn'], []), [
      'systemd-nspawn',
      'guest',
    ]);
    assert.deepEqual(virtual([], []), ['NA', 'NA']);
  });

  it('read local facts and do not run them', () => {
    const facts = parse([
      '::local',
      '::fact /etc/ansible/facts.d/a.fact',
      '{"x": [1]}',
      '::fact /etc/ansible/facts.d/b.fact',
      '[Site]',
      'Name = here',
    ]);
    assert.deepEqual(facts['local'], { a: { x: [1] }, b: { Site: { name: 'here' } } });
  });

  it('keep the environment whatever it holds', () => {
    const facts = parse(['::env', 'A=1\n::files\n2\0B=x=y\0']);
    assert.deepEqual(facts['env'], { A: '1\n::files\n2', B: 'x=y' });
  });

  it('are refused when the output is something else', () => {
    assert.throws(() => parseFacts(Buffer.from('sh: error')), { code: 'READ_FAILED' });
  });

  for (const shell of shells) {
    it(`are read from this machine in ${shell}`, async () => {
      const all = await onThisMachine(factsProbe.text, shell);
      assert.deepEqual([all.status, all.stderr], [0, '']);
      const facts = parseFacts(all.stdout);
      assert.equal(facts['system'], 'Linux');
      assert.equal(facts['kernel'], (await onThisMachine('uname -r', shell)).stdout.toString().trim());
      const target = await onThisMachine(targetFactsProbe.text, shell);
      assert.deepEqual([target.status, target.stderr], [0, '']);
      assert.deepEqual(parseTargetFacts(target.stdout), parseTargetFacts(all.stdout));
      assert.equal(parseTargetFacts(target.stdout).user, facts['user_id']);
    });
  }
});
