/** What people get wrong on their first day, many of whom come from Ansible: one error each, at its place, with a hint that repairs it. */

/** What is written, then code and place (line and column; with the file where that may be another), and how the hint begins. */
export type FirstDay<Written = string | Buffer> = readonly [written: Written, told: string, hint: string];

/** Tasks of a play. */
export const firstDayTasks: readonly FirstDay<string>[] = [
  [
    '    - name: a\n      debug:\n        msg: hi\n     when: true\n',
    'YAML_INDENT 6:6',
    'Indent it by 6 spaces, like "debug" of line 4.',
  ],
  [
    '    - debug:\n        msg: hi\n          when: true\n',
    'YAML_INDENT 5:11',
    'Indent it by 6 spaces, like "debug" of line 3.',
  ],
  [
    '    - debug: msg=hi\n        when: true\n',
    'YAML_INDENT 4:9',
    'Indent it by 6 spaces, like "debug" of line 3.',
  ],
  [
    '    - debug:\n        msg: hi\n       when: true\n',
    'YAML_INDENT 5:8',
    'Indent it by 6 spaces, like "debug" of line 3.',
  ],
  [
    '    - debug:\n        msg: hi\n    when: true\n',
    'YAML_INDENT 5:5',
    'Indent it by 6 spaces, like "debug" of line 3.',
  ],
  [
    '    - debug: {msg: a}\n   - debug: {msg: b}\n',
    'YAML_INDENT 4:4',
    'Indent it by 4 spaces, like the "-" of line 3.',
  ],
  [
    '    - debug:\n        msg: a\n      - debug:\n          msg: b\n',
    'YAML_INDENT 5:7',
    'Indent it by 4 spaces, like the "-" of line 3.',
  ],
  ['    -name: x\n      debug: {msg: x}\n', 'YAML_DASH 3:5', 'Write "- name: ...".'],
  ['    -debug: {msg: x}\n', 'NOT_A_LIST 3:5', 'Put a space after the dash: "- debug: ...".'],
  [
    '    - debug: {msg: "{{ item }}"}\n      loop:\n        -a\n        -b\n',
    'LOOP_NOT_A_LIST 5:9',
    'Put a space after each dash: "- item".',
  ],
  [
    '    - name:x\n      debug: {msg: x}\n',
    'YAML_MISSING_COLON 3:7',
    'Write "key: value"; the space after the colon',
  ],
  ['    - debug:\n        msg:hello\n', 'NOT_KEY_VALUE 4:9', 'Write the arguments as a mapping below the'],
  [
    '    - file:\n      path: /x\n      state: directory\n',
    'UNKNOWN_KEYWORD 4:7',
    'Indent the arguments by two more spaces, so',
  ],
  [
    '    - name: a\n      copy:\n      content: x\n      dest: /x\n      mode: "0644"\n      become: yes\n',
    'UNKNOWN_KEYWORD 5:7',
    'Indent the arguments by two more spaces, so',
  ],
  [
    '    - service:\n      name: ssh\n      state: started\n',
    'UNKNOWN_KEYWORD 5:7',
    'Indent the arguments by two more spaces, so',
  ],
  [
    '    - name: x\n      apt:\n      pkg: ssh\n      state: present\n',
    'UNKNOWN_KEYWORD 5:7',
    'Indent the arguments by two more spaces, so',
  ],
  [
    '    - debug: {msg: x}\n    handlers:\n      - name: y\n        debug: {msg: z}\n',
    'YAML_INDENT 4:5',
    'Indent it by 2 spaces, like "tasks" of line 2.',
  ],
  [
    '    - debug: {msg: x}\n    - handlers:\n      - name: y\n        debug: {msg: z}\n',
    'NOT_A_TASK 4:7',
    'Indent "handlers:" like the play\'s "hosts:",',
  ],
  [
    '    - command: id\n      regsiter: out\n    - debug: {msg: "{{ out.stdout }}"}\n',
    'UNKNOWN_KEYWORD 4:7',
    'Did you mean "register"?',
  ],
  ['    - debug: {msg: "{{ item }}"}\n      lop: [a]\n', 'UNKNOWN_KEYWORD 4:7', 'Did you mean "loop"?'],
  ['    - debug: {msg: "{{ d }"}\n', 'TEMPLATE_SYNTAX 3:26', 'Correct the template here.'],
  ['    - debug: {msg: "{{ inventory_hostname"}\n', 'TEMPLATE_SYNTAX 3:21', 'Correct the template here.'],
  [
    '    - debug: {msg: a}\n      when: inventory_hostname == "a" && true\n',
    'TEMPLATE_SYNTAX 4:39',
    'Correct the template here.',
  ],
  [
    '    - debug: {msg: a}\n      when: inventory_hostname == "a" || true\n',
    'TEMPLATE_SYNTAX 4:40',
    'Correct the template here.',
  ],
  [
    '    - debug: {msg: a}\n      when: !true\n',
    'YAML_UNKNOWN_TAG 4:18',
    'Remove the tag, or quote the value if it',
  ],
  [
    '    - debug: {msg: a}\n      when: "! inventory_hostname"\n',
    'TEMPLATE_SYNTAX 4:14',
    'Correct the template here.',
  ],
  [
    '    - debug: {msg: a}\n      when: inventory_hostname === "a"\n',
    'TEMPLATE_SYNTAX 4:34',
    'Correct the template here.',
  ],
  [
    '    - debug: {msg: a}\n      when: "a" == inventory_hostname\n',
    'YAML_AFTER_VALUE 4:17',
    'Put the whole value in one pair of quotes.',
  ],
  [
    '    - debug: {msg: "{% if true %}a{% else if %}b{% endif %}"}\n',
    'TEMPLATE_SYNTAX 3:43',
    'Correct the template here.',
  ],
  [
    '    - debug: {msg: "{% if true %}a{% elsif false %}b{% endif %}"}\n',
    'TEMPLATE_SYNTAX 3:38',
    'Correct the template here.',
  ],
  ['    - debug: {msg: a}\n      when: “a” == “a”\n', 'TEMPLATE_SYNTAX 4:13', 'Correct the template here.'],
  [
    '    - lineinfile: {path: /x, regexp: "^\\s+a", line: b}\n',
    'YAML_BAD_ESCAPE 3:40',
    'Double the backslash, or use single quotes.',
  ],
  [
    "    - debug:\n        msg: 'it's'\n",
    'YAML_AFTER_VALUE 4:18',
    'Put the whole value in one pair of quotes.',
  ],
  [
    '    - name: Install: chrony\n      debug: {msg: a}\n',
    'YAML_COLON_IN_VALUE 3:13',
    'Put the value in quotes, or start the mapping',
  ],
  [
    '    - shell: echo "a: b" > /x\n',
    'YAML_COLON_IN_VALUE 3:14',
    'Put the value in quotes, or start the mapping',
  ],
  ['    - debug:\n\tmsg: a\n', 'YAML_TAB 4:1', 'Indent with spaces.'],
  ['    - debug: {msg: a}\r\n      whn: true\r\n', 'UNKNOWN_KEYWORD 4:7', 'Did you mean "when"?'],
  ['    - debug:\n\u00a0       msg: a\n', 'YAML_CHARACTER 4:1', 'Replace it with a normal space.'],
  ['    -\u00a0debug: {msg: a}\n', 'NOT_A_LIST 3:5', 'Put a space after the dash: "- debug: ...".'],
  ['    - debug： {msg: a}\n', 'UNKNOWN_MODULE 3:7', 'Use one of the modules that docs/modules lists,'],
  [
    '    - debug: {msg: "{{ item }}"}\n      loop: a b\n',
    'LOOP_NOT_A_LIST 4:13',
    'Write the items as a list, one "- item" per line.',
  ],
  ['    - tasks:\n      - debug: {msg: a}\n', 'NOT_A_TASK 3:7', 'Indent "tasks:" like the play\'s "hosts:",'],
  [
    '    - block:\n        debug: {msg: a}\n',
    'NOT_A_LIST 4:9',
    'Start each task with a dash: "- name: ...".',
  ],
  [
    '    - debug: {msg: "{{ item }}"}\n',
    'UNDEFINED_VARIABLE 3:24',
    'It is only known inside a loop: add "loop:" to',
  ],
  ['    - debug\n', 'NOT_A_TASK 3:7', 'Write "- name: ..." and below it the module,'],
  [
    '    - name: a\n      debug: {msg: a}\n      name: b\n      debug: {msg: b}\n',
    'YAML_DUPLICATE_KEY 5:7',
    'Remove one of the two. If another entry of a',
  ],
  [
    '    - debug: {msg: "{{ inventory_hostname upper }}"}\n',
    'TEMPLATE_SYNTAX 3:43',
    'Correct the template here.',
  ],
  ['    - service: {name: a, state: running}\n', 'BAD_ARGUMENT 3:33', 'Correct the value.'],
  ['    - command: [a, b]\n', 'WRONG_TYPE 3:16', 'Write the arguments as a mapping below the'],
  ['    - ansible.builtin.cpoy: {content: a, dest: /x}\n', 'UNKNOWN_MODULE 3:7', 'Did you mean "copy"?'],
  [
    '    - debug:\n        msg: "{{ a }}"\n        vars: {a: 1}\n',
    'UNKNOWN_ARGUMENT 5:9',
    '"vars" is a keyword of the task: move it out,',
  ],
  ['    - command: id\n      env: {A: 1}\n', 'UNKNOWN_KEYWORD 4:7', 'Write environment variables below'],
  ['    - command: id\n      sudo: yes\n', 'UNKNOWN_KEYWORD 4:7', 'Write "become: true".'],
];
