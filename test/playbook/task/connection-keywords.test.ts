/** `remote_user`, `port` and `connection` count at a play: elsewhere a warning says what to write. */
import assert from 'node:assert/strict';
import { load, removeProjects } from '../project.js';

describe('keywords of connections', () => {
  after(removeProjects);

  const found = (rest: string, files: Readonly<Record<string, string>> = {}) =>
    load({ 'site.yml': `- hosts: all\n${rest}`, ...files }).diagnostics.filter(
      ({ code }) => code === 'KEYWORD_OF_PLAY',
    );

  const TASK = 'debug: {msg: x}';
  const hints = {
    'remote_user: admin': /ansible_user.*become_user/,
    'port: 2222': /ansible_port/,
    'connection: local': /"delegate_to: localhost"/,
  };

  for (const [keyword, hint] of Object.entries(hints)) {
    it(`"${keyword}" is right at a play`, () => {
      assert.deepEqual(found(`  ${keyword}\n  tasks: [{${TASK}}]\n`), []);
    });

    const places = {
      'a task': `  tasks:\n    - ${TASK}\n      ${keyword}\n`,
      'a handler': `  tasks: [{command: id, notify: h}]\n  handlers:\n    - name: h\n      ${TASK}\n      ${keyword}\n`,
      'a block': `  tasks:\n    - block: [{${TASK}}]\n      ${keyword}\n`,
      'a role': `  roles:\n    - role: r\n      ${keyword}\n`,
      'an import': `  tasks:\n    - import_tasks: t.yml\n      ${keyword}\n`,
      'what an include applies': `  tasks:\n    - include_tasks:\n        file: t.yml\n        apply:\n          ${keyword}\n`,
    };
    for (const [place, text] of Object.entries(places))
      it(`"${keyword}" has no effect on ${place}, and a warning says what to write`, () => {
        const files = { 't.yml': `- ${TASK}\n`, 'roles/r/tasks/main.yml': `- ${TASK}\n` };
        const [warning, ...more] = found(text, files);
        assert.deepEqual(more, []);
        assert.equal(warning?.severity, 'warning');
        assert.match(warning.hint ?? '', hint);
        const line = text.split('\n').findIndex((written) => written.includes(keyword));
        assert.equal(warning.range?.line, line + 2);
      });
  }

  it('connection: local of a task that is delegated to this machine says what holds anyway', () => {
    const task = (name: string, connection: string): string =>
      `  tasks:\n    - ${TASK}\n      delegate_to: ${name}\n      connection: ${connection}\n`;
    assert.deepEqual(found(task('localhost', 'local')), []);
    assert.deepEqual(found(task('127.0.0.1', 'local')), []);
    assert.equal(found(task('h2', 'local')).length, 1);
    assert.equal(found(task('localhost', 'ssh')).length, 1);
  });
});
