/** Who may reach the controller: the playbook's author, not the inventory, and never what a target says. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { plainText } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

describe('engine: who the author of a template is', () => {
  const hosts = shellHosts();

  /** What `debug: msg={{ x }}` says when the inventory has these variables of h1. */
  const said = async (
    vars: Readonly<Record<string, string>>,
    options: { readonly files?: Readonly<Record<string, string>>; readonly msg?: string } = {},
  ): Promise<string> => {
    const { results } = await hosts.play(
      `- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: '${options.msg ?? '{{ x }}'}'}
`,
      {
        hosts: ['h1'],
        files: {
          'secret.txt': 'SECRET',
          'templates/s.j2': 'SECRET',
          ...options.files,
        },
        inventoryVars: vars,
      },
    );
    return results
      .map(({ status, msg, result }) => `${status}: ${plainText(status === 'ok' ? result : (msg ?? ''))}`)
      .join();
  };

  const reaching = [
    "{{ lookup('file', 'secret.txt') }}",
    "{{ query('ansible.builtin.file', 'secret.txt') }}",
    "{{ q('first_found', ['secret.txt']) }}",
    "{{ lookup('fileglob', '*') }}",
    "{{ lookup('template', 's.j2') }}",
    "{{ lookup('csvfile', 'a', file='secret.txt') }}",
    "{{ lookup('ini', 'a', file='secret.txt') }}",
    "{{ lookup('pipe', 'echo SECRET; touch ran') }}",
    "{{ lookup('lines', 'echo SECRET') }}",
    "{{ lookup('env', 'HOME') }}",
    "{{ lookup('password', 'made') }}",
    "{{ lookup('url', 'http://127.0.0.1:1/') }}",
    "{{ lookup('vars', 'dir') }}",
    "{{ lookup('varnames', '.') }}",
    "{{ lookup('file', 'secret.txt', errors='ignore') | default('d') }}",
    "{% include 'templates/s.j2' %}",
    "{% include 's.j2' ignore missing %}",
    "{% import 's.j2' as s %}{{ s }}",
    "{% extends 's.j2' %}",
    "{% set l = lookup %}{{ l('file', 'secret.txt') }}",
    "{% macro m() %}{{ lookup('file', 'secret.txt') }}{% endmacro %}{{ m() }}",
    "{{ ['secret.txt'] | map('upper') | list + [lookup('file', 'secret.txt')] }}",
  ];
  const refused = async (vars: Readonly<Record<string, string>>, msg: string): Promise<void> => {
    const line = await said(vars, { msg: msg.replaceAll("'", "''") });
    assert.match(line, /^failed: .*\/hosts\.yml:1:\d+: Not allowed in data: /s, `${msg}: ${line}`);
    assert.doesNotMatch(line, /SECRET(?![";])/);
  };
  for (const text of reaching) {
    it(`inventory data may not: ${text}`, async () => {
      await refused({ x: text }, '{{ x }}');
      assert.ok(!existsSync('ran'));
    });
  }

  it('on no way from the playbook to the data', async () => {
    const [text = ''] = reaching;
    await refused({ y: text, x: '{{ y }}' }, '{{ x }}');
    await refused({ x: text }, "{{ hostvars['h1']['x'] }}");
    await refused({ x: text }, "{{ vars['x'] }}");
    await refused({ x: text }, "{{ lookup('vars', 'x') }}");
    await refused({ x: text }, "{{ lookup('vars', 'x', default='d') }}");
  });

  it('inventory data may compute, and name what the author wrote', async () => {
    const all = {
      'group_vars/all.yml': `mine: "{{ lookup('file', 'secret.txt') }}"\n`,
    };
    assert.match(await said({ x: '{{ mine | lower }}' }, { files: all }), /^ok: .*secret/);
    assert.match(await said({ x: "{{ query('items', [1, 2]) | sum }}" }), /^ok: .*3/);
    assert.match(
      await said({ name: 'secret.txt', x: '' }, { msg: "{{ lookup(''file'', name) }}" }),
      /^ok: .*SECRET/,
    );
  });

  it('what a target says is not a template', async () => {
    const { results } = await hosts.play(
      `- hosts: all
  gather_facts: false
  tasks:
    - command: printf '%s' '{{ '{{' }} lookup("file", "/etc/hostname") }}{{ '{%' }} include "/etc/hostname" %}'
      register: r
    - set_fact: {f: "{{ r.stdout }}", l: ["{{ r.stdout }}"]}
    - debug: {msg: "{{ f }} {{ l[0] }} {{ hostvars[inventory_hostname].r.stdout }}"}
    - debug: {msg: "{{ item }}"}
      loop: ["{{ r.stdout }}"]
    - debug: {msg: "{{ v }}"}
      vars: {v: "{{ r.stdout }}"}
    - copy: {content: "{{ f }}", dest: "{{ dir }}/out"}
`,
      { hosts: ['h1'] },
    );
    for (const { status, result } of results)
      assert.ok(status === 'ok' || status === 'changed', plainText(result));
    const text = '{{ lookup("file", "/etc/hostname") }}{% include "/etc/hostname" %}';
    assert.equal(hosts.read('out'), text);
    const messages = results
      .filter(({ task }) => task.module === 'debug')
      .map(({ result }) => plainText(result));
    for (const message of messages) assert.ok(JSON.stringify(JSON.parse(message)).includes('lookup('));
  });
});
