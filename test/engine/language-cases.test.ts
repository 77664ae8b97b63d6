/** What ansible-core 2.19 does with small pieces of the language in which its versions differ, or where rtprov was wrong once. */
import assert from 'node:assert/strict';
import { isMapping, type Value } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

const head = '- hosts: all\n  gather_facts: false\n';

describe('engine: cases of the language', () => {
  const hosts = shellHosts();

  /** What each `debug` says; of a task that fails, its message. */
  const said = async (
    text: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<readonly Value[]> => {
    const { results } = await hosts.play(text, { hosts: ['h1'], files });
    return results
      .filter(({ task, status }) => task.module === 'debug' || status === 'failed')
      .map(({ result, msg, status }) =>
        status === 'ok' && isMapping(result) ? (result['msg'] ?? msg ?? null) : `${status}: ${msg ?? ''}`,
      );
  };

  it('set_fact leaves texts that look like truth values as they are', async () => {
    assert.deepEqual(
      await said(`${head}  tasks:
    - set_fact: {v1: "{{ 'no' }}", v2: "{{ 'yes' }}", v3: "false"}
    - debug: {msg: "{{ v1 | type_debug }} {{ v2 | type_debug }} {{ v3 | type_debug }} {{ 'on' if v1 else 'off' }}"}
`),
      ['str str str on'],
    );
  });

  it('with_items keeps what is null', async () => {
    assert.deepEqual(
      await said(`${head}  tasks:
    - debug: {msg: "{{ item is none }}"}
      with_items: "{{ [1, none, 'null'] }}"
    - debug: {msg: "{{ item is none }}"}
      with_items: [1, "{{ none }}"]
`),
      [false, true, false, false, true],
    );
  });

  it('loop_var may be a template', async () => {
    assert.deepEqual(
      await said(`${head}  vars: {lv: thing}
  tasks:
    - debug: {msg: "{{ thing }}"}
      loop: [1]
      loop_control: {loop_var: "{{ lv }}"}
`),
      [1],
    );
  });

  it('a text that looks like a list is not a list, and a number stays one', async () => {
    const [loop, type] = await said(`${head}  vars: {n: "5", js: '["a", "b"]'}
  tasks:
    - debug: {msg: "{{ item }}"}
      loop: "{{ js }}"
      ignore_errors: true
    - set_fact: {v: "{{ n | int }}"}
    - debug: {msg: "{{ v | type_debug }}"}
`);
    assert.ok(typeof loop === 'string');
    assert.match(loop, /the loop is not a list but the string/);
    assert.equal(type, 'int');
  });

  it('debug says of a variable that nothing defines that it is not defined', async () => {
    const { results } = await hosts.play(`${head}  tasks: [debug: {var: nosuch}]\n`, { hosts: ['h1'] });
    const [only] = results;
    assert.equal(only?.status, 'ok');
    assert.match(JSON.stringify(only.result), /NOT DEFINED/);
  });

  it('of a role the vars and defaults hold in the whole play, those of its entry in the role alone', async () => {
    const show = `debug: {msg: "{{ x | default('nox') }} {{ y | default('noy') }} {{ z | default('noz') }}"}`;
    assert.deepEqual(
      await said(
        `${head}  pre_tasks: [${show}]
  tasks:
    - import_role: {name: r3}
      vars: {x: imported}
    - ${show}
- hosts: all
  gather_facts: false
  roles: [{role: r3, vars: {x: fromroles}}]
  tasks: [${show}]
- hosts: all
  gather_facts: false
  roles: [{role: r3, x: param}]
  tasks: [${show}]
`,
        {
          'roles/r3/defaults/main.yml': 'z: roledefault\n',
          'roles/r3/vars/main.yml': 'y: rolevar\n',
          'roles/r3/tasks/main.yml': `- debug: {msg: "in r3 {{ x | default('nox') }}"}\n`,
        },
      ),
      [
        'nox rolevar roledefault',
        'in r3 imported',
        'nox rolevar roledefault',
        'in r3 fromroles',
        'nox rolevar roledefault',
        'in r3 param',
        'nox rolevar roledefault',
      ],
    );
  });

  it('takes arguments from a template, which those that are written out win over', async () => {
    assert.deepEqual(
      await said(`${head}  vars: {d: {msg: hello}}
  module_defaults: {debug: {msg: by default}}
  tasks:
    - debug: "{{ d }}"
    - debug: {msg: own}
      args: "{{ d }}"
    - debug: "{{ {'msg': item} }}"
      loop: [1]
    - debug: "{{ {'msg': '{{ d }}'} }}"
    - set_fact:
      args: "{{ {'cc': 3} }}"
    - debug: {msg: "{{ cc }}"}
    - debug: "{{ {'mesg': 1} }}"
      ignore_errors: true
    - debug: "{{ [1] }}"
      ignore_errors: true
`).then((all) => all.map((one) => (typeof one === 'string' ? one.replace(/.*: (?=The)/, '') : one))),
      [
        'hello',
        'own',
        1,
        '{{ d }}',
        3,
        'The module "debug" has no argument "mesg". Did you mean "msg"?',
        'The arguments of "debug" come from a template, which has to result in a mapping, but results in a list. Name a variable that is a mapping of arguments, or write them out.',
      ],
    );
  });

  it('masks a secret that arguments from a template give', async () => {
    const { results } = await hosts.play(
      `${head}  tasks:
    - debug: "{{ {'msg': 'Pa55wort.x'} }}"
      no_log: true
    - debug: {msg: "it is Pa55wort.x"}
`,
      { hosts: ['h1'] },
    );
    assert.equal(results.length, 2);
    assert.doesNotMatch(JSON.stringify(results.map(({ msg, result }) => [msg, result])), /Pa55wort/);
  });

  it('set_fact takes names that are templates', async () => {
    assert.deepEqual(
      await said(`${head}  vars: {k: a}
  tasks:
    - set_fact: {"n_{{ k }}": 1, "m_{{ item }}": 2}
      loop: [x, y]
    - debug: {msg: "{{ [n_a, m_x, m_y] }}"}
`),
      [[1, 2, 2]],
    );
  });

  it('set_fact takes such names in its short form, and an empty loop beside with_items is none', async () => {
    assert.deepEqual(
      await said(`${head}  vars: {k: a}
  tasks:
    - set_fact: "{{ 'dyn' }}={{ k }} n_{{ k }}=x=y plain={{ k }}"
    - debug: {msg: "{{ [dyn, n_a, plain, item] }}"}
      loop:
      with_items: [1]
`),
      [['a', 'x=y', 'a', 1]],
    );
  });

  it('renders templates in the constant terms of lookups, and in no other constant', async () => {
    assert.deepEqual(
      await said(`${head}  vars: {f: one, data: "{{ '{' ~ '{ f }}' }}"}
  tasks:
    - debug: {msg: "{{ query('items', ['{{ f }}', data], '{{ f }}-x', '{{ f }}' | upper) }}"}
    - debug: {msg: "{{ '{{ f }}' == f }} {{ nosuch | default('{{ f }}') }}"}
`),
      [['one', '{{ f }}', 'one-x', '{{ F }}'], 'False {{ f }}'],
    );
  });

  it('a result says what failed_when came to', async () => {
    assert.deepEqual(
      await said(`${head}  tasks:
    - {command: sh -c "exit 3", register: r, failed_when: "r.rc not in [0, 3]"}
    - debug: {msg: "{{ r.failed_when_result }}"}
    - {command: "true", register: r, failed_when: [true, r.rc == 0], loop: [1], ignore_errors: true}
    - debug: {msg: "{{ r.results[0].failed_when_result }}"}
    - {command: "true", register: r}
    - debug: {msg: "{{ r.failed_when_result is defined }}"}
`),
      [false, true, false],
    );
  });

  it('a rescue section sees the name of the task alone, which is empty when it has none', async () => {
    const failing = (task: string): string =>
      `- {block: [${task}], rescue: [debug: {msg: "<{{ ansible_failed_task.name }}>"}]}\n`;
    const tasks = [failing('{name: "in {{ 1 + 1 }}", fail: {}}'), failing('fail: {}')];
    assert.deepEqual(
      await said(`${head}  roles: [r]\n  tasks:\n    ${tasks.join('    ')}`, {
        'roles/r/tasks/main.yml': tasks.join(''),
      }),
      ['<in 2>', '<>', '<in 2>', '<>'],
    );
  });
});
