import assert from 'node:assert/strict';
import type {
  GuestRequest,
  HostRequest,
  PartitionRequest,
  PlanDiagnostic,
} from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import type { PciDevice, Topology } from '../../../../src/rt/topology/model.js';
import { GiB, MiB, cpus, guest, host, machine, request } from '../../../support/machine.js';

interface Provoked {
  readonly topology?: Topology;
  readonly host?: Partial<HostRequest>;
  readonly guests?: readonly GuestRequest[];
  readonly more?: Partial<PartitionRequest>;
}

/** 2 packages of 4 cores with 2 threads: CPUs 0-7, their siblings 8-15, node 1 from CPU 4 on. */
const two = machine({ packages: 2, cores: 4, threads: 2 });

/** The diagnostics of a code. */
function of(code: string, provoked: Provoked): readonly PlanDiagnostic[] {
  const { topology = two, guests = [], more = {} } = provoked;
  const plan = planPartition(topology, request(guests, { ...more, host: { ...host, ...provoked.host } }));
  return plan.diagnostics.filter((one) => one.code === code);
}

/** That an input gives one diagnostic of the code, with these words, a hint that is a sentence, and this origin. */
function gives(
  code: string,
  severity: PlanDiagnostic['severity'],
  message: RegExp,
  origin: readonly (string | number)[],
  provoked: Provoked,
): void {
  const found = of(code, provoked);
  const [one, ...others] = found;
  assert.ok(one !== undefined && others.length === 0, JSON.stringify(found));
  assert.equal(one.severity, severity);
  assert.match(one.message, message);
  assert.match(one.hint ?? '', /^[A-Z].*[.\w>"]$/s);
  assert.deepEqual(one.origin, origin);
}

function lists(housekeeping: string, isolated: string): Partial<HostRequest> {
  return {
    housekeeping: { kind: 'lists', housekeeping: cpus(housekeeping), isolated: cpus(isolated) },
  };
}

const vcpus = (rt: number, housekeeping: number, placement: 'isolated' | 'shared' = 'isolated') => ({
  rt,
  housekeeping,
  placement,
});

const device = (address: string, node?: number): PciDevice => ({
  address,
  class: 0x020000,
  interrupts: [],
  ...(node === undefined ? {} : { node }),
});

const iso = ['host', 'rt_isolated_cpus'];
const hk = ['host', 'rt_housekeeping_cpus'];
const part = ['host', 'rt_partition', 'housekeeping'];

describe('rules for lists of CPUs', () => {
  it('a good plan breaks none', () => {
    const guests = [guest('a', 3, { memoryBytes: 4 * GiB, devices: ['0000:01:00.0'] })];
    const topology = machine({ packages: 2, cores: 4, devices: [device('0000:01:00.0', 1)] });
    const plan = planPartition(topology, request(guests));
    assert.deepEqual(
      plan.diagnostics.map(({ code }) => code),
      ['CAT_NONE'],
    );
    assert.deepEqual(plan.guests[0]?.nodes, [1]);
  });

  it('CPU_OVERLAP: a CPU in both lists', () =>
    gives('CPU_OVERLAP', 'error', /^CPUs 1,9 are both/, iso, { host: lists('0-1,8-9', '1-7,9-15') }));

  it('CPU_UNCOVERED: an online CPU in neither list', () =>
    gives('CPU_UNCOVERED', 'error', /^CPUs 7,15 are in neither.*16 CPUs are online/, hk, {
      host: lists('0,8', '1-6,9-14'),
    }));

  it('CPU_BOOT_ISOLATED: the boot CPU is isolated', () =>
    gives('CPU_BOOT_ISOLATED', 'error', /^CPU 0.*these are: 1,9/, part, {
      host: { housekeeping: { kind: 'list', cpus: cpus('1,9') } },
    }));

  it('CPU_ABSENT: a CPU that the machine does not have', () =>
    gives('CPU_ABSENT', 'error', /isolated CPUs name CPUs 16-17.*CPUs 0-15 only/, iso, {
      host: lists('0,8', '1-7,9-17'),
    }));

  it('CPU_OFFLINE: a CPU that is offline, and one that smt: off takes offline', () => {
    const topology = machine({ cores: 4, offline: [3] });
    gives('CPU_OFFLINE', 'error', /isolated CPUs name CPU 3, which is offline/, iso, {
      topology,
      host: lists('0', '1-3'),
    });
    gives('CPU_OFFLINE', 'error', /CPU 8, which is offline with smt: off/, hk, {
      host: { ...lists('0,8', '1-7'), smt: 'off' },
    });
  });

  it('CPU_RETURNS: CPUs that are offline now', () =>
    gives('CPU_RETURNS', 'warning', /^CPUs 3,6 are offline now/, part, {
      topology: machine({ cores: 8, offline: [3, 6] }),
    }));

  it('LIST_EMPTY: guests, and no CPU isolated', () => {
    const all: Partial<HostRequest> = { housekeeping: { kind: 'list', cpus: cpus('0-15') } };
    gives('LIST_EMPTY', 'error', /1 user of isolated CPUs.*all 16 CPUs/, part, {
      host: all,
      guests: [guest('a', 2)],
    });
    assert.deepEqual(of('LIST_EMPTY', { host: all }), []);
    const sharing = { vcpus: vcpus(0, 1, 'shared') };
    assert.deepEqual(of('LIST_EMPTY', { host: all, guests: [guest('a', 1, sharing)] }), []);
  });

  it('SMT_SPLIT: a core in both lists, and a core of a guest with two roles', () => {
    gives('SMT_SPLIT', 'error', /^1 core would do both.*the threads 1,9/, iso, {
      host: lists('0,8-9', '1-7,10-15'),
    });
    gives(
      'SMT_SPLIT',
      'error',
      /threads: 2 and 1 housekeeping vCPU/,
      ['guest:a', 'rt_guest', 'vcpus', 'housekeeping'],
      {
        guests: [guest('a', 2, { threads: 2, vcpus: vcpus(3, 1) })],
      },
    );
    const offline = machine({ cores: 4, threads: 2, offline: [5] });
    assert.deepEqual(of('SMT_SPLIT', { topology: offline, host: lists('0,4', '1-3,6-7') }), []);
  });

  it('HK_NODE_NONE: a node without a housekeeping core', () =>
    gives('HK_NODE_NONE', 'note', /^Node 1 of 2 has no housekeeping core/, part, {
      topology: machine({ cores: 8, nodes: 2 }),
    }));

  it('half a core is SMT_SPLIT alone, whose hint names the whole cores', () => {
    const half: Provoked = { host: lists('0,4,8', '1-3,5-7,9-15') };
    assert.match(of('SMT_SPLIT', half)[0]?.hint ?? '', /for example 0,4,8,12 as housekeeping/);
    assert.deepEqual(of('HK_NODE_NONE', half), []);
  });
});

describe('rules for guests', () => {
  it('PLAN_TOO_SMALL: one core', () =>
    gives('PLAN_TOO_SMALL', 'error', /1 core \(2 CPUs\)/, part, {
      topology: machine({ cores: 1, threads: 2 }),
    }));

  it('PLAN_NO_ROOM: too few cores, and what --replan would do', () => {
    const topology = machine({ packages: 2, cores: 4 });
    const spread = [
      guest('a', 2, { node: { kind: 'node', node: 0 } }),
      guest('b', 2, { node: { kind: 'node', node: 1 } }),
    ];
    const first = planPartition(topology, request(spread));
    const former = first.guests.map(({ name, demand, vcpus: placed }) => ({
      name,
      demand,
      cpus: placed.flatMap((one) => one.cpus),
    }));
    const provoked = { topology, guests: [...spread, guest('c', 3)], more: { former } };
    gives(
      'PLAN_NO_ROOM',
      'error',
      /^c needs 3 cores.*node 0 has 1 of 3 and node 1 has 1 of 3$/,
      ['guest:c', 'rt_guest'],
      provoked,
    );
    assert.match(of('PLAN_NO_ROOM', provoked)[0]?.hint ?? '', /--replan would not help/);
  });

  it('PIN_COUNT: one vCPU, and pins for fewer', () => {
    gives('PIN_COUNT', 'error', /^a has 1 vCPU.*at least 2/, ['guest:a', 'rt_guest', 'vcpus'], {
      guests: [guest('a', 1, { vcpus: vcpus(1, 0) })],
    });
    gives('PIN_COUNT', 'error', /^a has 1 vCPU.*at least 2/, ['guest:a', 'rt_guest', 'vcpus'], {
      guests: [guest('a', 1, { vcpus: vcpus(0, 1) })],
    });
    for (const enough of [vcpus(1, 0, 'shared'), vcpus(0, 1, 'shared'), vcpus(0, 2)]) {
      assert.deepEqual(of('PIN_COUNT', { guests: [guest('a', 1, { vcpus: enough })] }), []);
    }
    gives('PIN_COUNT', 'error', /^a has 3 vCPUs.*pins has 2 entries/, ['guest:a', 'rt_guest', 'pins'], {
      guests: [guest('a', 3, { pins: [1, 2] })],
    });
  });

  it('PIN_NOT_ISO: pins on housekeeping CPUs', () =>
    gives('PIN_NOT_ISO', 'error', /^a is pinned to CPU 0, not isolated/, ['guest:a', 'rt_guest', 'pins'], {
      guests: [guest('a', 2, { pins: [0, 1] })],
    }));

  it('PIN_TWICE: two guests on a CPU, and a domain of others', () => {
    gives('PIN_TWICE', 'error', /^CPU 2 is pinned for a and b$/, ['guest:a', 'rt_guest', 'pins'], {
      guests: [guest('a', 2, { pins: [1, 2] }), guest('b', 2, { pins: [2, 3] })],
    });
    gives('PIN_TWICE', 'error', /^CPU 1 is pinned for a and old$/, ['guest:a', 'rt_guest', 'pins'], {
      guests: [guest('a', 2, { pins: [1, 2] })],
      more: { found: [{ domain: 'old', running: false, cpus: [1] }] },
    });
  });

  it('PIN_SIBLING: threads of one core for two guests, or for vCPUs that know of no siblings', () => {
    gives(
      'PIN_SIBLING',
      'error',
      /^CPUs 1,9 are threads of one core and pinned for a and b$/,
      ['guest:a', 'rt_guest', 'pins'],
      {
        guests: [guest('a', 2, { pins: [1, 2] }), guest('b', 2, { pins: [9, 3] })],
      },
    );
    gives('PIN_SIBLING', 'error', /two vCPUs of a$/, ['guest:a', 'rt_guest', 'pins'], {
      guests: [guest('a', 2, { pins: [1, 9] })],
    });
  });

  it('PIN_NODES: pins, devices and wishes that nodes do not fit', () => {
    const devices = [device('0000:01:00.0', 0), device('0000:02:00.0')];
    const topology = machine({ packages: 2, cores: 4, threads: 2, devices });
    const node = ['guest:a', 'rt_guest', 'node'];
    gives('PIN_NODES', 'error', /^a is pinned to CPUs of 2 nodes: 0 and 1/, node, {
      guests: [guest('a', 2, { pins: [3, 5] })],
    });
    gives(
      'PIN_NODES',
      'error',
      /on node 1, and its device 01:00.0 on node 0/,
      ['guest:a', 'rt_guest', 'devices', 0],
      {
        topology,
        guests: [guest('a', 2, { node: { kind: 'node', node: 1 }, devices: ['01:00.0'] })],
      },
    );
    gives(
      'PIN_NODES',
      'note',
      /does not know the node of 0000:02:00.0/,
      ['guest:a', 'rt_guest', 'devices', 0],
      {
        topology,
        guests: [guest('a', 2, { devices: ['0000:02:00.0'] })],
      },
    );
    gives('PIN_NODES', 'error', /wants node 7, but CPUs are on the nodes 0 and 1/, node, {
      guests: [guest('a', 2, { node: { kind: 'node', node: 7 } })],
    });
    gives('PIN_NODES', 'error', /near 05:00.0, but the machine has no such/, node, {
      guests: [guest('a', 2, { node: { kind: 'near', device: '05:00.0' } })],
    });
    gives('PIN_NODES', 'error', /3 vCPUs.*2 equal parts/, node, {
      guests: [guest('a', 3, { node: { kind: 'nodes', nodes: [0, 1] } })],
    });
  });

  it('PIN_CLASS: fast and slow cores', () =>
    gives(
      'PIN_CLASS',
      'error',
      /^a is pinned to unlike cores: 1 of the P-cores and 1 of the E-cores/,
      ['guest:a', 'rt_guest', 'pins'],
      {
        topology: machine({ cores: 8, pmu: (cpu) => (cpu < 4 ? 'core' : 'atom') }),
        host: { housekeeping: { kind: 'list', cpus: [0] } },
        guests: [guest('a', 2, { pins: [3, 4] })],
      },
    ));

  it('EMU_ON_ISO: emulator threads on isolated CPUs, ours and of others', () => {
    gives('EMU_ON_ISO', 'error', /threads of a may run on CPU 3/, ['guest:a', 'rt_guest', 'emulator'], {
      guests: [guest('a', 2, { emulator: [0, 3] })],
    });
    gives('EMU_ON_ISO', 'warning', /the domain old.*isolated CPU 3/, ['host'], {
      more: { found: [{ domain: 'old', running: true, cpus: [2], emulator: [0, 3] }] },
    });
  });

  it('DEV_LINT: devices that disturb, as an error where that is asked for', () => {
    const guests = [guest('a', 2, { devices: ['0000:01:00.0', 'usb', 'virtio-net'] })];
    const origin = ['guest:a', 'rt_guest', 'devices', 1];
    gives('DEV_LINT', 'warning', /^a has the device usb: /, origin, { guests });
    gives('DEV_LINT', 'error', /^a has the device usb: /, origin, { guests, host: { strictDevices: true } });
    const names = ['balloon', 'usb', 'video', 'ide', 'e1000', 'rng', 'tablet', 'hpet', 'i6300esb'];
    assert.equal(of('DEV_LINT', { guests: [guest('a', 2, { devices: names })] }).length, names.length);
  });

  it('GUEST_SELF: lists of the guest that do not fit its vCPUs', () => {
    const self = (housekeeping: string, isolated: string): Provoked => ({
      guests: [guest('a', 4, { self: { housekeeping: cpus(housekeeping), isolated: cpus(isolated) } })],
    });
    const origin = ['guest:a', 'rt_housekeeping_cpus'];
    gives('GUEST_SELF', 'error', /4 vCPUs on its host \(0-3\).*isolated 1-5/, origin, self('0', '1-5'));
    gives('GUEST_SELF', 'error', /does not use its vCPU 0/, origin, self('1', '0,2-3'));
    gives('GUEST_SELF', 'error', /uses its vCPU 1 for housekeeping/, origin, self('0-1', '2-3'));
    assert.deepEqual(of('GUEST_SELF', self('0', '1-3')), []);
  });

  it('GUEST_RUNNING: a running guest that the plan moves', () => {
    const guests = [guest('a', 2)];
    const running = (list: string) => ({ found: [{ domain: 'a', running: true, cpus: cpus(list) }] });
    gives('GUEST_RUNNING', 'warning', /^a runs on 0-1, and the plan has it on /, ['guest:a', 'rt_guest'], {
      guests,
      more: running('0-1'),
    });
    assert.deepEqual(of('GUEST_RUNNING', { guests, more: running('5-6') }), []);
  });
});

describe('rules for memory', () => {
  const memory = ['guest:a', 'rt_guest', 'memory'];

  it('MEM_PAGE: M2, a guest of 2.5 pages', () => {
    const provoked = { guests: [guest('a', 2, { memoryBytes: 2560 * MiB })] };
    gives('MEM_PAGE', 'error', /2\.50 pages of 1G/, memory, provoked);
    assert.match(of('MEM_PAGE', provoked)[0]?.hint ?? '', /3 GiB, or write page: 2M \(1280 pages\)/);
  });

  it('M3: 512 MiB are 256 pages of 2M', () => {
    const guests = [guest('a', 2, { memoryBytes: 512 * MiB, pageBytes: 2 * MiB })];
    const plan = planPartition(two, request(guests));
    assert.deepEqual(plan.hugePages, [{ pageBytes: 2 * MiB, nodes: new Map([[0, 256]]) }]);
  });

  it('MEM_NODE: no room for the pages', () =>
    gives('MEM_NODE', 'error', /2 pages of 1G.*room for 1 of 2/, memory, {
      topology: machine({ cores: 4, memoryBytes: 8_052_000 * 1024 }),
      guests: [guest('a', 2, { memoryBytes: 2 * GiB })],
    }));

  it('MEM_1G_LATE: large pages that cannot be had at boot', () => {
    const guests = [guest('a', 2, { memoryBytes: 2 * GiB })];
    const origin = ['host', 'rt_boot_manage'];
    gives('MEM_1G_LATE', 'warning', /rt_boot_manage is false.*2 on node 0/, origin, {
      guests,
      host: { bootManaged: false },
    });
    gives('MEM_1G_LATE', 'warning', /kernels before 5\.16/, origin, {
      guests,
      more: { facts: { kernelRelease: '5.10.0-28-rt-amd64' } },
    });
    const hugePages = [{ pageBytes: GiB, total: 2, free: 0 }];
    const proven = { ...two, nodes: two.nodes.map((node) => ({ ...node, hugePages })) };
    assert.deepEqual(of('MEM_1G_LATE', { topology: proven, guests, host: { bootManaged: false } }), []);
  });

  it('LOCK_LIMIT: M7, a limit without room for QEMU', () => {
    const provoked = { guests: [guest('a', 2, { memoryBytes: 4 * GiB, hardLimitBytes: 4 * GiB })] };
    gives(
      'LOCK_LIMIT',
      'error',
      /locks 4 GiB and may use 4 GiB/,
      ['guest:a', 'rt_guest', 'hard_limit'],
      provoked,
    );
    assert.deepEqual(of('LOCK_LIMIT', { guests: [guest('a', 2, { memoryBytes: 4 * GiB })] }), []);
  });
});

describe('rules for the boot, priorities and slices', () => {
  it('LIST_LONG: a line that the kernel would cut, and a block of GRUB that is full', () => {
    const words = Array.from({ length: 200 }, (_, index) => `option${index}=12345`);
    gives('LIST_LONG', 'error', /has \d{4} bytes, and the kernel reads 2047/, part, {
      host: { otherArguments: words },
    });
    gives('LIST_LONG', 'error', /block of 1024 bytes/, part, {
      host: { otherArguments: words.slice(0, 80) },
      more: { facts: { argumentsInGrubenv: true } },
    });
  });

  it('NOHZ_NOT_ISOLATED: another list beside the plan', () => {
    const origin = ['host', 'rt_kernel_args_extra'];
    gives('NOHZ_NOT_ISOLATED', 'error', /^nohz_full=2-7 beside the plan.*1-3,5-7,9-11,13-15/, origin, {
      host: { otherArguments: ['quiet', 'nohz_full=2-7'] },
    });
    assert.deepEqual(
      of('NOHZ_NOT_ISOLATED', { host: { otherArguments: ['nohz_full=1-3,5-7,9-11,13-15'] } }),
      [],
    );
  });

  it('ISO_KERNEL: a kernel without exclusive cpusets', () => {
    const origin = ['host', 'rt_partition', 'isolation'];
    const cgroup: Partial<HostRequest> = { isolation: 'cgroup' };
    gives('ISO_KERNEL', 'error', /kernel 6\.1\.0-40-rt-amd64 does not have/, origin, {
      host: cgroup,
      more: { facts: { kernelRelease: '6.1.0-40-rt-amd64' } },
    });
    const backported = { facts: { kernelRelease: '5.14.0-503.el9', cpusetExclusive: true } };
    assert.deepEqual(of('ISO_KERNEL', { host: cgroup, more: backported }), []);
  });

  it('PRIO_ORDER: a vCPU above the softirq threads', () => {
    gives(
      'PRIO_ORDER',
      'error',
      /vCPUs of a would have FIFO priority 2, and ksoftirqd and ktimers 2/,
      ['guest:a', 'rt_guest', 'priority'],
      {
        guests: [guest('a', 2, { priority: 2 })],
      },
    );
    gives(
      'PRIO_ORDER',
      'error',
      /rcuc and rcub would have FIFO priority 60/,
      ['host', 'rt_partition', 'priorities', 'rcu'],
      {
        host: { priorities: { rcu: 60 } },
      },
    );
    assert.deepEqual(of('PRIO_ORDER', { host: { priorities: { rcu: 11 } } }), []);
  });

  it('PRIO_99: the priority of the migration threads', () =>
    gives('PRIO_99', 'error', /vCPUs of a would have FIFO priority 99/, ['guest:a', 'rt_guest', 'priority'], {
      guests: [guest('a', 2, { priority: 99 })],
    }));

  it('RT_RUNTIME: throttling before 6.12, and the fair server under lockdown', () => {
    const origin = ['host', 'rt_sysctls', 'kernel.sched_rt_runtime_us'];
    const old = { facts: { kernelRelease: '6.1.0-40-rt-amd64' } };
    const sysctls = { 'kernel.sched_rt_runtime_us': '950000' };
    gives('RT_RUNTIME', 'error', /is 950000 of a period of 1000000/, origin, {
      host: { sysctls },
      more: old,
    });
    const late = { facts: { kernelRelease: '6.12.117+deb13-rt-amd64', lockdown: 'integrity' as const } };
    gives('RT_RUNTIME', 'warning', /fair server.*lockdown \(integrity/, ['host'], {
      host: { sysctls },
      more: late,
    });
    assert.deepEqual(
      of('RT_RUNTIME', { host: { sysctls: { 'kernel.sched_rt_runtime_us': '-1' } }, more: old }),
      [],
    );
  });

  it('SLICE_NO_HK: isolated CPUs only, and more than the parent', () => {
    const slice = (name: string, list: string) => ({
      name,
      cpus: cpus(list),
      origin: ['rt_slice_cpus', name],
    });
    gives(
      'SLICE_NO_HK',
      'error',
      /machine\.slice has CPUs 1-3, isolated ones only/,
      ['host', 'rt_slice_cpus', 'machine.slice'],
      {
        host: { slices: [slice('machine.slice', '1-3')] },
      },
    );
    gives(
      'SLICE_NO_HK',
      'error',
      /machine-rt\.slice has CPU 2, which machine\.slice/,
      ['host', 'rt_slice_cpus', 'machine-rt.slice'],
      {
        host: { slices: [slice('machine-rt.slice', '0-2'), slice('machine.slice', '0-1')] },
      },
    );
  });
});
