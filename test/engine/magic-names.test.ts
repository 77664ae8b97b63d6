/** Names that lint accepts without a definition are there at run time, and what is there lint accepts. */
import assert from 'node:assert/strict';
import { MAGIC } from '../../src/playbook/names/magic.js';
import {
  LIMIT_NAMES,
  LOOP_NAMES,
  PLAY_NAMES,
  RESCUE_NAMES,
  ROLE_NAMES,
} from '../../src/values/magic-names.js';
import { TEMPLATE_VARS } from '../../src/template/runtime/template-vars.js';
import { isMapping, type Value } from '../../src/values/value.js';
import { type ShellHosts, shellHosts } from './shell-hosts.js';

/** `debug` of which of some names are defined. */
const defined = (names: readonly string[]): string =>
  `{{ {${names.map((name) => `'${name}': ${name} is defined`).join(', ')}} | dict2items | selectattr('value') | map(attribute='key') | list }}`;

describe('engine: magic names', () => {
  const hosts = shellHosts();

  const messages = async (...args: Parameters<ShellHosts['play']>): Promise<readonly Value[]> => {
    const { results } = await hosts.play(args[0], { hosts: ['h1'], ...args[1] });
    return results
      .filter(({ task }) => task.module === 'debug')
      .map(({ result, msg, status }) =>
        status === 'ok' && isMapping(result) ? (result['msg'] ?? null) : `${status}: ${msg ?? ''}`,
      );
  };

  it('of plays, roles, loops, rescues and templates', async () => {
    const said = await messages(
      `- hosts: all
  gather_facts: false
  roles: [outer]
  tasks:
    - debug: {msg: "${defined([...PLAY_NAMES, ...LIMIT_NAMES])}"}
    - debug: {msg: "${defined(LOOP_NAMES)}"}
      loop: [1]
      loop_control: {extended: true, index_var: i}
    - block: [{fail: }]
      rescue:
        - debug: {msg: "${defined(RESCUE_NAMES)}"}
    - template: {src: t.j2, dest: "{{ dir }}/t"}
`,
      {
        limit: 'h1',
        files: {
          'templates/t.j2': defined(TEMPLATE_VARS),
          'roles/outer/tasks/main.yml': '- include_role: {name: inner}',
          'roles/inner/tasks/main.yml': `- debug: {msg: "${defined(ROLE_NAMES)}"}`,
        },
      },
    );
    const sorted = (value: Value | undefined): unknown => [...((value ?? []) as readonly string[])].sort();
    const [role, play, loop, rescue] = said;
    assert.deepEqual(sorted(role), [...ROLE_NAMES].sort());
    assert.deepEqual(sorted(play), [...PLAY_NAMES, ...LIMIT_NAMES].sort());
    assert.deepEqual(sorted(loop), [...LOOP_NAMES].sort());
    assert.deepEqual(sorted(rescue), [...RESCUE_NAMES].sort());
    assert.equal(hosts.read('t'), `[${TEMPLATE_VARS.map((name) => `'${name}'`).join(', ')}]`);
  });

  it('are all that a task has besides what is defined', async () => {
    const [names] = await messages(`- hosts: all
  gather_facts: false
  tasks:
    - debug: {msg: "{{ vars.keys() | list }}"}
`);
    const strange = (names as readonly string[]).filter((name) => !MAGIC.names.has(name) && name !== 'dir');
    assert.deepEqual(strange, []);
  });

  it('have the values that Ansible gives them', async () => {
    const said = await messages(
      `- hosts: all
  gather_facts: false
  environment: {A: "{{ 1 + 1 }}"}
  roles: [b]
  tasks:
    - debug: {msg: "{{ [vars['n'], vars.made, ansible_version.full is version('2.19', '>='), ansible_facts, environment] }}"}
      vars: {n: 1, made: "{{ n + 1 }}"}
    - debug: {msg: "{{ [role_names, ansible_role_names, ansible_dependent_role_names, ansible_play_role_names] }}"}
    - debug: {msg: "{{ [ansible_connection, ansible_host, ansible_user, ansible_search_path == [playbook_dir], role_name | default('U')] }}"}
    - debug: {msg: "{{ [ansible_loop_var, ansible_index_var, ansible_loop.last, ansible_search_path | length] }}"}
      loop: [1]
      loop_control: {extended: true, index_var: i}
    - set_fact: {ansible_facts_are: "{{ ansible_facts == {} }}"}
    - debug: {msg: "{{ ansible_facts_are }}"}
`,
      {
        user: 'bob',
        files: {
          'roles/a/tasks/main.yml':
            "- debug: {msg: \"{{ [role_name, ansible_parent_role_names | default('U'), ansible_search_path | map('basename') | list | first] }}\"}\n",
          'roles/b/meta/main.yml': 'dependencies: [a]\n',
          'roles/b/tasks/main.yml':
            "- include_role: {name: c}\n- debug: {msg: \"{{ [role_path | basename, ansible_search_path | map('basename') | list | last != 'x'] }}\"}\n",
          'roles/c/tasks/main.yml':
            '- debug: {msg: "{{ [role_name, ansible_parent_role_names, ansible_parent_role_paths | map(\'basename\') | list] }}"}\n',
        },
      },
    );
    assert.deepEqual(said, [
      ['a', 'U', 'a'],
      ['c', ['b'], ['b']],
      ['b', true],
      [1, 2, true, {}, [{ A: 2 }]],
      [['b', 'c'], ['b', 'a', 'c'], ['a'], ['b', 'c']],
      ['ssh', 'h1', 'bob', true, 'U'],
      ['item', 'i', true, 1],
      true,
    ]);
  });
});
