/** Conditions that give no boolean, in each keyword that takes one. */
import assert from 'node:assert/strict';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: a condition that gives no boolean', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const tasks: readonly string[] = [
    'debug: { msg: x }\n      when: enabled',
    'command: "true"\n      failed_when: enabled',
    'command: "true"\n      changed_when: enabled',
    'command: "true"\n      until: enabled\n      retries: 1\n      delay: 0',
    'assert: { that: enabled }',
  ];
  for (const task of tasks)
    it(`fails its task: ${task.replaceAll(/\s+/g, ' ')}`, async () => {
      const { results } = await hosts.play(
        `- hosts: all\n  gather_facts: false\n  vars: { enabled: 'false' }\n  tasks:\n    - ${task}\n`,
        { hosts: ['h1'] },
      );
      assert.equal(results.at(-1)?.status, 'failed');
      assert.match(results.at(-1)?.msg ?? '', /The condition `enabled` gives a value of the type str/);
    });
});
