/** Further wrong inputs, of kinds that are rarer, or that are found easily only when the task runs. */
import type { BadInput } from './bad-inputs.js';

const RUN = ['run', 'play.yaml', '-i', 'inventory.ini'];
const head = '- hosts: all\n  gather_facts: false\n';

const playbook = (name: string, text: string | Buffer): BadInput => ({ name, files: { 'play.yaml': text } });

const tasks = (name: string, text: string, files: BadInput['files'] = {}): BadInput => ({
  name: `tasks: ${name}`,
  files: { 'play.yaml': `${head}  tasks:\n    ${text.trimEnd().replaceAll('\n', '\n    ')}\n`, ...files },
});

const task = (text: string): BadInput => tasks(text, `- ${text.replaceAll('\n', '\n  ')}`);

const play = (text: string): BadInput =>
  playbook(
    `play: ${text}`,
    `- hosts: all\n  ${text.replaceAll('\n', '\n  ')}\n  tasks: [{ debug: { msg: x } }]\n`,
  );

const inventory = (name: string, text: string | Buffer, file = 'bad.ini'): BadInput => ({
  name: `inventory: ${name}`,
  files: { [file]: text },
  args: ['run', 'play.yaml', '-i', file],
});

const role = (name: string, files: Readonly<Record<string, string | Buffer>>): BadInput => ({
  name: `role: ${name}`,
  files: {
    'play.yaml': `${head}  roles: [a]\n`,
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`roles/a/${path}`, text])),
  },
});

const aRole = { files: { 'play.yaml': `${head}  roles: [a]\n` } };

const options = (...more: readonly string[]): BadInput => ({
  name: `options: ${more.join(' ')}`,
  args: [...RUN, ...more],
});

const usage = (...args: readonly string[]): BadInput => ({ name: `usage: ${args.join(' ')}`, args });

const yaml: readonly BadInput[] = [
  playbook('a merge of a text', '- hosts: all\n  vars:\n    <<: text\n  tasks: []\n'),
  playbook('a key that is a list', '- hosts: all\n  vars:\n    ? [a, b]\n    : c\n  tasks: []\n'),
  playbook('an alias that names nothing as a key', '- hosts: all\n  *b : c\n'),
  playbook('a version of YAML that there is not', '%YAML 9.9\n---\n- hosts: all\n  tasks: []\n'),
  playbook('an unknown handle of a tag', '- hosts: all\n  vars: { a: !x!y z }\n  tasks: []\n'),
  playbook('!!int that is none', '- hosts: all\n  vars: { a: !!int abc }\n  tasks: []\n'),
  playbook('a text after a quoted one', '- hosts: "all" x\n  tasks: []\n'),
  playbook('UTF-16 without a mark', Buffer.from('- hosts: all\n  tasks: []\n', 'utf16le')),
  playbook('gzip', Buffer.from('1f8b08000000000000034b4c4a4e0100c2412435', 'hex')),
  playbook('JSON that is cut off', '[{"hosts": "all", "tasks": [{"debug": {"msg": "x"}}'),
  playbook(
    'a very long line with a fault at its end',
    `- hosts: all\n  vars: { a: "${'y'.repeat(200_000)}", b: [ }\n`,
  ),
  playbook('a play that is null', '-\n'),
  playbook('a task that is a text', `${head}  tasks:\n    - debug\n`),
];

const keywords: readonly BadInput[] = [
  play('gather_timeout: long'),
  play('no_log: perhaps'),
  play('strategy: wishful'),
  play('serial: { a: b }'),
  play('vars_prompt: [{ name: "a b" }]'),
  play('roles: [3]'),
  play('vars: { for: x }'),
  playbook('hosts is a template that nothing defines', '- hosts: "{{ nowhere_defined }}"\n  tasks: []\n'),
  playbook('import_playbook of a folder', '- import_playbook: .\n'),
];

const taskInputs: readonly BadInput[] = [
  task('command: echo "open'),
  task('copy: src="open dest=/x'),
  task('debug: { msg: x }\nargs: text'),
  task('debug: { msg: x }\nwhen: 3'),
  task('debug: { msg: x }\nloop: [1]\nloop_control: { index_var: "a b" }'),
  task('block:\n  - debug: { msg: x }\nloop: [1]'),
  task('copy: { dst: /x, content: y }'),
  task('include_tasks: { fil: x }'),
  task('import_tasks: .'),
  task('include_vars: none.yaml'),
  task('include_vars: .'),
  task('copy: { src: none.txt, dest: /x }\nwhen: true'),
  task("debug: { msg: \"{{ lookup('password', 'p encrypt=bcrypt') }}\" }"),
  task('debug: { msg: "{{ x | community.general.json_query(\'a\') }}" }\nvars: { x: {} }'),
  task('debug: { msg: "{{ 1 is own_plugin }}" }'),
  tasks('facts that no module gathers', '- service_facts:\n- debug: { msg: "{{ services }}" }\n'),
  tasks(
    'a database that no module reads',
    '- getent: { database: passwd }\n- debug: { msg: "{{ getent_passwd }}" }\n',
  ),
  task('debug: { msg: "{{ x }}" }\nvars: { x: "{{ x }}" }'),
  task('copy: { dest: /x, content: "{{ x }}" }\nvars: { x: "{{ y }}", y: "{{ x }}" }'),
  task('debug: { msg: x }\nbecome: true\nbecome_method: ansible.builtin.runas'),
];

const inventories: readonly BadInput[] = [
  inventory('a range with a step of nothing', 'h[1:5:0]\n'),
  inventory('an empty section', '[]\nh1\n'),
  inventory('a variable without a name', '[a]\nh1\n[a:vars]\n=x\n'),
  inventory('JSON that is cut off', '{"all": {"hosts":', 'bad.json'),
  inventory('YAML of a plugin', 'plugin: amazon.aws.aws_ec2\nregions: [eu]\n', 'bad.yaml'),
  inventory('a key file that is not there', 'h1 ansible_ssh_private_key_file=/nowhere/key\n'),
  inventory('a key file that is a folder', 'h1 ansible_private_key_file=/etc\n'),
  inventory('an unknown become method', 'h1 ansible_become_method=doas\n'),
  inventory('a template that is cut off', 'h1 ansible_host="{{ x"\n'),
  inventory('a template of itself', 'h1 ansible_host="{{ ansible_host }}"\n'),
  inventory('a circle of variables', 'h1 ansible_port="{{ a }}" a="{{ b }}" b="{{ a }}"\n'),
  {
    name: 'inventory: a folder with a link to itself',
    setup: 'mkdir inv; ln -s . inv/self; echo h1 > inv/a',
    args: ['run', 'play.yaml', '-i', 'inv'],
  },
  { name: 'host_vars that is a link to itself', setup: 'mkdir host_vars; ln -s h1 host_vars/h1' },
  {
    name: 'group_vars that is a vault',
    files: { 'group_vars/all.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n' },
  },
];

const roles: readonly BadInput[] = [
  role('vars that are binary', { 'tasks/main.yml': '[]\n', 'vars/main.yml': Buffer.from([0, 255, 0]) }),
  role('a dependency without a name', {
    'tasks/main.yml': '[]\n',
    'meta/main.yml': 'dependencies: [{ when: true }]\n',
  }),
  { name: 'role: a link to itself', setup: 'mkdir roles; ln -s a roles/a', ...aRole },
  { name: 'role: a tasks file that is a folder', setup: 'mkdir -p roles/a/tasks/main.yml', ...aRole },
];

const given: readonly BadInput[] = [
  { name: 'ansible.cfg that is a FIFO', setup: 'mkfifo ansible.cfg' },
  { name: 'ansible.cfg with an open section', files: { 'ansible.cfg': '[defaults\nforks=5\n' } },
  options('--vault-password-file', 'x'),
  options('--ask-vault-pass'),
  options('-J'),
  options('--connection', 'local'),
  options('--syntax-chek'),
  options('-t'),
  options('-i', ''),
  options('--roles-path', 'play.yaml'),
  usage('schema', 'playbook', 'x', 'y'),
  usage('inventory', '--list', '--graph', '-i', 'inventory.ini'),
];

export const unusualInputs: readonly BadInput[] = [
  ...yaml,
  ...keywords,
  ...taskInputs,
  ...inventories,
  ...roles,
  ...given,
];
