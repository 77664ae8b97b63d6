import assert from 'node:assert/strict';
import { ArgsMemo } from '../../src/modules/args/memo.js';
import type { PlanInputs } from '../../src/planner/inputs.js';
import { planTask } from '../../src/planner/task.js';
import { PlanView } from '../../src/planner/view.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import type { Source } from '../../src/modules/core/module.js';
import type { Task } from '../../src/playbook/read/model.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { Templates } from '../../src/template/engine.js';
import { Unknown } from '../../src/values/value.js';
import { facts } from '../modules/context.js';
import { playOf, removeProjects, tasksOf } from '../playbook/project.js';

describe('planner/task', () => {
  after(removeProjects);

  const vars = HostVars.empty.with('registered', { x: new Unknown('`true` has not run') });

  function taskOf(text: string): Task {
    const [task] = tasksOf(playOf(`- hosts: all\n  tasks:\n    - ${text}\n`, { 'files/motd': 'hi\n' }).body);
    assert.ok(task !== undefined);
    return task;
  }

  function inputs(sources: Partial<Pick<PlanInputs, 'source' | 'sourceMissing'>> = {}): PlanInputs {
    return {
      templates: new Templates(),
      args: new ArgsMemo(),
      view: new PlanView(new MemoryContentStore()),
      facts,
      checkMode: true,
      diffs: false,
      verbosity: 0,
      backupSuffix: '',
      controller: { host: 'controller', started: new Date(0) },
      source: () => undefined,
      sourceMissing: () => false,
      ...sources,
    };
  }

  it('refuses labels of SELinux on a host that has it, and passes them over on others as Ansible does', () => {
    const task = taskOf('{ file: { path: /srv, state: directory, setype: etc_t, selevel: s0 } }');
    const has = { ...facts, selinux: true } as const;
    const planned = planTask(task, vars, { ...inputs(), facts: has });
    assert.ok(planned.type === 'items');
    assert.match(
      JSON.stringify(planned.items[0]?.plan),
      /"failed","msg":"selevel, setype: this host has SELinux/,
    );
    assert.equal(planTask(task, vars, inputs()).type, 'need');
  });

  describe('of a task of which it is unknown whether it runs', () => {
    const task = (): Task => taskOf('{ copy: { src: motd, dest: /etc/motd }, when: x is changed }');

    it('asks for the sources, which it perhaps does not need', () => {
      const planned = planTask(task(), vars, inputs());
      assert.ok(planned.type === 'need');
      assert.deepEqual(planned.sources, []);
      assert.deepEqual(
        planned.perhaps.map(({ name }) => name),
        ['motd'],
      );
    });

    it('reports what may change once they are there', () => {
      const source: Source = { type: 'file', path: '/motd', mode: '0644', size: 3, sha256: 'abc' };
      const given = inputs({ source: () => source });
      const asking = planTask(task(), vars, given);
      assert.ok(asking.type === 'need');
      assert.deepEqual(asking.reads, [{ kind: 'file', name: '/etc' }]);
      for (const request of asking.reads)
        given.view.learn(request, { type: 'directory', mode: '0755', owner: 'root', group: 'root' });
      const planned = planTask(task(), vars, given);
      assert.ok(planned.type === 'items');
      const [item] = planned.items;
      assert.ok(item?.plan.type === 'unknown');
      const names = item.plan.resources.map(({ name }) => name);
      assert.ok(names.includes('/etc/motd') && !names.includes('/etc'));
      assert.equal(new Set(names).size, names.length, 'each is named once');
    });

    it('is unknown and no failure when there is no such source', () => {
      const planned = planTask(task(), vars, inputs({ sourceMissing: () => true }));
      assert.ok(planned.type === 'items');
      assert.deepEqual(
        planned.items.map(({ plan }) => plan.type),
        ['unknown'],
      );
    });
  });

  it('takes a variable named owner for no owner of a file', () => {
    const planned = planTask(taskOf('set_fact: { owner: "1000", group: staff }'), vars, inputs());
    assert.ok(planned.type === 'items');
    const [item] = planned.items;
    assert.ok(item?.plan.type === 'controller' && item.plan.operation.op === 'set_fact');
    assert.deepEqual(item.plan.operation.facts, { owner: '1000', group: 'staff' });
  });
});
