/** The commonest mistakes in playbooks: one diagnostic each, which says how to repair it. */
import assert from 'node:assert/strict';
import { DiagnosticError, type Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { load, removeProjects } from './project.js';

const MISTAKES: readonly (readonly [task: string, told: RegExp])[] = [
  ['copy:\n    content: x\n    dest: /x\n    when: true', /"when" is a keyword of the task: move it out/],
  ['command: id\n  args:\n    become: yes', /"become" is a keyword of the task: move it out/],
  ['debug: {msg: x}\n  when: "d = \'x\'"', /"=" was not expected.* write "=="/],
  ['debug: {msg: x}\n  when: “a” == “a”', /straight quotes/],
  ['debug: {msg: "{% if true %}x{% endfi %}"}', /Write "endif" to close it/],
  ['debug: {msg: *}', /Put the value in quotes: "\*"/],
  ['lineinfile: {path: /x, regexp: "^(foo", line: x}', /wrong with it: missing \), unterminated subpattern/],
];

function faultsOf(task: string): readonly Diagnostic[] {
  try {
    load({
      'site.yml': `- hosts: all\n  vars: {d: x}\n  tasks:\n    - ${task.replaceAll('\n', '\n    ')}\n`,
    });
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

describe('playbook: mistakes of beginners', () => {
  after(removeProjects);
  for (const [task, named] of MISTAKES)
    it(task.replaceAll('\n', ' '), () => {
      const faults = faultsOf(task);
      assert.equal(faults.length, 1, JSON.stringify(faults));
      assert.match(`${faults[0]?.detail ?? ''} ${faults[0]?.hint ?? ''}`, named);
      assert.ok((faults[0]?.range?.line ?? 0) > 3);
    });
});
