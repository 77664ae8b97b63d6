/** Variables that a file would have defined, had it been read: none of them is a second fault. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readRunFiles } from '../../src/cli/inputs.js';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { removeProjects, write } from '../playbook/project.js';

describe('variables of files that cannot be read', () => {
  after(removeProjects);

  const play = '- hosts: all\n  tasks: [{ debug: { msg: "{{ a }}" } }]\n';
  const faults = (
    files: Readonly<Record<string, string>>,
    extraVars: readonly string[] = [],
  ): readonly string[] => {
    const folder = write({ 'site.yml': play, ...files });
    const options = {
      inventory: [join(folder, 'hosts')],
      extraVars: extraVars.map((name) => `@${join(folder, name)}`),
    };
    try {
      readRunFiles([join(folder, 'site.yml')], options, { chosen: { tags: [], skipTags: [] } });
      return [];
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.map(({ code }) => code);
    }
  };

  for (const [name, files, extraVars] of [
    ['an inventory that is not there', {}, []],
    ['group_vars that are not YAML', { hosts: 'h1\n', 'group_vars/all.yml': 'b: "c\n' }, []],
    ['a file of -e that is not there', { hosts: 'h1\n' }, ['none.yml']],
  ] as const) {
    it(`are reported by the file alone: ${name}`, () => {
      const found = faults(files, extraVars);
      assert.equal(found.length, 1, found.join());
      assert.notEqual(found[0], 'UNDEFINED_VARIABLE');
    });
  }

  it('are faults where every file was read', () => {
    assert.deepEqual(faults({ hosts: 'h1\n' }), ['UNDEFINED_VARIABLE']);
    assert.deepEqual(faults({ hosts: 'h1 a[=1\n' }).includes('UNDEFINED_VARIABLE'), true);
  });
});
