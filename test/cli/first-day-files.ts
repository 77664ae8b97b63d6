/** As first-day-texts.ts: inventories, and files that belong together. */
import type { FirstDay } from './first-day-texts.js';

const H = '- hosts: all\n';

export type Files = Readonly<Record<string, string | Buffer>>;

const playbook = (text: string): Files => ({ 'play.yaml': text });

export const tasks = (text: string): Files => playbook(`${H}  tasks:\n${text}`);

/** INI, and YAML where the place is in a file of that name. */
export const firstDayInventories: readonly FirstDay[] = [
  [
    '[all]\nh1 ansible_host: 1.2.3.4\n',
    'INI_VAR_WITHOUT_VALUE inventory.ini:2:4',
    'Write ansible_host=VALUE without spaces around',
  ],
  [
    '[all]\nh1 ansible_host = 1.2.3.4\n',
    'INI_VAR_WITHOUT_VALUE inventory.ini:2:4',
    'Write ansible_host=VALUE without spaces around',
  ],
  [
    'all:\n  hosts:\n    h1:\n',
    'INI_LOOKS_LIKE_YAML inventory.ini:1:1',
    'Give a YAML inventory a name that ends in .yml',
  ],
  ['[web\nh1\n', 'INI_BAD_SECTION inventory.ini:1:1', 'Write [group], [group:children] or [group:vars].'],
  ['[web]\nh1, h2\n', 'HOST_BAD_NAME inventory.ini:2:1', 'In a file, write each host on its own line,'],
  [
    '[prod:childern]\nweb\n[web]\nh1\n',
    'INI_UNKNOWN_SECTION_TYPE inventory.ini:1:7',
    'Did you mean "children"?',
  ],
  [
    '[web servers]\nh1\n',
    'INI_BAD_SECTION inventory.ini:1:1',
    'Write [group], [group:children] or [group:vars].',
  ],
  [
    '[web]\nh1 ansible_user="root\n',
    'INI_BAD_QUOTING inventory.ini:2:17',
    'Close the quote; write a quote as a character',
  ],
  ['[web]\nh1 ansible_port=ssh\n', 'CONNECTION_VARIABLE inventory.ini:2:4', 'Correct the number.'],
  [
    '[web]\nh1\nansible_user=root\n',
    'INI_VAR_WITHOUT_HOST inventory.ini:3:1',
    'Put the host name first, or move the variable',
  ],
  [
    '[web]\nh1\n[web:vars]\nansible_user: root\n',
    'INI_VAR_WITHOUT_VALUE inventory.ini:4:1',
    'Write name=value; a host belongs below [group]',
  ],
  ['[web]\n- h1\n', 'HOST_BAD_NAME inventory.ini:2:1', 'Remove the dash: a line of an INI file'],
  [
    Buffer.from('[web]\nh1 x=caf\xe9\n', 'latin1'),
    'INVENTORY_UNREADABLE inventory.ini:2:1',
    'Save the file as UTF-8: iconv -f LATIN1 -t',
  ],
  [
    'all:\n  hosts:\n    h1:\n    ansible_host: 1.2.3.4\n',
    'INVENTORY_SHAPE inventory.yaml:4:19',
    'Write its variables as "name: value" lines',
  ],
  [
    'all:\n  ansible_user: root\n  hosts:\n    h1:\n',
    'GROUP_UNKNOWN_KEY inventory.yaml:2:3',
    'A child group goes below "children:", a',
  ],
  [
    'all:\n  children:\n    - web\n',
    'INVENTORY_SHAPE inventory.yaml:3:5',
    'Write "name:" lines below it, each with a colon.',
  ],
  ['web:\n  host:\n    h1:\n', 'GROUP_UNKNOWN_KEY inventory.yaml:2:3', 'Did you mean "hosts"?'],
];

export const firstDayFiles: readonly FirstDay<Files>[] = [
  [
    { ...tasks('    - template: {src: chrony.cnf.j2, dest: /x}\n'), 'templates/chrony.conf.j2': 'x' },
    'FILE_NOT_FOUND play.yaml:3:23',
    'Did you mean "templates/chrony.conf.j2"?',
  ],
  [
    { ...tasks('    - template: {src: chrony.conf, dest: /x}\n'), 'templates/chrony.conf.j2': 'x' },
    'FILE_NOT_FOUND play.yaml:3:23',
    'Did you mean "templates/chrony.conf.j2"?',
  ],
  [
    { ...tasks('    - copy: {src: mtod, dest: /x}\n'), 'files/motd': 'x' },
    'FILE_NOT_FOUND play.yaml:3:19',
    'Did you mean "files/motd"?',
  ],
  [
    { ...tasks('    - include_tasks: instal.yml\n'), 'tasks/install.yml': '[]' },
    'FILE_NOT_FOUND play.yaml:3:22',
    'Did you mean "tasks/install.yml"?',
  ],
  [
    { ...tasks('    - import_tasks: taks.yml\n'), 'tasks.yml': '[]' },
    'FILE_NOT_FOUND play.yaml:3:21',
    'Did you mean "tasks.yml"?',
  ],
  [
    { ...tasks('    - import_tasks: setup.yml\n'), 'playbooks/tasks/setup.yml': '[]' },
    'FILE_NOT_FOUND play.yaml:3:21',
    'Correct the name, or create the file.',
  ],
  [
    { ...playbook(H + '  vars_files: [vars/man.yml]\n  tasks: []\n'), 'vars/main.yml': 'a: 1' },
    'FILE_NOT_FOUND play.yaml:2:16',
    'Did you mean "vars/main.yml"?',
  ],
  [
    { ...playbook(H + '  vars_files: [var/main.yml]\n  tasks: []\n'), 'vars/main.yml': 'a: 1' },
    'FILE_NOT_FOUND play.yaml:2:16',
    'Did you mean "vars/main.yml"?',
  ],
  [
    { ...playbook('- import_playbook: sit.yml\n'), 'site.yml': '[]' },
    'FILE_NOT_FOUND play.yaml:1:20',
    'Did you mean "site.yml"?',
  ],
  [
    { ...playbook(H + '  roles: [chorny]\n'), 'roles/chrony/tasks/main.yml': '[]' },
    'ROLE_NOT_FOUND play.yaml:2:11',
    'Did you mean "chrony"?',
  ],
  [
    { ...tasks('    - include_role: {name: chorny}\n'), 'roles/chrony/tasks/main.yml': '[]' },
    'ROLE_NOT_FOUND play.yaml:3:28',
    'Did you mean "chrony"?',
  ],
  [
    {
      ...tasks('    - include_role: {name: chrony, tasks_from: instal}\n'),
      'roles/chrony/tasks/install.yml': '[]',
    },
    'FILE_NOT_FOUND play.yaml:3:48',
    'Did you mean "roles/chrony/tasks/install.yml"?',
  ],
  [
    { ...playbook(H + '  roles: [roles/chorny]\n'), 'roles/chrony/tasks/main.yml': '[]' },
    'ROLE_NOT_FOUND play.yaml:2:11',
    'Did you mean "roles/chrony"?',
  ],
  [
    { 'group_vars/all.yml': '- a: 1\n' },
    'VARS_SHAPE group_vars/all.yml:1:1',
    'Write "name: value" lines without a leading "-".',
  ],
  [
    { 'group_vars/all.yml': 'a: 1\na: 2\n' },
    'YAML_DUPLICATE_KEY group_vars/all.yml:2:1',
    'Remove one of the two. If another entry of a',
  ],
  [{ 'group_vars/all.yml': 'my-var: 1\n' }, 'VAR_BAD_NAME group_vars/all.yml:1:1', 'Write my_var.'],
  [
    { ...tasks('    - debug: {msg: "{{ iso_cpus }}"}\n'), 'groups_vars/all.yml': 'iso_cpus: 1\n' },
    'UNDEFINED_VARIABLE play.yaml:3:24',
    'Define it in the inventory, in "vars", or give',
  ],
  [
    { ...tasks('    - debug: {msg: "{{ iso_cpus }}"}\n'), 'group_vars/lab.yml': 'iso_cpus: 1\n' },
    'UNDEFINED_VARIABLE play.yaml:3:24',
    'Define it in the inventory, in "vars", or give',
  ],
  [
    { ...tasks('    - debug: {msg: "{{ iso_cpus }}"}\n'), 'host_vars/h2.yml': 'iso_cpus: 1\n' },
    'UNDEFINED_VARIABLE play.yaml:3:24',
    'Define it in the inventory, in "vars", or give',
  ],
  [
    { ...tasks('    - debug: {msg: "{{ iso_cpus }}"}\n'), 'group_vars/all.txt': 'iso_cpus: 1\n' },
    'UNDEFINED_VARIABLE play.yaml:3:24',
    'Define it in the inventory, in "vars", or give',
  ],
  [
    {
      ...playbook(H + '  roles: [r]\n'),
      'roles/r/tasks/main.yml': '- debug: {msg: "{{ aa }}"}\n',
      'roles/r/default/main.yml': 'aa: 1\n',
    },
    'UNDEFINED_VARIABLE roles/r/tasks/main.yml:1:20',
    'Define it in the inventory, in "vars", or give',
  ],
  [
    {
      ...playbook(H + '  roles: [r]\n'),
      'roles/r/tasks/main.yml': '- hosts: all\n  tasks:\n  - debug: {msg: "a"}\n',
    },
    'NOT_A_TASK roles/r/tasks/main.yml:1:3',
    'Keep only the tasks here, or name the file on',
  ],
  [
    { ...playbook(H + '  roles: [r]\n'), 'roles/r/tasks/main.yml': 'tasks:\n  - debug: {msg: "a"}\n' },
    'NOT_A_LIST roles/r/tasks/main.yml:1:1',
    'Remove "tasks:": the list itself begins',
  ],
  [
    {
      ...playbook(H + '  roles: [r]\n'),
      'roles/r/handlers/main.yml': 'handlers:\n  - name: a\n    debug: {msg: "a"}\n',
      'roles/r/tasks/main.yml': '[]',
    },
    'NOT_A_LIST roles/r/handlers/main.yml:1:1',
    'Remove "handlers:": the list itself begins',
  ],
  [
    { ...playbook(H + '  roles:\n    role: r\n'), 'roles/r/tasks/main.yml': '[]' },
    'NOT_A_LIST play.yaml:3:5',
    'Write one "- role: NAME" per line.',
  ],
  [
    { ...playbook(H + '  roles:\n    - rol: r\n'), 'roles/r/tasks/main.yml': '[]' },
    'NOT_A_ROLE play.yaml:3:7',
    'Write "- role: NAME".',
  ],
  [
    { ...tasks('    - include_task: a.yml\n'), 'a.yml': '[]' },
    'UNKNOWN_MODULE play.yaml:3:7',
    'Did you mean "include_tasks"?',
  ],
  [
    { ...tasks('    - include_tasks: a.yml\n'), 'a.yml': '- hosts: all\n  tasks: []\n' },
    'NOT_A_TASK a.yml:1:3',
    'Keep only the tasks here, or name the file on',
  ],
  [
    { ...tasks('    - import_playbook: a.yml\n'), 'a.yml': '- hosts: all\n  tasks: []\n' },
    'NOT_A_TASK play.yaml:3:7',
    'Keep only the tasks here, or name the file on',
  ],
  [
    { ...playbook('- import_playbook: a.yml\n'), 'a.yml': '- debug: {msg: a}\n' },
    'NOT_A_PLAY a.yml:1:3',
    'Write "- hosts: all" and below it "tasks:", and',
  ],
];
