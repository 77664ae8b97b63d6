import assert from 'node:assert/strict';
import type { PartitionRequest } from '../../../../src/rt/partition/model.js';
import { formerFrom } from '../../../../src/rt/partition/json/former.js';
import { storedPlan } from '../../../../src/rt/partition/json/json.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { GiB, MiB, cacheResource, cpus, guest, machine, request, resctrl } from '../../../support/machine.js';
import { device, gives, of, part, two, vcpus, type Provoked } from './support.js';

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
    assert.match(
      of('PLAN_NO_ROOM', { guests: [guest('a', 6)] })[0]?.hint ?? '',
      /^Write node: \[0, 1\], which spreads it over several nodes; otherwise give it fewer vCPUs, remove/,
    );
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

  it('of two guests on a CPU or a core, the one with pins is to change', () => {
    const running = (list: string): Partial<PartitionRequest> => ({
      found: [{ domain: 'a', running: true, cpus: cpus(list) }],
    });
    const pinned = (...pins: readonly number[]) => [guest('a', 2), guest('b', 2, { pins })];
    const origin = ['guest:b', 'rt_guest', 'pins'];
    const more = running('1-2');
    gives('PIN_TWICE', 'error', /^CPU 2 is pinned for a and b$/, origin, { guests: pinned(2, 3), more });
    gives('PIN_SIBLING', 'error', /^CPUs 2,10 are threads.*for a and b$/, origin, {
      guests: pinned(10, 3),
      more,
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
    gives('PIN_NODES', 'error', /^a is pinned to CPUs of 2 nodes: 0 and 1/, ['guest:a', 'rt_guest', 'pins'], {
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

  it('GUEST_RUNNING: a running guest whose pages or cache the plan changes', () => {
    const topology = machine({ cores: 4, threads: 2, resctrl: resctrl([cacheResource()]) });
    const cache = (ways: number) => ({ cache: { kind: 'ways', ways } as const });
    const asked = (memoryBytes: number, ways: number, pageBytes = 2 * MiB) =>
      guest('a', 2, { memoryBytes, pageBytes, pins: [1, 2], ...cache(ways) });
    const origin = ['guest:a', 'rt_guest'];
    const provoked = (now: ReturnType<typeof guest>): Provoked => {
      const plan = planPartition(topology, request([asked(GiB, 2)]));
      const former = formerFrom(JSON.stringify(storedPlan(plan))).places;
      const found = [{ domain: 'a', running: true, cpus: cpus('1-2') }];
      return { topology, guests: [now], more: { former, found } };
    };
    assert.deepEqual(of('GUEST_RUNNING', provoked(asked(GiB, 2))), []);
    gives(
      'GUEST_RUNNING',
      'warning',
      /^a runs with L3:0=3, and the plan gives it L3:0=7: /,
      origin,
      provoked(asked(GiB, 3)),
    );
    gives(
      'GUEST_RUNNING',
      'warning',
      /^a runs with 1 GiB in pages of 2M on node 0, and the plan gives it 2 GiB in pages of 1G on node 0: /,
      origin,
      provoked(asked(2 * GiB, 2, GiB)),
    );
    const again = provoked(asked(GiB, 3));
    gives('GUEST_RUNNING', 'warning', /the plan gives it L3:0=7: /, origin, {
      ...again,
      more: { ...again.more, replan: true },
    });
    const unsized = guest('a', 2, { pins: [1, 2], ...cache(2) });
    gives('GUEST_RUNNING', 'warning', /gives it no memory of a known size: /, origin, provoked(unsized));
    const without = guest('a', 2, { memoryBytes: GiB, pageBytes: 2 * MiB, pins: [1, 2] });
    gives('GUEST_RUNNING', 'warning', /gives it no cache of its own: /, origin, provoked(without));
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
    gives('MEM_1G_LATE', 'warning', /rt_kernel_args has no hugepages=/, ['host', 'rt_kernel_args'], {
      guests,
      host: { ownArguments: ['quiet'] },
    });
    const others = { ownArguments: ['quiet'], otherArguments: ['hugepagesz=1G', 'hugepages=0:2'] };
    assert.deepEqual(of('MEM_1G_LATE', { guests, host: others }), []);
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
