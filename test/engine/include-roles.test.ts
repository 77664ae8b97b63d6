/** Roles in tasks, what they leave behind and what is registered of an include, as ansible-core 2.19 has it. */
import assert from 'node:assert/strict';
import { isMapping } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

describe('engine: roles in tasks', () => {
  const hosts = shellHosts();

  const say = (text: string): string => `- debug: {msg: "${text}"}\n`;
  const task = (text: string): string => `    - ${text}\n`;

  /** What each `debug` says. */
  const said = async (
    tasks: readonly string[],
    files: Readonly<Record<string, string>> = {},
    keys = '',
  ): Promise<readonly unknown[]> => {
    const text = `- hosts: h1\n  gather_facts: false\n${keys}  tasks:\n${tasks.map(task).join('')}`;
    const { results } = await hosts.play(text, { files });
    return results.map(({ result, msg, status }) =>
      status === 'ok' && isMapping(result) ? result['msg'] : `${status} ${msg ?? ''}`,
    );
  };
  const role = (name: string, depends: readonly string[] = [], again = false): Record<string, string> => ({
    [`roles/${name}/tasks/main.yml`]: say(name),
    [`roles/${name}/tasks/other.yml`]: say(`${name} other`),
    [`roles/${name}/defaults/main.yml`]: `d: ${name}\n`,
    [`roles/${name}/vars/main.yml`]: `v: ${name}\n`,
    [`roles/${name}/vars/more.yml`]: `v: more\n`,
    [`roles/${name}/meta/main.yml`]: `dependencies: ${JSON.stringify(depends)}\nallow_duplicates: ${again}\n`,
  });
  const show = 'debug: {msg: "{{ d | default(0) }} {{ v | default(0) }}"}';

  it('make their variables known from an include that is public on, and not before', async () => {
    const tasks = [
      show,
      'include_role: {name: r}',
      show,
      'include_role: {name: r, vars_from: more, public: true}',
      show,
      'include_tasks: i.yml',
      show,
    ];
    assert.deepEqual(
      await said(tasks, { ...role('r'), ...role('s'), 'i.yml': '- import_role: {name: s}\n' }),
      ['0 0', 'r', '0 0', 'r', 'r more', 's', 's s'],
    );
  });

  it('make them known in the whole play by an import, but for one that is not public', async () => {
    assert.deepEqual(await said([show, 'import_role: {name: r}'], role('r')), ['r r', 'r']);
    assert.deepEqual(await said([show, 'import_role: {name: r, public: false}', show], role('r')), [
      '0 0',
      'r',
      '0 0',
    ]);
  });

  for (const kind of ['include_role', 'import_role'])
    it(`run once with allow_duplicates: false of ${kind}, with the same files and variables`, async () => {
      const use = (more = ''): string => `${kind}: {name: r${more}}`;
      const once = ', allow_duplicates: false';
      const tasks = [
        use(once),
        use(once),
        use(),
        `${use(once)}\n      vars: {n: 2}`,
        use(`${once}, tasks_from: other`),
        use(`${once}, tasks_from: other`),
        use(once),
      ];
      assert.deepEqual(await said(tasks, role('r')), ['r', 'r', 'r', 'r other']);
    });

  it('run with allow_duplicates: false for each item of a loop', async () => {
    const tasks = ['include_role: {name: r, allow_duplicates: false}\n      loop: [1, 2]'];
    assert.deepEqual(await said(tasks, role('r')), ['r', 'r']);
  });

  it('run a dependency once, however they come into the play', async () => {
    const files = { ...role('x', ['common']), ...role('y', ['common']), ...role('common') };
    const tasks = [
      'include_role: {name: "{{ item }}"}\n      loop: [x, y]',
      'include_role: {name: y}',
      'include_role: {name: x}\n      loop: [1, 2]',
    ];
    assert.deepEqual(await said(tasks, files), ['common', 'x', 'y', 'y', 'x', 'x']);
  });

  it('run a dependency that may run again, also of a role that is skipped', async () => {
    const files = { ...role('a', ['b', 'c']), ...role('b', ['c']), ...role('c', ['d'], true), ...role('d') };
    assert.deepEqual(
      await said(['include_role: {name: a}'], files, '  roles: [a, b, c]\n'),
      'd c b c a c c c c a'.split(' '),
    );
  });

  it('are names of the play from then on', async () => {
    const names = 'debug: {msg: "{{ [role_names, ansible_play_role_names] }}"}';
    const files = { ...role('r'), ...role('s') };
    assert.deepEqual(await said([names, 'include_role: {name: r}', names], files, '  roles: [s]\n'), [
      's',
      [['s'], ['s']],
      'r',
      [
        ['s', 'r'],
        ['s', 'r'],
      ],
    ]);
  });

  it('and files leave a result that is registered', async () => {
    const shown = (text: string): string => `debug: {msg: "{{ ${text} }}"}`;
    const files = { ...role('r'), 'a.yml': say('in') };
    const tasks = [
      'include_tasks: a.yml\n      register: x',
      shown('x'),
      'include_tasks: a.yml\n      register: x\n      when: false',
      shown('[x is skipped, x is changed, x is failed]'),
      'include_tasks: a.yml\n      register: x\n      loop: [1, 2]\n      when: item == 2',
      shown(
        "[x is skipped, x is changed, x.results | map(attribute='item') | list, x.results[0] is skipped, x.results[1].include]",
      ),
      'include_role: {name: r, tasks_from: other}\n      register: x',
      shown('x.include_args'),
    ];
    assert.deepEqual(await said(tasks, files), [
      'in',
      { changed: false, include: 'a.yml', include_args: {} },
      [true, false, false],
      'in',
      [false, false, [1, 2], true, 'a.yml'],
      'r other',
      { name: 'r', tasks_from: 'other' },
    ]);
  });

  it('is unknown in a check where what is included is', async () => {
    const text = `- hosts: h1\n  gather_facts: false\n  tasks:\n    - command: "true"\n      register: c\n    - include_tasks: "{{ c.stdout }}.yml"\n      register: x\n    - {name: last, debug: {msg: x}, when: x.include == 'a.yml'}\n`;
    const { lines } = await hosts.play(text, { check: true });
    assert.deepEqual(lines, ['h1 command unknown', 'h1 include_tasks unknown', 'h1 last unknown']);
  });

  it('see what an import of their playbook gives, in the keywords of the play, too', async () => {
    const play = `- name: "of {{ who }}"\n  hosts: "{{ who }}"\n  serial: "{{ n }}"\n  gather_facts: false\n  vars: {n: 1}\n  tasks: [{debug: {msg: "{{ ansible_play_name }}"}}]\n`;
    const { results, events } = await hosts.play('- import_playbook: p.yml\n  vars: {who: h2}\n', {
      files: { 'p.yml': play },
    });
    assert.deepEqual(
      results.map(({ host, result }) => [host, isMapping(result) ? result['msg'] : null]),
      [['h2', 'of h2']],
    );
    assert.ok(events.some((event) => event.type === 'play_started' && event.name === 'of h2'));
  });

  it('have their handlers once, however often a templated name brings the role', async () => {
    const files = {
      'roles/r/tasks/main.yml': '- {name: main, debug: {msg: x}, changed_when: true, notify: rh}\n',
      'roles/r/handlers/main.yml': '- {name: rh, debug: {msg: handled}}\n',
      'roles/s/tasks/main.yml': '- include_role: {name: "{{ item }}"}\n  loop: [r]\n',
    };
    const one = 'include_role: {name: "{{ item }}"}\n      loop: [r, r]';
    const two = 'include_role: {name: "{{ item }}"}\n      loop: [s, r]';
    const again = 'include_role: {name: r}';
    for (const [tasks, keys, times] of [
      [[one], '  roles: [r]\n', 3],
      [[two, one], '', 4],
      [[one, again], '', 3],
    ] as const) {
      const main = Array.from({ length: times }, () => 'changed x');
      assert.deepEqual(await said(tasks, files, keys), [...main, 'handled']);
    }
  });

  it('fail with what is wrong in them, and not with a warning of another file', async () => {
    const files = {
      'roles/r/tasks/ok.yml': say('ok'),
      'roles/r/tasks/bad.yml': '- find: {paths: /etc}\n',
      'roles/r/handlers/main.yml': '- {name: h, apt: {autoclean: true}}\n',
    };
    const [ok, bad] = await said(
      ['include_role: {name: r, tasks_from: "{{ item }}"}\n      loop: [ok, bad]'],
      files,
    );
    assert.match(String(ok ?? bad), /^failed [^\n]*bad\.yml:1:3: [^\n]*find[^\n]*$/);
  });
});
