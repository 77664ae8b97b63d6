import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { loadPlaybook } from '../../../src/playbook/read/load.js';
import { removeProjects, tasksOf, write } from '../project.js';

const role = (msg: string): string => `- debug: { msg: ${msg} }\n`;

describe('where roles and templates are looked for', () => {
  afterEach(removeProjects);

  /** The folder of a project in `playbooks/` and of what comes with the program in `package/`. */
  const project = (site: string, files: Readonly<Record<string, string>> = {}): string =>
    write({
      'playbooks/site.yml': `- hosts: all\n${site}`,
      'package/roles/tuned/tasks/main.yml': role('package'),
      'package/templates/tuned/a.j2': 'package',
      ...files,
    });

  const options = (dir: string) => ({
    checkUndefined: false,
    rolesPath: ['/nowhere/roles', join(dir, 'shared')],
    library: {
      roles: [join(dir, 'package/roles')],
      templates: () => [join(dir, 'templates'), join(dir, 'package/templates')],
    },
  });

  const loaded = (dir: string) => loadPlaybook(join(dir, 'playbooks/site.yml'), options(dir)).playbook;

  const said = (dir: string): unknown =>
    tasksOf(loaded(dir).plays.flatMap((play) => play.body)).map((task) => task.args['msg']?.value);

  it('roles of the package are found when there is no other of the name', () =>
    assert.deepEqual(said(project('  tasks: [import_role: { name: tuned }]\n')), ['package']));

  for (const own of ['playbooks/roles/tuned', 'shared/tuned', 'playbooks/tuned'])
    it(`a role in ${own} wins over the package's`, () =>
      assert.deepEqual(
        said(
          project('  tasks: [import_role: { name: tuned }]\n', { [`${own}/tasks/main.yml`]: role('own') }),
        ),
        ['own'],
      ));

  const faultOf = (dir: string) => {
    try {
      loaded(dir);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics[0];
    }
    return assert.fail('no fault');
  };

  it('a role that is nowhere is reported with all folders that were searched, in order', () => {
    const dir = project('  roles: [tunde]\n');
    const fault = faultOf(dir);
    assert.equal(
      fault?.detail,
      `There is no role "tunde"; it was looked for as roles/tunde, /nowhere/roles/tunde, ${dir}/shared/tunde, tunde, ${dir}/package/roles/tunde.`,
    );
    assert.equal(fault.hint, 'Did you mean "tuned"?');
  });

  const template = '  tasks: [template: { src: tuned/a.j2, dest: /a }]\n';

  for (const [own, files] of [
    ['package/templates/tuned/a.j2', []],
    ['templates/tuned/a.j2', []],
    ['playbooks/templates/tuned/a.j2', ['templates/tuned/a.j2']],
  ] as const)
    it(`the template ${own} wins over those that are searched later`, () => {
      const dir = project(template, Object.fromEntries([own, ...files].map((file) => [file, 'text'])));
      assert.deepEqual(
        loaded(dir).files.filter((file) => file.endsWith('.j2')),
        [join(dir, own)],
      );
    });

  it('no other kind of file is looked for among the templates', () =>
    assert.equal(
      faultOf(project('  tasks: [copy: { src: tuned/a.j2, dest: /a }]\n'))?.detail,
      '"tuned/a.j2" was looked for as files/tuned/a.j2, tuned/a.j2.',
    ));

  it('a template that is nowhere is reported with all places that were searched, in order', () => {
    const dir = project('  tasks: [template: { src: b.j2, dest: /a }]\n');
    assert.equal(
      faultOf(dir)?.detail,
      `"b.j2" was looked for as templates/b.j2, b.j2, ${dir}/templates/b.j2, ${dir}/package/templates/b.j2.`,
    );
  });
});
