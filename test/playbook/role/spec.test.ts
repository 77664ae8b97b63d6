/** Roles with argument specs begin with a task that compares their variables with them. */
import assert from 'node:assert/strict';
import { load, playOf, removeProjects, tasksOf } from '../project.js';

const SPECS = `
argument_specs:
  main: { short_description: The role, options: { num: { type: int, required: true } } }
  other: { options: { must: { required: true } } }
`;
const FILES = {
  'roles/r/tasks/main.yml': '- debug: { msg: main }\n',
  'roles/r/tasks/other.yml': '- debug: { msg: other }\n',
  'roles/r/tasks/none.yml': '- debug: { msg: none }\n',
  'roles/r/meta/argument_specs.yml': SPECS,
};

describe('playbook: argument specs of roles', () => {
  after(removeProjects);

  const namesOf = (tasks: string, files: Readonly<Record<string, string>> = FILES): readonly string[] =>
    tasksOf(playOf(`- hosts: all\n  tasks:\n    - ${tasks}\n`, files).body).map(
      ({ name, module }) => name ?? module.name,
    );

  it('are compared first, for the entry point that is used', () => {
    const other = "Validating arguments against arg spec 'other'";
    assert.deepEqual(namesOf('import_role: { name: r }'), [
      "Validating arguments against arg spec 'main' - The role",
      'debug',
    ]);
    assert.deepEqual(namesOf('import_role: { name: r, tasks_from: other.yml }'), [other, 'debug']);
    assert.deepEqual(namesOf('import_role: { name: r, tasks_from: none }'), ['debug']);
  });

  it('may be in the meta file, and be skipped', () => {
    const { 'roles/r/meta/argument_specs.yml': specs, ...others } = FILES;
    assert.equal(
      namesOf('import_role: { name: r }', { ...others, 'roles/r/meta/main.yml': specs }).length,
      2,
    );
    assert.deepEqual(namesOf('import_role: { name: r, rolespec_validate: false }'), ['debug']);
  });

  it('carry the tag always and the tags of the role', () => {
    const [task] = tasksOf(playOf('- hosts: all\n  roles: [{ role: r, tags: net }]\n', FILES).body);
    assert.deepEqual(task?.keywords.tags, ['net', 'always']);
  });

  it('say what in them is not compared, and what is wrong with them', () => {
    const specs = (option: string) => () =>
      load({
        ...FILES,
        'site.yml': '- hosts: all\n  roles: [r]\n',
        'roles/r/meta/argument_specs.yml': `argument_specs: { main: { options: { a: ${option} } } }\n`,
      });
    assert.deepEqual(
      specs('{ typ: int }')().diagnostics.map(({ code, hint }) => [code, hint]),
      [['SPEC_NOT_COMPARED', 'Did you mean "type"?']],
    );
    assert.throws(specs('{ type: integer }'), /wrong type/);
    assert.throws(specs('5'), /not a mapping/);
  });
});
