import assert from 'node:assert/strict';
import { load, removeProjects } from '../project.js';

describe('playbook: facts that are not known', () => {
  afterEach(removeProjects);

  const warned = (name: string): readonly (string | undefined)[] => {
    const site = `- hosts: all\n  tasks:\n    - debug: { msg: "{{ ${name} }}" }\n`;
    return load({ 'site.yml': site }, {}).diagnostics.map(({ code, hint }) => `${code}: ${hint ?? ''}`);
  };

  it('are warned of, with the nearest that is', () => {
    assert.deepEqual(warned('ansible_kernle'), ['UNKNOWN_FACT: Did you mean "ansible_kernel"?']);
    assert.deepEqual(warned('ansible_qqzzxxvv'), [
      'UNKNOWN_FACT: Test it with "is defined", or give it a default.',
    ]);
  });

  it('are not mistyped when only template files know them', () => {
    assert.deepEqual(warned('ansible_managed'), [
      'UNKNOWN_FACT: Only the files of the module template know it.',
    ]);
  });
});
