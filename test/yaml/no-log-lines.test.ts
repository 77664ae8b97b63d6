import assert from 'node:assert/strict';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { formatDiagnostics } from '../../src/diagnostics/format.js';
import { noLogLines } from '../../src/yaml/no-log-lines.js';
import { parseYaml } from '../../src/yaml/parse.js';

/** Lines of which each that is to be hidden ends in SECRET. */
const playbook = `- hosts: all
  vars: { a: 1 }
  tasks:
    - name: SECRET
      copy: { dest: /x, content: SECRET }
      no_log: true # SECRET
    - name: shown
      debug:
        msg: shown
    - no_log: yes # SECRET
      name: SECRET
      shell: | # SECRET
        SECRET

        SECRET
    - { name: four, copy: { a: SECRET }, "no_log": true }
    - name: five
      no_log: false
      debug: msg=1
    - name: SECRET
      copy: { dest: SECRET,
        content: s, no_log: "{{ SECRET }}",
        z: SECRET }
    - block: # SECRET
      - debug: # SECRET
          msg: SECRET
      no_log: true # SECRET
    - debug:
- hosts: SECRET
  no_log: true # SECRET
  tasks: # SECRET
  - debug: SECRET
- hosts: c`;

describe('yaml/no-log-lines', () => {
  it('finds all lines of tasks, blocks and plays with no_log, in block and flow style', () => {
    const lines = playbook.split('\n');
    const hidden = noLogLines(lines);
    const wrong = lines.flatMap((line, at) =>
      line.trim() === '' || hidden.has(at) === line.includes('SECRET') ? [] : [`${at + 1}: ${line}`],
    );
    assert.deepEqual(wrong, []);
  });

  it('hides all of a JSON text that has it', () => {
    assert.equal(noLogLines(['[', '{"no_log": true,', '"x": 1}', ']']).size, 4);
    assert.equal(noLogLines(['[', '{"no_log": false}', ']']).size, 0);
  });

  it('neither line nor detail of a fault in such a task is told, also where the YAML is broken', () => {
    for (const text of [
      '- debug:\n    msg: [SECRET-1\n  no_log: true\n- debug:\n',
      '- copy: *SECRET-2\n  no_log: true\n',
      '- copy:\n    SECRET-3: 1\n    SECRET-3: 2\n  no_log: yes\n',
    ]) {
      const diagnostics = new Diagnostics();
      parseYaml(text, 'tasks.yaml', diagnostics);
      const told = formatDiagnostics(diagnostics.all);
      assert.match(told, /tasks\.yaml:\d+:\d+/);
      assert.doesNotMatch(told, /SECRET/);
    }
  });
});
