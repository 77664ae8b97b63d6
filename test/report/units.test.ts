/** A plan and the run behind it count the same things alike. */
import assert from 'node:assert/strict';
import { Tally } from '../../src/report/tally.js';
import { ShellHosts } from '../engine/shell-hosts.js';

describe('units of counting', function () {
  this.timeout(60_000);
  const hosts = new ShellHosts();
  before(() => hosts.reset());
  after(() => hosts.remove());

  it('are tasks and resources, equal in plan and run', async () => {
    const playbook = `- hosts: h1
  gather_facts: false
  tasks:
    - copy: { content: x, dest: "{{ dir }}/{{ item }}" }
      loop: [a, b, c]
    - file: { path: "{{ dir }}/a", mode: "0600" }
    - { debug: { msg: x }, changed_when: true }
    - copy: { content: x, dest: "{{ dir }}/b" }
`;
    const counts = async (check: boolean): Promise<readonly unknown[]> => {
      const { events, summary } = await hosts.play(playbook, { check, hosts: ['h1'] });
      const tally = new Tally(undefined);
      for (const event of events) tally.add(event);
      return [summary.hosts.get('h1')?.totals, tally.changedResources, tally.actions, tally.changedHosts];
    };
    const planned = await counts(true);
    assert.deepEqual(planned.slice(1), [3, 1, 1]);
    assert.deepEqual(await counts(false), planned);
  });
});
