/** As first-day-texts.ts: whole playbooks. */
import type { FirstDay } from './first-day-texts.js';

const H = '- hosts: all\n';

export const firstDayPlaybooks: readonly FirstDay[] = [
  [
    '- hosts: all\n    become: true\n  tasks: []\n',
    'YAML_INDENT 2:5',
    'Indent it by 2 spaces, like "hosts" of line 1.',
  ],
  [
    '- hosts: all\n become: true\n  tasks: []\n',
    'YAML_INDENT 2:2',
    'Indent it by 2 spaces, like "hosts" of line 1.',
  ],
  ['-hosts: all\n tasks: []\n', 'YAML_DASH 1:1', 'Write "- hosts: ...".'],
  ['-hosts: all\ntasks: []\n', 'NOT_A_LIST 1:1', 'Put a space after the dash: "- hosts: ...".'],
  [
    '- name: a\n  debug: {msg: a}\n- name: b\n  debug: {msg: b}\n',
    'NOT_A_PLAY 1:3',
    'Write "- hosts: all" and below it "tasks:", and',
  ],
  [
    '- hosts: all\n  debug: {msg: a}\n',
    'UNKNOWN_KEYWORD 2:3',
    '"debug" is a module. Modules are used in tasks:',
  ],
  [
    '- hosts: all\n  when: true\n  tasks: [{debug: {msg: a}}]\n',
    'UNKNOWN_KEYWORD 2:3',
    'Write it in a block, a task, a handler, an',
  ],
  [
    '- hosts: all\n  register: x\n  tasks: [{debug: {msg: a}}]\n',
    'UNKNOWN_KEYWORD 2:3',
    'Write it in a task, a handler, include_tasks',
  ],
  [
    H + '  vars:\n    - a: 1\n  tasks: [{debug: {msg: "{{ a }}"}}]\n',
    'VARS_NOT_A_MAPPING 3:5',
    'Write one "name: value" per line, without dashes.',
  ],
  [
    H + '  vars:\n    a=1\n  tasks: [{debug: {msg: "{{ a }}"}}]\n',
    'VARS_NOT_A_MAPPING 3:5',
    'Write one "name: value" per line, without dashes.',
  ],
  [
    H +
      '  tasks:\n    - command: id\n      notify: reload\n  handlers:\n    - debug: {msg: y}\n      lsiten: reload\n',
    'UNKNOWN_KEYWORD 7:7',
    'Did you mean "listen"?',
  ],
  [
    H +
      '  tasks:\n    - command: id\n      notify: reload\n  handlers:\n    - nmae: reload\n      debug: {msg: y}\n',
    'UNKNOWN_KEYWORD 6:7',
    'Did you mean "name"?',
  ],
  [
    H + '  varz: {a: 1}\n  tasks: [{debug: {msg: "{{ a }}"}}]\n',
    'UNKNOWN_KEYWORD 2:3',
    'Did you mean "vars"?',
  ],
  [
    H + '  vars_file: [v.yml]\n  tasks: [{debug: {msg: "{{ a }}"}}]\n',
    'UNKNOWN_KEYWORD 2:3',
    'Did you mean "vars_files"?',
  ],
  ['- hosts: all\n  tasks:\n\t- debug: {msg: a}\n', 'YAML_TAB 3:1', 'Indent with spaces.'],
  ['\ufeff- hosts: all\n  taks: []\n', 'UNKNOWN_KEYWORD 2:3', 'Did you mean "tags"?'],
  [
    Buffer.from('- hosts: all\n  name: caf\xe9\n  tasks: []\n', 'latin1'),
    'UNREADABLE_FILE 2:1',
    'Save the file as UTF-8: iconv -f LATIN1 -t',
  ],
  [
    Buffer.from('\ufeff- hosts: all\n', 'utf16le'),
    'UNREADABLE_FILE 1:1',
    'Save the file as UTF-8: iconv -f LATIN1 -t',
  ],
  ['- tasks: [{debug: {msg: a}}]\n', 'HOSTS_MISSING 1:3', 'Add "hosts:" with a group or a host of the'],
];
