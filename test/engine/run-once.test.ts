/** `run_once`: what reaches the other hosts. */
import assert from 'node:assert/strict';
import { isMapping, plainText } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: tasks that run once', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  it('give their facts and what they register to all hosts of the batch, and to no other batch, as in Ansible', async () => {
    const outcome = await hosts.play(
      `
- hosts: all
  serial: 2
  gather_facts: false
  tasks:
    - set_fact: { x: "{{ inventory_hostname }}" }
      run_once: true
    - command: echo {{ inventory_hostname }}
      run_once: true
      register: y
    - name: say
      debug:
        msg: "{{ x }} {{ y.stdout }}, {{ hostvars.h1.x | default('-') }} {{ hostvars.h2.x | default('-') }} {{ hostvars.h3.x | default('-') }}"
`,
      { hosts: ['h1', 'h2', 'h3'] },
    );
    const said = outcome.results.flatMap(({ host, task, result }) =>
      task.name === 'say' && isMapping(result) ? [`${host}: ${plainText(result['msg'] ?? null)}`] : [],
    );
    // What ansible-core 2.14 says of the same play.
    assert.deepEqual(said.sort(), ['h1: h1 h1, h1 h1 -', 'h2: h1 h1, h1 h1 -', 'h3: h3 h3, h1 h1 h3']);
  });
});
