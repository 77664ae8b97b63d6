/** What the roles make of variables of the inventory: as the module gets them, and as the templates do. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInventory } from '../../../src/cli/inventory-option.js';
import { roleVars } from '../../../src/cli/partition/role-vars.js';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js';
import { parseExtraVars } from '../../../src/inventory/extra-vars.js';
import type { PartitionPlan } from '../../../src/rt/partition/model.js';
import { planPartition } from '../../../src/rt/partition/plan.js';
import { Templates } from '../../../src/template/engine.js';
import { isMapping, type Value } from '../../../src/values/value.js';
import { machine, request } from '../../support/machine.js';
import { write } from './made-up.js';

describe('cli: variables of the roles', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-role-vars-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const plan = planPartition(machine({ cores: 4 }), request([]));

  /** A variable of a role, for a host whose inventory has these lines. */
  function valueOf(variable: string, lines: string, planned?: PartitionPlan, group = 'rt_hosts'): Value {
    write(folder, { 'hosts.yaml': `${group}:\n  hosts:\n    kvm1:\n`, 'host_vars/kvm1.yaml': `${lines}\n` });
    const diagnostics = new Diagnostics();
    const inventory = readInventory({ inventory: [join(folder, 'hosts.yaml')] }, diagnostics);
    const extraVars = parseExtraVars([], diagnostics);
    const vars = roleVars({ inventory, host: 'kvm1', extraVars, facts: {}, plan: planned }, diagnostics);
    diagnostics.throwIfErrors();
    const found = vars.lookup(variable);
    assert.ok(found !== undefined, variable);
    return new Templates().variable(variable, found, vars);
  }

  const judged = (lines: string, planned?: PartitionPlan): Value => {
    const value = valueOf('rt_partition_variables', lines, planned);
    assert.ok(isMapping(value));
    return value['rt_kernel_args'] ?? null;
  };

  it('give the plan rt_kernel_args where they are not those of the plan', () => {
    assert.deepEqual(judged('rt_kernel_args: [nohz_full=1-3]'), ['nohz_full=1-3']);
    assert.deepEqual(judged('rt_kernel_args: [nohz_full=1-3]', plan), ['nohz_full=1-3']);
    assert.equal(judged('x: 1'), null);
    assert.equal(judged('x: 1', plan), null);
    assert.equal(judged(`rt_kernel_args: "{{ rt_plan.kernelArguments + ['quiet'] }}"`), null);
  });

  it('give slices the CPUs that the inventory has for them, and the plan otherwise', () => {
    const own = { 'system.slice': '0', 'user.slice': '0', 'realtime.slice': '0,1-3' };
    assert.deepEqual(valueOf('rt_slices', 'x: 1', plan), { ...own, 'machine.slice': '0,1-3' });
    assert.deepEqual(valueOf('rt_slices', 'rt_slice_cpus: {machine.slice: "0-1", a.slice: "2"}', plan), {
      ...own,
      'machine.slice': '0-1',
      'a.slice': '2',
    });
    const both = 'rt_slice_cpus: {machine.slice: "0-1"}\nrt_slice_cpus_host: {machine.slice: "0-2"}';
    assert.deepEqual(valueOf('rt_slices', both, plan), { ...own, 'machine.slice': '0-2' });
    assert.deepEqual(valueOf('rt_slices', both, plan, 'rt_guests'), { ...own, 'machine.slice': '0-1' });
  });
});
