import assert from 'node:assert/strict';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.js';
import { load, removeProjects } from '../../playbook/project.js';

describe('modules/args/kernel-args', () => {
  afterEach(removeProjects);

  const faults = (args: string): readonly string[] => {
    try {
      load({ 'site.yml': `- hosts: all\n  tasks:\n    - kernel_cmdline: ${args}\n` });
      return [];
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.map(({ code, detail }) => `${code} ${detail}`);
    }
  };

  it('finds what is not a kernel argument before a host is contacted', () => {
    for (const [text, said] of [
      ["'isolcpus=1 nohz_full=1'", '"isolcpus=1 nohz_full=1" is not one kernel argument'],
      ["''", '"" is not one kernel argument'],
      ['"a=1\\nGRUB_DEFAULT=1"', '"a=1\\nGRUB_DEFAULT=1" is not one kernel argument'],
      ["'-- single'", '"-- single" is not one kernel argument'],
      ["'=2'", '"=2" is not the name of a kernel argument'],
    ] as const)
      for (const name of ['set', 'remove']) {
        const [only = '', ...more] = faults(`{${name}: [quiet, ${text}]}`);
        assert.ok(only.startsWith(`BAD_ARGUMENT The argument "${name}"`) && only.includes(said), only);
        assert.deepEqual(more, []);
      }
  });

  it('finds what GRUB does not pass on only where it is set', () => {
    assert.match(faults("{set: ['b=a\\b']}").join(), /^BAD_ARGUMENT .*"b=a\\\\b" has "\\\\"/);
    assert.deepEqual(faults("{remove: ['b=a\\b', 'x=a b']}").length, 1);
    assert.deepEqual(faults("{remove: ['b=a\\b']}"), []);
    assert.deepEqual(faults(`{set: ['a="b c"', "{{ x }}"], remove: quiet}`), []);
  });
});
