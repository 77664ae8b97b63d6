/** Branches that a host never enters, in every form: what is wrong in them is not a fault of the run. */
import assert from 'node:assert/strict';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { load } from '../playbook/project.js';
import { shellHosts } from './shell-hosts.js';

const BAD = {
  'a module of a collection': 'community.general.pacman: {name: x}',
  "a module of Ansible's": 'dnf: {name: "{{ of_nobody }}"}',
  'a module of another package manager': 'apt_repository: {repo: x}',
  'an unknown argument': 'copy: {content: x, dest: /x, nonsense: 1}',
  'an argument that is refused': 'apt: {deb: /x.deb}',
  'a keyword that is refused': 'command: id\n  async: 5',
  'an unknown filter': 'copy: {dest: /x, content: "{{ 1 | of_nobody }}"}',
  'an unknown lookup': `copy: {dest: /x, content: "{{ lookup('of_nobody') }}"}`,
  'an action': 'action: "yum name=x"',
  'an action in a mapping': 'local_action: {module: ansible.posix.at, command: x}',
} as const;

/** Ways to leave a task out; TASK is the task. */
const BRANCHES = {
  'the task itself': (task: string) => `- ${task}\n  when: family == 'RedHat'`,
  'conditions in a list': (task: string) => `- ${task}\n  when: [true, family == 'RedHat']`,
  'a constant': (task: string) => `- ${task}\n  when: false`,
  'a block': (task: string) => `- when: family == 'RedHat'\n  block:\n    - ${task.replace(/\n/g, '\n    ')}`,
  'a loop over nothing, with a condition': (task: string) => `- ${task}\n  loop: [1]\n  when: item == 2`,
  'a rescue section': (task: string) =>
    `- block:\n    - debug:\n  rescue:\n    - ${task.replace(/\n/g, '\n    ')}`,
  'a block in a rescue section': (task: string) =>
    `- block:\n    - debug:\n  rescue:\n    - block:\n        - ${task.replace(/\n/g, '\n        ')}`,
  'a tag': (task: string) => `- ${task}\n  tags: never`,
} as const;

const FILES = {
  import_tasks: '- import_tasks: other.yml\n  when: false',
  include_tasks: "- include_tasks: other.yml\n  when: family == 'RedHat'",
  import_role: '- import_role: {name: other}\n  when: false',
  include_role: "- include_role: {name: other}\n  when: family == 'RedHat'",
} as const;

describe('engine: branches that no host enters', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: string, more = ''): string =>
    `- hosts: all\n  gather_facts: false\n  vars: {family: Debian}\n${more}  tasks:\n    ${tasks.replace(/\n/g, '\n    ')}\n    - debug: {msg: the end}\n`;

  const passes = async (site: string, files: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { results } = await hosts.play(site, { hosts: ['h1'], files });
    assert.ok(
      results.some(({ msg }) => msg === 'the end'),
      JSON.stringify(results),
    );
    assert.ok(!results.some(({ status, task }) => status === 'failed' && task.module !== 'fail'));
  };

  for (const [form, branch] of Object.entries(BRANCHES)) {
    it(form, async () => {
      for (const task of Object.values(BAD)) await passes(play(branch(task)));
    });
  }

  for (const [form, include] of Object.entries(FILES)) {
    it(form, async () => {
      const other = Object.values(BAD)
        .map((task) => `- ${task}\n`)
        .join('');
      await passes(play(include), { 'other.yml': other, 'roles/other/tasks/main.yml': other });
    });
  }

  it('handlers that nobody notifies', async () => {
    for (const task of Object.values(BAD)) {
      const handlers = `  handlers:\n    - ${task.replace(/\n/g, '\n    ')}\n      name: h\n`;
      await passes(play('- command: "true"\n  changed_when: false\n  notify: h', handlers));
    }
  });

  it('roles, role dependencies, handlers and defaults of modules', async () => {
    const files = {
      'roles/other/tasks/main.yml': `- ${BAD["a module of Ansible's"]}\n`,
      'roles/needs/meta/main.yml': 'dependencies: [{role: other, when: false}]\n',
      'roles/needs/tasks/main.yml': '- debug: {msg: needs}\n',
    };
    await passes(play('- debug: {msg: x}', '  roles: [{role: other, when: false}, needs]\n'), files);
    await passes(
      play('- command: "true"\n  notify: h', `  handlers: [{name: h, dnf: {name: x}, when: false}]\n`),
    );
    await passes(play('- debug: {msg: x}', '  module_defaults: {dnf: {state: present}}\n'));
  });

  it('fail the host that enters, at the task, which may be ignored or rescued', async () => {
    for (const [what, task] of Object.entries(BAD)) {
      const { results } = await hosts.play(
        play(`- ${task}\n  when: family == 'Debian'\n  ignore_errors: true`),
        { hosts: ['h1'] },
      );
      assert.deepEqual([results[0]?.status, results.at(-1)?.msg], ['ignored', 'the end'], what);
      assert.match(results[0]?.msg ?? '', /rtprov|has no|needs|one of|of_nobody/, what);
    }
  });

  it('are reported as warnings when they are loaded', () => {
    for (const task of [BAD['an unknown argument'], BAD["a module of Ansible's"]]) {
      const { diagnostics } = load({ 'site.yml': play(`- ${task}\n  when: false`) });
      assert.deepEqual(
        diagnostics.map(({ severity, hint }) => [
          severity,
          /Only a host that reaches this task fails/.test(hint ?? ''),
        ]),
        [['warning', true]],
      );
    }
  });

  it('are faults of the run where every host enters, where a name is mistyped, and where it is not a task', () => {
    const refused = (tasks: string): boolean => {
      try {
        load({ 'site.yml': play(tasks) });
        return false;
      } catch (error) {
        return error instanceof DiagnosticError;
      }
    };
    for (const task of Object.values(BAD)) {
      if (!task.includes('of_nobody') || task.startsWith('dnf')) assert.ok(refused(`- ${task}`), task);
      assert.ok(refused(`- ${task}\n  when: true`), task);
    }
    for (const task of [
      'copyy: {content: x, dest: /x}',
      'copy: {content: x, dest: /x, modee: 1}',
      'service: {name: x, state: nonsense}',
      'copy: {content: x}',
      'copy: {content: x, src: /x, dest: /x}',
      'copy: {content: x, dest: /x}\n  registre: x',
      'command: id\n  copy: {}',
    ])
      assert.ok(refused(`- ${task}\n  when: false`), task);
  });
});
