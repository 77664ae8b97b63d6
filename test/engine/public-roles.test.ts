/** Constructs that widely used public roles are made of, in small roles of our own. */
import assert from 'node:assert/strict';
import { isMapping, type Value } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

describe('engine: constructs of public roles', () => {
  const hosts = shellHosts();

  /** What the `debug` tasks of a role say. */
  const role = async (
    tasks: string,
    files: Readonly<Record<string, string>> = {},
    check = false,
  ): Promise<readonly Value[]> => {
    const inRole = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name.startsWith('/') ? name.slice(1) : `roles/r/${name}`,
        text,
      ]),
    );
    const { results } = await hosts.play(
      `- hosts: all
  gather_facts: false
  vars: {ansible_os_family: Debian, ansible_distribution: Debian, ansible_distribution_major_version: "12"}
  roles: [r]
`,
      { hosts: ['h1'], check, files: { ...inRole, 'roles/r/tasks/main.yml': tasks } },
    );
    for (const { status, msg } of results) assert.notEqual(status, 'failed', msg);
    return results
      .filter(({ task }) => task.module === 'debug')
      .map(({ result }) => (isMapping(result) ? (result['msg'] ?? null) : null));
  };

  const osVars = {
    'vars/Debian.yml': 'pkg: deb',
    'vars/RedHat.yml': 'pkg: rpm',
    'vars/default.yml': 'pkg: any',
  };
  const say = '- debug: {msg: "{{ pkg }}"}\n';

  it('include_vars of the first file that is there', async () => {
    const forms = [
      `- include_vars: "{{ item }}"
  with_first_found:
    - "{{ ansible_distribution }}-{{ ansible_distribution_major_version }}.yml"
    - "{{ nowhere_defined }}.yml"
    - "{{ ansible_os_family }}.yml"
    - default.yml
`,
      `- include_vars: "{{ item }}"
  with_first_found:
    - files: ["{{ ansible_distribution | lower }}.yml", "{{ ansible_os_family }}.yml"]
      paths: ["{{ role_path }}/vars"]
      skip: true
`,
      `- include_vars: "{{ lookup('first_found', params) }}"
  vars:
    params: {files: ["{{ ansible_distribution }}.yml", default.yml], paths: [vars]}
`,
      `- include_vars: {file: "{{ ansible_os_family }}.yml"}\n`,
      `- include_vars: "{{ lookup('first_found', dict(files=[ansible_os_family ~ '.yml'], paths=['vars'])) }}"\n`,
    ];
    for (const form of forms) assert.deepEqual(await role(`${form}${say}`, osVars), ['deb'], form);
  });

  it('include_tasks by distribution, and by what is there', async () => {
    const files = {
      'tasks/setup-Debian.yml': say.replace('{{ pkg }}', 'deb'),
      'tasks/setup-RedHat.yml': say,
    };
    assert.deepEqual(await role('- include_tasks: setup-{{ ansible_os_family }}.yml\n', files), ['deb']);
    assert.deepEqual(
      await role(
        `- include_tasks: "{{ item }}"
  with_first_found:
    - {files: ["tasks/nope.yml", "tasks/setup-{{ ansible_os_family }}.yml"], skip: true}
`,
        files,
      ),
      ['deb'],
    );
  });

  it('templates and files of the role, looked up and rendered', async () => {
    const said = await role(
      `- debug: {msg: "{{ lookup('template', 'x.j2') }}"}
- debug: {msg: "{{ lookup('file', 'key.pub') }}"}
- debug: {msg: "{{ query('fileglob', 'keys/*.pub') | map('basename') | list }}"}
- debug: {msg: "{{ item | basename }}"}
  with_fileglob: ["{{ role_path }}/templates/*.j2"]
- debug: {msg: "{{ item }}"}
  with_file: [key.pub, keys/a.pub]
- template: {src: "{{ item }}", dest: "{{ dir }}/out"}
  with_first_found: ["{{ ansible_distribution }}.j2", x.j2]
`,
      {
        'templates/x.j2': "# {{ ansible_managed }}\n{% include 'part.j2' %}{{ lookup('file', 'key.pub') }}\n",
        'templates/part.j2': 'part of {{ role_name }}\n',
        'files/key.pub': 'ssh-ed25519 AAAA me\n',
        'files/keys/a.pub': 'A',
        'files/keys/b.pub': 'B',
      },
    );
    // As in Jinja2 the line end at the end of an included file is dropped.
    const text = '# Ansible managed\npart of rssh-ed25519 AAAA me\n';
    assert.deepEqual(said.slice(0, 3), [text, 'ssh-ed25519 AAAA me', ['a.pub', 'b.pub']]);
    assert.deepEqual(said.slice(3), ['part.j2', 'x.j2', 'ssh-ed25519 AAAA me', 'A']);
    assert.equal(hosts.read('out'), text);
  });

  it('commands run once for a task, in a check too', async () => {
    for (const check of [false, true]) {
      const said = await role(
        `- debug: {msg: "{{ lookup('pipe', 'echo x >> ' ~ dir ~ '/ran; wc -l < ' ~ dir ~ '/ran') | int }}"}
- debug: {msg: "{{ lookup('pipe', 'echo x >> ' ~ dir ~ '/ran; wc -l < ' ~ dir ~ '/ran') | int }}"}
- debug: {msg: never}
  when: false and lookup('pipe', 'echo x >> ' ~ dir ~ '/ran') == ''
`,
        {},
        check,
      );
      assert.deepEqual(said.slice(0, 2), check ? [3, 4] : [1, 2]);
    }
    assert.equal(hosts.read('ran'), 'x\nx\nx\nx\n');
  });

  it('passwords are made by a run and masked', async () => {
    const tasks = `- copy: {content: "{{ lookup('password', dir ~ '/secret length=9 chars=digits') }}", dest: "{{ dir }}/out"}\n`;
    await role(tasks, {}, true);
    assert.ok(!hosts.has('secret') && !hosts.has('out'));
    await role(tasks);
    assert.match(hosts.read('out'), /^[0-9]{9}$/);
    assert.equal(hosts.read('secret'), `${hosts.read('out')}\n`);
  });
});
