/** What is known after a check of set_fact whose items run for sure, perhaps, or not. */
import assert from 'node:assert/strict';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: set_fact whose items run perhaps', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const site = (loop: string): string =>
    `- hosts: all
  gather_facts: false
  tasks:
    - command: echo yes
      changed_when: false
      register: told
    - set_fact: { chosen: "{{ item }}" }
      loop: ${loop}
      when: item == 'sure' or told.stdout == 'yes'
    - copy: { content: "{{ chosen }}", dest: "{{ dir }}/x" }
`;

  it('does not know a value that an item may cover', async () => {
    const { results } = await hosts.play(site('[sure, perhaps]'), { check: true, hosts: ['h1'] });
    assert.equal(results.at(-1)?.status, 'unknown');
  });

  it('knows the value of an item that covers all before it', async () => {
    const { results } = await hosts.play(site('[perhaps, sure]'), { check: true, hosts: ['h1'] });
    assert.equal(results.at(-1)?.status, 'changed');
  });
});
