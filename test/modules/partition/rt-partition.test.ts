/** The module rt_partition on machines made of text: what it plans, keeps and refuses. */
import assert from 'node:assert/strict';
import { rtPartition } from '../../../src/modules/partition/rt-partition.js';
import { GivenArgs } from '../../../src/modules/args/given.js';
import type { Value } from '../../../src/values/value.js';
import { FakeTarget, type Outcome } from '../context.js';
import { tree, type Shape } from '../../rt/topology/tree.js';

const file = '/etc/rtprov/partition.json';
/** CPU n and n+8 are threads of one core; cores 0-3 are on node 0, cores 4-7 on node 1. */
const server: Shape = { packages: 2, cores: 4, threads: 2, siblings: 'far' };
/** A guest of four vCPUs. */
const small: Shape = { packages: 1, cores: 4, threads: 1, siblings: 'near' };

type Args = Readonly<Record<string, Value>>;
type Mapping = Readonly<Record<string, unknown>>;

function machine(shape: Shape = server): FakeTarget {
  const target = new FakeTarget();
  const files = Object.fromEntries(tree(shape));
  target.states.set('topology:machine', { files, guests: [], domains: [] });
  target.setFile('/etc', { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
  return target;
}

function planOf({ plan }: Outcome): Mapping {
  assert.ok(plan.type === 'states', JSON.stringify(plan));
  return (plan.result as { readonly rt_plan: Mapping }).rt_plan;
}

function applied(target: FakeTarget, args: Args): Mapping {
  const outcome = target.plan(rtPartition, args);
  target.apply(outcome.steps);
  return planOf(outcome);
}

function refusal(target: FakeTarget, args: Args): string {
  const { plan } = target.plan(rtPartition, args);
  assert.ok(plan.type === 'failed', JSON.stringify(plan));
  return plan.msg;
}

function warnings({ plan }: Outcome): readonly string[] {
  assert.ok(plan.type === 'states', JSON.stringify(plan));
  return plan.warnings ?? [];
}

const guest = (rt: number): Value => ({ vcpus: { rt, housekeeping: 1 }, memory: '1GiB' });
const vcpusOf = (plan: Mapping, name: string): unknown =>
  (plan['guests'] as Readonly<Record<string, { readonly vcpus: unknown }>>)[name]?.vcpus;

describe('module rt_partition', () => {
  it('gives the plan as rt_plan and keeps it', () => {
    const target = machine();
    const plan = applied(target, { guests: { plc1: guest(2) } });
    assert.equal(plan['housekeeping'], '0,4,8,12');
    assert.equal(plan['isolated'], '1-3,5-7,9-11,13-15');
    assert.deepEqual(vcpusOf(plan, 'plc1'), [1, 2, 3]);
    assert.equal(target.file('/etc/rtprov').type, 'directory');
    const kept = JSON.parse(target.contentOf(file) ?? '') as Mapping;
    assert.deepEqual(vcpusOf(kept, 'plc1'), [1, 2, 3]);
  });

  it('plans the same again and then changes nothing, and gives templates the same rt_plan', () => {
    const variables = { rt_reservations: [{ name: 'ptp4l', cpus: 1, for: 'unit' }] };
    for (const guests of [{}, { plc1: guest(1) }, { b: guest(2), a: guest(1) }]) {
      for (const args of [{ guests }, { guests, variables }]) {
        const target = machine();
        const first = applied(target, args);
        const text = target.contentOf(file) ?? '';
        assert.deepEqual(JSON.parse(text), first);
        const again = target.plan(rtPartition, args);
        assert.equal(again.changed, false);
        assert.deepEqual(planOf(again), first);
        assert.equal(target.contentOf(file), text);
      }
    }
  });

  it('gives rt_plan without what a second run says otherwise', () => {
    const plan = applied(machine(), { guests: { plc1: guest(2) } });
    const { plc1 } = plan['guests'] as Readonly<Record<string, Mapping>>;
    for (const key of ['kept', 'why']) assert.ok(plc1 !== undefined && !Object.hasOwn(plc1, key), key);
    for (const key of ['why', 'diagnostics', 'foreign']) assert.ok(!Object.hasOwn(plan, key), key);
  });

  it('leaves a guest where it is when another comes, and when one goes', () => {
    const target = machine();
    const before = vcpusOf(applied(target, { guests: { plc2: guest(1) } }), 'plc2');
    const both = applied(target, { guests: { plc1: guest(1), plc2: guest(1) } });
    assert.deepEqual(vcpusOf(both, 'plc2'), before);
    const other = vcpusOf(both, 'plc1');
    assert.notDeepEqual(other, before);
    assert.deepEqual(vcpusOf(applied(target, { guests: { plc1: guest(1) } }), 'plc1'), other);
  });

  it('ignores the former plan with replan', () => {
    const target = machine();
    applied(target, { guests: { plc2: guest(1) } });
    const kept = applied(target, { guests: { plc1: guest(1), plc2: guest(1) } });
    const again = applied(target, { guests: { plc1: guest(1), plc2: guest(1) }, replan: true });
    const fresh = applied(machine(), { guests: { plc1: guest(1), plc2: guest(1) } });
    assert.deepEqual(vcpusOf(again, 'plc2'), vcpusOf(fresh, 'plc2'));
    assert.notDeepEqual(vcpusOf(again, 'plc2'), vcpusOf(kept, 'plc2'));
  });

  it('refuses with the code, the numbers and what to do, and writes nothing', () => {
    const target = machine();
    const msg = refusal(target, { guests: { plc1: guest(9) } });
    assert.match(msg, /^PLAN_NO_ROOM: .*plc1.*\(.+\)$/m);
    assert.equal(target.file(file).type, 'absent');
  });

  it('names all refusals at once', () => {
    const msg = refusal(machine(), {
      variables: { rt_housekeeping_cpus: '0-1,8-9', rt_isolated_cpus: '1-3,9-11' },
    });
    assert.match(msg, /^CPU_OVERLAP: .*1,9/m);
    assert.match(msg, /^CPU_UNCOVERED: .*4-7,12-15/m);
  });

  it('says which part of a variable it cannot read', () => {
    const msg = refusal(machine(), { variables: { rt_partition: { housekeping: 'auto' } } });
    assert.match(msg, /^PLAN_INPUT: .*housekeping/m);
    assert.match(refusal(machine(), { guests: { plc1: { vcpus: { rt: 'many' } } } }), /^PLAN_INPUT: .*rt/m);
  });

  it('takes explicit lists', () => {
    const plan = applied(machine(), {
      variables: { rt_housekeeping_cpus: '0-3,8-11', rt_isolated_cpus: '4-7,12-15' },
    });
    assert.deepEqual([plan['housekeeping'], plan['isolated']], ['0-3,8-11', '4-7,12-15']);
  });

  it('refuses one list without the other', () => {
    assert.match(refusal(machine(), { variables: { rt_isolated_cpus: '1' } }), /rt_housekeeping_cpus/);
  });

  it('warns of a damaged former plan and plans again', () => {
    for (const text of ['{', '[]', '{"version": 99}', '{"guests": {"plc1": {"vcpus": "x"}}}']) {
      const target = machine();
      target.setFile(file, target.text(text));
      const outcome = target.plan(rtPartition, { guests: { plc1: guest(2) } });
      assert.deepEqual(vcpusOf(planOf(outcome), 'plc1'), [1, 2, 3], text);
      assert.match(warnings(outcome).join('\n'), /^PLAN_FORMER: /m, text);
      target.apply(outcome.steps);
      const again = target.plan(rtPartition, { guests: { plc1: guest(2) } });
      assert.equal(again.changed, false, text);
      assert.doesNotMatch(warnings(again).join('\n'), /PLAN_FORMER/, text);
    }
  });

  it('judges what the kernel of the machine can do', () => {
    const kernel = (texts: Readonly<Record<string, string>>): FakeTarget => {
      const target = new FakeTarget();
      const files = { ...Object.fromEntries(tree(server)), ...texts };
      target.states.set('topology:machine', { files, guests: [], domains: [] });
      target.setFile('/etc', { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
      return target;
    };
    const release = (text: string): Readonly<Record<string, string>> => ({
      '/proc/sys/kernel/osrelease': `${text}\n`,
    });
    const slice = '/sys/fs/cgroup/system.slice/cpuset.cpus';
    const cgroup = { variables: { rt_partition: { isolation: 'cgroup' } } };
    assert.match(refusal(kernel(release('6.1.0-28-rt-amd64')), cgroup), /^ISO_KERNEL: .*6\.1\.0-28-rt-amd64/);
    const without = { ...release('6.12.1'), [slice]: '' };
    assert.match(refusal(kernel(without), cgroup), /^ISO_KERNEL: /);
    const backport = { ...release('5.14.0-503.el9'), [slice]: '', [`${slice}.exclusive`]: '' };
    assert.equal(applied(kernel(backport), cgroup)['isolation'], 'cgroup');
    const pages = (target: FakeTarget): readonly string[] =>
      (applied(target, { guests: { plc1: guest(1) } })['kernelArguments'] as readonly string[]).filter(
        (word) => word.startsWith('hugepages='),
      );
    assert.deepEqual(pages(kernel(release('6.1.0-28-rt-amd64'))), ['hugepages=0:1']);
    assert.deepEqual(pages(kernel(release('4.18.0-553.el8'))), []);
  });

  it('does not write where something else is in the way', () => {
    const target = machine();
    target.setFile('/etc/rtprov', target.text('mine'));
    assert.match(refusal(target, {}), /\/etc\/rtprov is in the way: it is not a folder/);
    const folder = machine();
    folder.setFile(file, { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
    assert.match(refusal(folder, {}), /partition\.json is in the way: it is a folder/);
  });

  it('plans the same in check mode', () => {
    const target = machine();
    const wet = target.plan(rtPartition, { guests: { plc1: guest(2) } });
    target.checkMode = true;
    const dry = target.plan(rtPartition, { guests: { plc1: guest(2) } });
    assert.deepEqual(dry, wet);
    assert.equal(dry.changed, true);
  });

  it('keeps the plan where `path` says', () => {
    const target = machine();
    applied(target, { path: '/etc/own/plan.json' });
    assert.equal(target.file('/etc/own/plan.json').type, 'file');
    assert.equal(target.file(file).type, 'absent');
  });

  describe('on a guest', () => {
    const args = (variables: Value): Args => ({ machine: 'guest', variables });
    const lists = (variables: Value): unknown => {
      const plan = applied(machine(small), args(variables));
      return [plan['housekeeping'], plan['isolated']];
    };

    it('keeps the first vCPUs for housekeeping', () => {
      assert.deepEqual(lists({}), ['0', '1-3']);
      assert.deepEqual(lists({ rt_guest: { vcpus: { rt: 2, housekeeping: 2 } } }), ['0-1', '2-3']);
    });

    it('isolates nothing where no vCPU does real-time work', () => {
      assert.deepEqual(lists({ rt_guest: { vcpus: { rt: 0, housekeeping: 4 } } }), ['0-3', '']);
    });

    it('takes its explicit lists', () => {
      assert.deepEqual(lists({ rt_housekeeping_cpus: '0-2', rt_isolated_cpus: '3' }), ['0-2', '3']);
    });

    it('carries no guests of its own', () => {
      const plan = applied(machine(small), { ...args({}), guests: { inner: guest(1) } });
      assert.deepEqual(plan['guests'], {});
    });
  });

  it('refuses arguments that it does not know', () => {
    assert.ok(new GivenArgs(rtPartition, { machine: 'container' }).parsed.faults !== undefined);
    assert.ok(new GivenArgs(rtPartition, { guest: {} }).parsed.faults !== undefined);
  });
});
