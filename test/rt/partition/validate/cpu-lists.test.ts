import assert from 'node:assert/strict';
import type { HostRequest } from '../../../../src/rt/partition/model.js';
import { planPartition } from '../../../../src/rt/partition/plan.js';
import { GiB, cpus, guest, host, machine, request } from '../../../support/machine.js';
import { device, gives, hk, iso, lists, of, part, two, vcpus, type Provoked } from './support.js';

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

  it('hints for single CPUs name the list in which no core is split', () => {
    const hint = (code: string, provoked: Provoked): string => of(code, provoked)[0]?.hint ?? '';
    assert.match(
      hint('CPU_UNCOVERED', { host: lists('0', '1-3,9-15') }),
      /^Add CPU 8 to rt_housekeeping_cpus and CPUs 4-7 to rt_isolated_cpus: a forgotten/,
    );
    assert.match(
      hint('CPU_UNCOVERED', { host: lists('0,4,8', '1-2,5-7,9,13-14') }),
      /^Add CPU 12 to rt_housekeeping_cpus, CPUs 10,15 to rt_isolated_cpus and CPUs 3,11 to rt_housekeeping_cpus or to rt_isolated_cpus: a forgotten/,
    );
    assert.match(
      hint('CPU_OVERLAP', { host: lists('0-2,8,10', '0-1,3-7,9-15') }),
      /^Remove CPUs 0,10 from rt_isolated_cpus and CPU 1 from rt_housekeeping_cpus:/,
    );
    assert.match(hint('CPU_ABSENT', { host: lists('0,8', '1-7,9-16') }), /^Remove it: /);
  });

  it('CPU_BOOT_ISOLATED names the whole core, and following it is enough', () => {
    const hint = (list: Partial<HostRequest>): string =>
      of('CPU_BOOT_ISOLATED', { host: list })[0]?.hint ?? '';
    assert.match(
      hint({ housekeeping: { kind: 'list', cpus: cpus('1,9') } }),
      /^Add CPUs 0,8 to the housekeeping CPUs: the kernel keeps time on CPU 0/,
    );
    assert.match(
      hint(lists('1,9', '0,2-8,10-15')),
      /^Add CPUs 0,8 to rt_housekeeping_cpus and remove CPUs 0,8 from rt_isolated_cpus:/,
    );
    assert.match(hint(lists('1,9', '2-7,10-15')), /^Add CPUs 0,8 to rt_housekeeping_cpus:/);
    for (const list of [
      { housekeeping: { kind: 'list', cpus: cpus('0-1,8-9') } } as const,
      lists('0-1,8-9', '2-7,10-15'),
    ]) {
      const { diagnostics } = planPartition(two, request([], { host: { ...host, ...list } }));
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      );
    }
  });

  it('LIST_EMPTY: guests, and no CPU isolated', () => {
    const all: Partial<HostRequest> = { housekeeping: { kind: 'list', cpus: cpus('0-15') } };
    gives('LIST_EMPTY', 'error', /1 user of isolated CPUs is planned.*all 16 CPUs/, part, {
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
