/** What is shown of tasks with no_log, and what their journal says: nothing of their values, whatever the task does. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine: tasks with no_log', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  /** None of these values is a variable or a literal of its own, so that masking by value does not find them. */
  const playbook = `
- hosts: h1
  gather_facts: false
  tasks:
    - { name: file, copy: { content: "{{ 'word' ~ 1 }}\\n", dest: '{{ dir }}/f' }, no_log: true }
    - { name: command, shell: 'printf %s wor; printf %s d2; echo x >{{ dir }}/word3', no_log: true }
    - { name: loop, command: 'echo {{ item }}', loop: [word4], no_log: true }
    - { name: fails, shell: 'printf %s wor >&2; echo d5 >&2; exit 1', no_log: true, ignore_errors: true }
    - { name: shown, copy: { content: "seen\\n", dest: '{{ dir }}/s' } }
`;

  for (const check of [true, false])
    it(`shows neither results nor diffs nor commands ${check ? 'in a plan' : 'in a run'}`, async () => {
      const { results, events } = await hosts.play(playbook, { hosts: ['h1'], check });
      const hidden = results.filter(({ task }) => task.name !== 'shown');
      assert.equal(hidden.length, 4);
      for (const { task, result, diffs, actions, msg, item } of hidden) {
        assert.deepEqual(result, { censored: 'hidden: no_log' }, task.name);
        for (const { diff } of diffs)
          assert.deepEqual(
            diff,
            {
              type: 'fields',
              fields: [{ field: 'content', before: '(hidden: no_log)', after: '(hidden: no_log)' }],
            },
            task.name,
          );
        assert.deepEqual(
          new Set(actions),
          new Set(task.name === 'file' ? [] : ['(hidden: no_log)']),
          task.name,
        );
        assert.ok(msg === undefined || msg === 'hidden: no_log', msg);
        assert.ok(item === undefined || item === '(hidden)');
      }
      assert.equal(hidden.find(({ task }) => task.name === 'file')?.diffs.length, 1);
      assert.match(JSON.stringify(results.at(-1)), /seen/);
      const shown = JSON.stringify(events.filter(({ type }) => type !== 'warning'));
      assert.doesNotMatch(shown, /word[1-5]|\$\(echo|printf %s/);
    });

  it('keeps no command of them in the journal', async () => {
    const { summary } = await hosts.play(playbook, { hosts: ['h1'] });
    const folder = join(hosts.dir, 'h1', 'login', 'runs', summary.run);
    assert.ok(existsSync(folder));
    const entries = readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
    assert.equal(entries.match(/"shown":"\(hidden: no_log\)"/g)?.length, 3);
    assert.doesNotMatch(entries, /printf|echo/);
    assert.match(entries, /"hidden":true/);
  });
});
