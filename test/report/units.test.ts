/** A plan and the run after it count the same things alike. */
import assert from 'node:assert/strict';
import { Amounts } from '../../src/engine/run/amounts.js';
import type { RunEvent } from '../../src/engine/run/events.js';
import { shellHosts } from '../engine/shell-hosts.js';
import { undo } from './events.js';

const amountsOf = (events: readonly RunEvent[]): ReturnType<Amounts['all']> => {
  const amounts = new Amounts();
  for (const event of events) amounts.add(event);
  return amounts.all();
};

describe('units of counting', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: string): string => `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`;

  it('are tasks and resources, equal in plan and run', async () => {
    const playbook = play(`
    - copy: { content: x, dest: "{{ dir }}/{{ item }}" }
      loop: [a, b, c]
    - file: { path: "{{ dir }}/a", mode: "0600" }
    - { debug: { msg: x }, changed_when: true }
    - { copy: { content: x, dest: "{{ dir }}/e" }, delegate_to: h2 }
    - { file: { path: "{{ dir }}/e", mode: "0600" }, delegate_to: h2 }
`);
    const counts = async (check: boolean): Promise<readonly unknown[]> => {
      const { events, summary } = await hosts.play(playbook, { check });
      return [summary.hosts.get('h1')?.totals, amountsOf(events)];
    };
    const planned = await counts(true);
    assert.deepEqual(planned[1], {
      changes: { h1: { resources: 3, actions: 1 }, h2: { resources: 1, actions: 0 } },
    });
    assert.deepEqual(await counts(false), planned);
  });

  it('have a count of their own for tasks of which a check does not know how they end', async () => {
    const playbook = play(`
    - { command: "true", register: r, touches: [] }
    - { copy: { content: x, dest: "{{ dir }}/a" } }
    - { copy: { content: "{{ r.rc }}", dest: "{{ dir }}/b" } }
    - { copy: { content: "{{ item }}", dest: "{{ dir }}/c{{ item }}" }, loop: [1, "{{ r.rc }}"] }
    - { debug: { msg: x } }
`);
    const { summary, lines } = await hosts.play(playbook, { check: true, hosts: ['h1'] });
    assert.ok(lines.includes('h1 copy [1] changed'), lines.join('\n'));
    assert.deepEqual(summary.hosts.get('h1')?.totals, {
      ...{ ok: 2, changed: 2, unknown: 3 },
      ...{ unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 },
    });
  });

  it('count includes, meta and ignored failures as ansible-core 2.19', async () => {
    const none = {
      ok: 0,
      changed: 0,
      unknown: 0,
      unreachable: 0,
      failed: 0,
      skipped: 0,
      rescued: 0,
      ignored: 0,
    };
    const files = { 't.yml': '- debug: {msg: t}\n', 'roles/r/tasks/main.yml': '- debug: {msg: r}\n' };
    const counts = async (tasks: string, check = false): Promise<unknown> =>
      (await hosts.play(play(tasks), { files, check })).summary.hosts.get('h1')?.totals;
    const includes = `
    - include_tasks: t.yml
    - {include_tasks: t.yml, when: false}
    - {include_tasks: t.yml, loop: [1, 2, 3]}
    - {include_role: {name: r}, loop: [1, 2], when: item == 2}
    - {include_tasks: t.yml, loop: []}
    - import_tasks: t.yml
    - import_role: {name: r}
    - {include_tasks: t.yml, run_once: true}
    - meta: noop
    - {meta: noop, when: false}
    - {debug: {msg: x}, changed_when: true, notify: h}
    - copy: {content: x, dest: "{{ dir }}/f"}
    - include_tasks: t.yml
    - copy: {content: y, dest: "{{ dir }}/g"}
    - meta: end_host
  handlers: [{name: h, include_tasks: t.yml}]
`;
    assert.deepEqual(await counts(includes, true), { ...none, ok: 19, changed: 3, skipped: 2 });
    assert.deepEqual(await counts(includes), { ...none, ok: 19, changed: 3, skipped: 2 });
    const failing = ['command: "false"', 'command: sh -c "exit {{ item }}"\n      loop: [0, 1]']
      .concat('command: "false"\n      changed_when: false', 'fail: {}', 'raw: exit 1')
      .concat('fail: {}\n      changed_when: true', 'command: "true"\n      failed_when: true')
      .concat(
        'command: "false"\n      register: r\n      until: r is succeeded\n      retries: 1\n      delay: 0',
      )
      .map((task) => `    - ${task}\n      ignore_errors: true\n`);
    assert.deepEqual(await counts(failing.join('')), { ...none, ok: 8, changed: 6, ignored: 8 });
  });

  it('report what a check did by itself', async () => {
    const { events } = await hosts.play(
      play(`
    - { copy: { content: x, dest: "{{ dir }}/a" }, check_mode: false }
    - { file: { path: "{{ dir }}/a", mode: "0600" }, check_mode: false }
    - { command: "true", check_mode: false }
    - { copy: { content: x, dest: "{{ dir }}/b" } }
`),
      { check: true, hosts: ['h1'] },
    );
    const { changes, ran } = amountsOf(events);
    assert.deepEqual(ran, { h1: { resources: 1, actions: 1 } });
    assert.deepEqual(changes, { h1: { resources: 1, actions: 0 } });
  });

  it('count a resource once in a rollback, with its worst verdict', () => {
    const entry = (resource: string, verdict: 'undone' | 'same' | 'conflict' | 'kept'): RunEvent =>
      undo('h1', 't', resource, verdict);
    const { undone } = amountsOf([
      entry('file:/a', 'undone'),
      entry('file:/a', 'undone'),
      entry('file:/b', 'same'),
      entry('file:/b', 'undone'),
      entry('file:/c', 'conflict'),
      entry('file:/c', 'undone'),
      entry('file:/d', 'same'),
      entry('command: x', 'kept'),
      entry('command: x', 'kept'),
      entry('command: y', 'undone'),
      { type: 'rollback_started', host: 'h2', run: 'r' },
    ]);
    assert.deepEqual(undone, {
      h1: {
        undone: { resources: 2, actions: 1 },
        conflict: { resources: 1, actions: 0 },
        same: { resources: 1, actions: 0 },
        kept: { resources: 0, actions: 2 },
      },
      h2: {},
    });
  });
});
