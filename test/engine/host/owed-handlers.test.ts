/** The names under which a target remembers handlers between runs. */
import assert from 'node:assert/strict';
import { owedNames } from '../../../src/engine/host/owed-handlers.js';
import { layOut } from '../../../src/planner/program.js';
import { playOf, removeProjects } from '../../playbook/project.js';

describe('engine/host/owed-handlers', () => {
  after(removeProjects);

  it('names a handler with its role, so that one of the same name elsewhere is not taken for it', () => {
    const play = playOf(
      `- hosts: all
  roles: [web]
  handlers:
    - { name: restart, debug: {} }
    - { debug: {} }
`,
      {
        'roles/web/handlers/main.yml': '- { name: restart, debug: {} }\n',
        'roles/web/tasks/main.yml': '- debug: {}\n',
      },
    );
    const program = layOut(play.body, play.handlers);
    const all = new Set(program.handlers.keys());
    assert.deepEqual([...owedNames({ notified: all, program })].sort(), [
      'debug',
      'restart',
      'web : restart',
    ]);
    assert.deepEqual(owedNames({ notified: new Set(), program }), []);
    assert.deepEqual(owedNames({ notified: new Set([99]), program }), []);
  });
});
