import assert from 'node:assert/strict';
import type { HostRequest } from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { cpus, guest, machine, request } from '../../../support/machine.js';
import { gives, hk, of, part } from './support.js';

describe('rules for the boot, priorities and slices', () => {
  it('LIST_LONG: a line that the kernel would cut, with room for what the boot loader adds', () => {
    // One range: strides make its list no shorter.
    const topology = machine({ cores: 4 });
    const plan = planPartition(topology, request([]));
    const own = plan.kernelArguments.reduce((sum, word) => sum + 1 + word.length, 0);
    const extra = (bytes: number): Partial<HostRequest> => ({ otherArguments: ['x'.repeat(bytes - 1)] });
    const most = 2047 - 256 - own;
    assert.deepEqual(of('LIST_LONG', { topology, host: extra(most) }), []);
    gives(
      'LIST_LONG',
      'error',
      new RegExp(
        `would have 2048 bytes \\(${own} of the plan, ${most + 1} of rt_kernel_args_extra and 256 left free.*the kernel reads 2047$`,
      ),
      ['host', 'rt_kernel_args_extra'],
      { topology, host: extra(most + 1) },
    );
    assert.match(
      of('LIST_LONG', { topology, host: extra(most + 9) })[0]?.hint ?? '',
      /extra, 9 bytes or more:/,
    );
    gives('LIST_LONG', 'error', /\(2000 of rt_kernel_args, 0 of/, ['host', 'rt_kernel_args'], {
      host: { ownArguments: ['x'.repeat(1999)] },
    });
  });

  it('LIST_LONG: lists of the plan that do not fit alone', () => {
    // Gaps of unlike lengths: neither ranges nor strides make the lists short.
    const [housekeeping, isolated] = [0, 1].map((part) =>
      Array.from({ length: 1000 }, (_, cpu) => cpu).filter(
        (cpu) => (cpu * cpu * 7 + cpu * 3) % 11 < 4 === (part === 0),
      ),
    );
    const topology = machine({ cores: 1000 });
    gives('LIST_LONG', 'error', /bytes \(\d+ of the plan, 0 of rt_kernel_args_extra/, hk, {
      topology,
      host: { housekeeping: { kind: 'lists', housekeeping: housekeeping ?? [], isolated: isolated ?? [] } },
    });
    gives('LIST_LONG', 'error', /bytes \(\d+ of the plan/, part, {
      topology,
      host: { housekeeping: { kind: 'list', cpus: housekeeping ?? [] } },
    });
  });

  it('NOHZ_NOT_ISOLATED: another list beside the plan', () => {
    const origin = ['host', 'rt_kernel_args_extra'];
    gives(
      'NOHZ_NOT_ISOLATED',
      'error',
      /^rt_kernel_args_extra has nohz_full=2-7, and the plan isolates the CPUs 1-3,5-7,9-11,13-15/,
      origin,
      {
        host: { otherArguments: ['quiet', 'nohz_full=2-7'] },
      },
    );
    assert.deepEqual(
      of('NOHZ_NOT_ISOLATED', { host: { otherArguments: ['nohz_full=1-3,5-7,9-11,13-15'] } }),
      [],
    );
    gives(
      'NOHZ_NOT_ISOLATED',
      'error',
      /^rt_kernel_args has isolcpus=domain,1-3, and/,
      ['host', 'rt_kernel_args'],
      { host: { ownArguments: ['isolcpus=domain,1-3', 'rcu_nocbs=1-3,5-7,9-11,13-15'] } },
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
    gives(
      'RT_RUNTIME',
      'error',
      /is 900000 of a period of 1000000/,
      ['host', 'rt_sysctls_extra', 'kernel.sched_rt_runtime_us'],
      {
        host: {
          sysctls: { 'kernel.sched_rt_runtime_us': '-1' },
          sysctlsExtra: { 'kernel.sched_rt_runtime_us': '900000' },
        },
      },
    );
    gives('RT_RUNTIME', 'error', /is not set, and 950000 by default/, origin, {
      host: { sysctls: { 'vm.swappiness': '10' } },
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

  it('SLICE_NO_HK: more than a parent that has its CPUs from the plan', () => {
    const slice = (name: string, list: string) => ({
      name,
      cpus: cpus(list),
      origin: ['rt_slice_cpus', name],
    });
    for (const parent of ['system', 'user'])
      gives(
        'SLICE_NO_HK',
        'error',
        new RegExp(
          `^${parent}-rt\\.slice has CPUs 1-3, which ${parent}\\.slice above it does not have \\(0,4,8,12, from the plan\\)$`,
        ),
        ['host', 'rt_slice_cpus', `${parent}-rt.slice`],
        { host: { slices: [slice(`${parent}-rt.slice`, '0-3')] } },
      );
    const good = [
      slice('system-rt.slice', '0,8'),
      slice('machine-rt.slice', '0-3'),
      // "all" on a machine whose kernel has room for more CPUs.
      slice('realtime-rt.slice', '0-63'),
      slice('other-rt.slice', '0-3'),
    ];
    assert.deepEqual(of('SLICE_NO_HK', { host: { slices: good } }), []);
    const wider = [slice('system.slice', '0-3'), slice('system-rt.slice', '0-3')];
    assert.deepEqual(of('SLICE_NO_HK', { host: { slices: wider } }), []);
  });
});
