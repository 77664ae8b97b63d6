/** What includes and the flushes of handlers do on hosts, as ansible-core 2.19 does it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine: includes and handlers', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const debug = (name: string, more = ''): string => `- { name: ${name}, debug: { msg: x }${more} }\n`;
  const notify = (...names: string[]): string =>
    debug('notifies', `, changed_when: true, notify: [${names.join(', ')}]`);
  const play = (parts: Readonly<Record<string, string>>, keys = ''): string =>
    `- hosts: all\n  gather_facts: false\n${keys}${Object.entries(parts)
      .map(([key, text]) => `  ${key}:\n${text.trim().replace(/^/gm, '    ')}\n`)
      .join('')}`;
  const ran = async (
    parts: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>> = {},
    more: { readonly check?: boolean; readonly hosts?: readonly string[]; readonly keys?: string } = {},
  ): Promise<readonly string[]> => {
    const result = await hosts.play(play(parts, more.keys), { hosts: ['h1'], files, ...more });
    return result.lines.map((line) => line.replace(/^h1 /, ''));
  };
  const COUNT = `- set_fact: { n: "{{ n | default(0) | int + 1 }}" }\n`;

  it('end a file that includes itself by its condition', async () => {
    const lines = await ran(
      { tasks: `- include_tasks: again.yml\n${debug('behind')}` },
      { 'again.yml': `${COUNT}- include_tasks: again.yml\n  when: n | int < 4\n${debug('back')}` },
    );
    assert.equal(lines.filter((line) => line.startsWith('set_fact')).length, 4);
    assert.deepEqual(lines.slice(-5), [...Array<string>(4).fill('back ok'), 'behind ok']);
  });

  it('fail the host 250 deep, where a rescue section may take it over', async () => {
    const result = await hosts.play(
      play({ tasks: `- block:\n    - include_tasks: again.yml\n  rescue:\n    ${debug('rescue')}` }),
      { hosts: ['h1'], files: { 'again.yml': `${COUNT}- include_tasks: again.yml\n  when: n | int > 0\n` } },
    );
    assert.equal(result.lines.filter((line) => line.startsWith('h1 set_fact')).length, 250);
    assert.deepEqual(result.lines.slice(-2), ['h1 include_tasks rescued', 'h1 rescue ok']);
    assert.match(result.results.at(-2)?.msg ?? '', /250 levels deep/);
  });

  it('let a role include itself with a condition', async () => {
    const lines = await ran(
      { tasks: '- include_role: { name: r }' },
      { 'roles/r/tasks/main.yml': `${COUNT}- include_role: { name: r }\n  when: n | int < 3\n` },
    );
    assert.equal(lines.length, 3);
  });

  it('are shown as what may run, where only acting shows whether they do', async () => {
    const lines = await ran(
      {
        tasks: `- command: "true"\n  register: r\n- include_tasks: a.yml\n  when: r.rc == 0\n- include_tasks: again.yml\n  when: r.rc == 1\n- include_tasks: "{{ r.stdout }}.yml"\n${debug('behind')}`,
      },
      { 'a.yml': debug('inside'), 'again.yml': '- include_tasks: again.yml\n  when: r.rc == 1\n' },
      { check: true },
    );
    assert.deepEqual(lines, [
      'command unknown',
      'inside unknown',
      'include_tasks unknown',
      'include_tasks unknown',
      'behind ok',
    ]);
  });

  it('run once for the first host alone', async () => {
    const result = await hosts.play(play({ tasks: '- include_tasks: a.yml\n  run_once: true' }), {
      files: { 'a.yml': debug('inside') },
    });
    assert.deepEqual(result.lines, ['h1 inside ok']);
  });

  it('read a file once, whatever becomes of it', async () => {
    const path = join(hosts.files, 'inc.yml');
    writeFileSync(path, debug('first'));
    const lines = await ran({
      tasks: `- include_tasks: "{{ dir }}/inc.yml"\n- { name: other, copy: { content: "- debug:\\n", dest: "{{ dir }}/inc.yml" } }\n- include_tasks: "{{ dir }}/inc.yml"\n  loop: [1, 2]`,
    });
    assert.deepEqual(lines, ['first ok', 'other changed', 'first ok', 'first ok']);
  });

  it('choose the files of a role by template, and none by omit', async () => {
    const role = { 'roles/r/tasks/main.yml': debug('main'), 'roles/r/tasks/other.yml': debug('other') };
    assert.deepEqual(
      await ran(
        {
          tasks: `- include_role: { name: r, tasks_from: "{{ omit }}" }\n- include_role: { name: r, tasks_from: "{{ item }}" }\n  loop: [other, main.yml]`,
        },
        role,
      ),
      ['r : main ok', 'r : other ok', 'r : main ok'],
    );
  });

  it('pass by what is for other hosts, and fail the host that enters it', async () => {
    const files = { 'dnf.yml': '- no_such_module: { name: x }\n' };
    const at = (host: string): string =>
      `- include_tasks: dnf.yml\n  when: inventory_hostname == '${host}'\n${debug('behind')}`;
    assert.deepEqual(await ran({ tasks: at('other') }, files), ['behind ok']);
    assert.deepEqual(await ran({ tasks: at('h1') }, files, { check: true }), ['include_tasks failed']);
  });

  it('never look at names that nothing defines in tasks that are skipped', async () => {
    assert.deepEqual(
      await ran({
        tasks:
          '- { name: a, debug: { msg: "{{ nowhere }}" }, when: false }\n- { name: b, debug: { msg: x }, loop: "{{ nowhere }}", when: false }',
      }),
      ['a skipped', 'b skipped'],
    );
  });

  it('do not read tasks as variables when a templated include_vars fits them', async () => {
    const files = {
      'roles/r/tasks/main.yml':
        '- include_vars: "{{ \'one\' }}.yml"\n- { name: "got {{ x }}", debug: { msg: x } }\n',
      'roles/r/vars/one.yml': 'x: 1\n',
    };
    assert.deepEqual(await ran({ tasks: '- import_role: { name: r }' }, files), [
      'r : include_vars ok',
      'r : got 1 ok',
    ]);
  });

  describe('as handlers', () => {
    it('answer to their name and to what they listen to; what they include runs at once', async () => {
      const lines = await ran(
        {
          tasks: notify('topic', 'by name'),
          handlers: `- { name: by name, include_tasks: a.yml }\n- { name: listens, listen: topic, include_tasks: "{{ 'b' }}.yml" }\n- { name: last, listen: topic, debug: { msg: x } }`,
        },
        { 'a.yml': `${debug('a')}- include_tasks: b.yml\n`, 'b.yml': debug('b') },
      );
      assert.deepEqual(lines, ['notifies changed', 'a ok', 'b ok', 'b ok', 'last ok']);
    });

    it('are looked for in the handlers of their role, and then in its tasks', async () => {
      const files = {
        'roles/r/tasks/main.yml': notify('h', 'g'),
        'roles/r/handlers/main.yml':
          '- { name: h, include_tasks: clean.yml }\n- { name: g, include_tasks: own.yml }\n',
        'roles/r/tasks/clean.yml': debug('cleaned'),
        'roles/r/tasks/own.yml': debug('wrong'),
        'roles/r/handlers/own.yml': debug('right'),
      };
      assert.deepEqual(await ran({ roles: '- r' }, files), [
        'r : notifies changed',
        'r : cleaned ok',
        'r : right ok',
      ]);
    });

    it('of a role whose name is known late join the play, and are notified from then on', async () => {
      const files = {
        'roles/r/tasks/main.yml': notify('of role'),
        'roles/r/handlers/main.yml': debug('of role'),
      };
      const tasks = `- include_role: { name: "{{ 'r' }}" }\n- meta: flush_handlers\n${notify('of role', 'own')}`;
      assert.deepEqual(await ran({ tasks, handlers: debug('own') }, files), [
        'r : notifies changed',
        'r : of role ok',
        'notifies changed',
        'own ok',
        'r : of role ok',
      ]);
    });
  });

  describe('a flush', () => {
    it('runs each handler once; one that is before its notifier waits for the next', async () => {
      const chain = (name: string, next: string): string =>
        debug(name, `, changed_when: true, notify: ${next}`);
      assert.deepEqual(
        await ran({
          tasks: `${notify('b', 'self')}- meta: flush_handlers\n${debug('between')}`,
          handlers: chain('a', 'c') + chain('b', 'a') + debug('c') + chain('self', 'self'),
        }),
        [
          'notifies changed',
          'b changed',
          'self changed',
          'between ok',
          'a changed',
          'c ok',
          'self changed',
          'self changed',
        ],
      );
    });

    it('waits where its condition does not hold', async () => {
      assert.deepEqual(
        await ran({
          tasks: `${notify('h')}- meta: flush_handlers\n  when: false\n${debug('behind')}`,
          handlers: debug('h'),
        }),
        ['notifies changed', 'behind ok', 'h ok'],
      );
    });

    it('in a block hands the failure of a handler to the rescue', async () => {
      const tasks = `- block:\n    ${notify('h')}    - meta: flush_handlers\n  rescue:\n    ${debug('rescue')}  always:\n    ${debug('always')}${debug('behind')}`;
      assert.deepEqual(await ran({ tasks, handlers: '- { name: h, fail: { msg: x } }' }), [
        'notifies changed',
        'h rescued',
        'rescue ok',
        'always ok',
        'behind ok',
      ]);
    });

    it('runs after a failure with force_handlers, and only then', async () => {
      const parts = {
        tasks: `${notify('h')}- { name: breaks, fail: { msg: x } }`,
        post_tasks: debug('post'),
        handlers: debug('h'),
      };
      assert.deepEqual(await ran(parts), ['notifies changed', 'breaks failed']);
      assert.deepEqual(await ran(parts, {}, { keys: '  force_handlers: true\n' }), [
        'notifies changed',
        'breaks failed',
        'h ok',
      ]);
    });

    it('of handlers with one name runs the first of the play, and of roles the last', async () => {
      const files = Object.fromEntries(
        ['a', 'b'].flatMap((role) => [
          [`roles/${role}/tasks/main.yml`, notify('go')],
          [`roles/${role}/handlers/main.yml`, debug('go')],
        ]),
      );
      assert.deepEqual(await ran({ roles: '- a\n- b' }, files), [
        'a : notifies changed',
        'b : notifies changed',
        'b : go ok',
      ]);
    });
  });
});
