import assert from 'node:assert/strict';
import { load, removeProjects } from '../project.js';

describe('playbook: parts of a role that are not read', () => {
  after(removeProjects);

  const warned = (files: readonly string[]): readonly string[] =>
    load({
      'site.yml': '- hosts: all\n  roles: [r]\n',
      ...Object.fromEntries(files.map((name) => [`roles/r/${name}`, /\.ya?ml$/.test(name) ? '' : 'x'])),
    }).diagnostics.map(({ code, hint }) => `${code} ${hint ?? ''}`);

  it('are warned of when their names are nearly those that are read', () => {
    assert.deepEqual(warned(['tasks/mian.yml']), ['ROLE_FILE_MISTYPED Did you mean "tasks/main.yml"?']);
    assert.deepEqual(warned(['tasks/main.yml', 'default/main.yml']), [
      'ROLE_FILE_MISTYPED Did you mean "defaults"?',
    ]);
    assert.deepEqual(warned(['task/main.yml', 'handlers/main.yaml']), [
      'ROLE_FILE_MISTYPED Did you mean "tasks"?',
    ]);
  });

  it('are not parts of other names', () => {
    assert.deepEqual(
      warned(['tasks/main.yml', 'tests/test.yml', 'molecule/x', 'vars/Debian.yml', 'files/a']),
      [],
    );
  });
});
