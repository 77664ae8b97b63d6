import assert from 'node:assert/strict';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { formatDiagnostics } from '../../src/diagnostics/format.js';
import { noLogLines } from '../../src/yaml/no-log-lines.js';
import { load, removeProjects } from '../playbook/project.js';
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
  after(removeProjects);

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

  it('reports the names of modules, keywords and arguments that are not known, and no value', () => {
    const task = (text: string): string => {
      const { diagnostics } = load({
        'site.yml': `- hosts: all\n  tasks:\n    - ${text.replaceAll('\n', '\n      ')}\n      no_log: true\n      when: a is defined\n`,
      });
      return formatDiagnostics(diagnostics);
    };
    assert.match(task('package_facts:\n  manager: SECRET'), /rtprov has no module "package_facts"/);
    assert.match(
      task('copy:\n  content: SECRET\n  nonsense: SECRET\n  dest: /x'),
      /no argument "nonsense".\n.*It has: mode/,
    );
    assert.match(task('command: SECRET\nasync: 5 # SECRET'), /Ansible has "async"/);
    assert.match(task('command: echo SECRET {{ 1 | nothing }}'), /There is no filter "nothing"/);
    for (const text of [
      'command: echo SECRET {{ nowhere }} {{ 1 | nothing }}',
      'package_facts: {a: SECRET}',
      'copy: {content: SECRET, SECRET: 1, dest: /x}',
      'copy: content=a SECRET=b dest=/x',
    ])
      assert.doesNotMatch(task(text), /SECRET/, text);
  });

  it('neither line nor detail of a fault in such a task is reported, also where the YAML is broken', () => {
    for (const text of [
      '- debug:\n    msg: [SECRET-1\n  no_log: true\n- debug:\n',
      '- copy: *SECRET-2\n  no_log: true\n',
      '- copy:\n    SECRET-3: 1\n    SECRET-3: 2\n  no_log: yes\n',
    ]) {
      const diagnostics = new Diagnostics();
      parseYaml(text, 'tasks.yaml', diagnostics);
      const reported = formatDiagnostics(diagnostics.all);
      assert.match(reported, /tasks\.yaml:\d+:\d+/);
      assert.doesNotMatch(reported, /SECRET/);
    }
  });
});
