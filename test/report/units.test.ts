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
  this.timeout(60_000);
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
