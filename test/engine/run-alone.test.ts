/** Tasks that run alone: repeated, and delegated. */
import assert from 'node:assert/strict';
import { isMapping, isUnknown } from '../../src/values/value.js';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: tasks that run alone', function () {
  this.timeout(300_000);
  const hosts = shellHosts();

  const tasks = (text: string): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${text.trim().replace(/^/gm, '    ')}\n`;

  const tries = 'shell: "echo x >>{{ dir }}/{{ item }}; wc -l <{{ dir }}/{{ item }}"';

  it('try each item of a loop by itself, until it holds', async () => {
    const outcome = await hosts.play(
      tasks(`
- name: try
  ${tries}
  loop: [1, 3, 2, 9]
  register: r
  until: r.stdout | int >= item
  retries: "{{ 3 if item < 9 else 1 }}"
  delay: 0
  ignore_errors: true
- copy:
    content: "{{ r.results | map(attribute='attempts') | join(' ') }}, {{ r.results | map(attribute='failed') | join(' ') }}"
    dest: "{{ dir }}/told"`),
    );
    assert.deepEqual(outcome.lines.slice(0, 4), [
      'h1 try [1] changed',
      'h1 try [3] changed',
      'h1 try [2] changed',
      'h1 try [9] ignored',
    ]);
    assert.equal(hosts.read('told'), '1 3 2 2, False False False True');
  });

  it('say how often they were tried, also when it held at once', async () => {
    const outcome = await hosts.play(
      tasks(`
- { command: "true", register: once, until: once is succeeded }
- { command: "true", register: never, when: false, until: never is succeeded }
- { shell: "exit 1", register: failed, retries: 1, delay: 0, until: failed.rc == 0, ignore_errors: true }
- copy:
    content: "{{ once.attempts }} {{ never.attempts | default('-') }} {{ failed.attempts }}"
    dest: "{{ dir }}/told"`),
    );
    assert.equal(outcome.summary.hosts.get('h1')?.failed, false);
    assert.equal(hosts.read('told'), '1 - 2');
  });

  it('are not tried by a check, which cannot know how often it takes', async () => {
    const outcome = await hosts.play(
      tasks(`
- { name: at once, copy: { content: x, dest: "{{ dir }}/x" }, register: at_once, until: at_once is changed }
- { name: perhaps, copy: { content: x, dest: "{{ dir }}/x" }, register: perhaps, until: perhaps is changed }
- { name: known, debug: { msg: "{{ at_once.attempts }}" } }
- { name: unknown, debug: { msg: "{{ perhaps.attempts }}" } }`),
      { check: true },
    );
    assert.deepEqual(outcome.lines.slice(0, 3), ['h1 at once changed', 'h1 perhaps ok', 'h1 known ok']);
    const said = outcome.results.map(({ result }) => (isMapping(result) ? result['msg'] : undefined));
    assert.equal(said[2], 1);
    assert.ok(isUnknown(said[3]), JSON.stringify(outcome.results[3]));
  });

  it('owe the handlers of items that were written before', async () => {
    const outcome = await hosts.play(
      `${tasks(`
- name: write
  copy: { content: x, dest: "{{ dir }}/{{ item }}" }
  loop: [a, b]
  register: r
  until: r is succeeded
  notify: handle`)}  handlers:\n    - { name: handle, command: "true" }\n`,
    );
    assert.deepEqual(outcome.lines, ['h1 write [a] changed', 'h1 write [b] changed', 'h1 handle changed']);
    assert.deepEqual(hosts.journalled('h1'), ['a', 'b']);
  });

  it('are done on a delegate of each item', async () => {
    const play = tasks(`
- name: write
  copy: { content: "of {{ item }}", dest: "{{ dir }}/{{ item }}" }
  loop: [h2, h1, h3]
  delegate_to: "{{ item }}"
- name: ask
  shell: echo $HOST_IS for {{ inventory_hostname }}
  loop: [h2, h1, h3]
  delegate_to: "{{ item }}"
  when: item != 'h1'
  changed_when: false
  register: r
- name: keep
  set_fact: { mine: "{{ item }}" }
  loop: [h2, h3]
  delegate_to: "{{ item }}"
  delegate_facts: true
- name: no host
  command: "true"
  loop: [h2, ""]
  delegate_to: "{{ item }}"
  ignore_errors: true
- copy:
    content: "{{ r.results | map(attribute='stdout', default='-') | list }} {{ r.results | map(attribute='item') | join(' ') }} {{ mine | default('-') }} {{ hostvars.h2.mine }} {{ hostvars.h3.mine }}"
    dest: "{{ dir }}/told"`);
    const inventory = ['h1', 'h2', 'h3'];
    const planned = await hosts.play(play, { hosts: inventory, check: true });
    assert.deepEqual(
      [planned.lines.slice(0, 3), hosts.has('h2')],
      [['h1 write [h2] changed', 'h1 write [h1] changed', 'h1 write [h3] changed'], false],
    );
    const outcome = await hosts.play(play, { hosts: inventory });
    assert.deepEqual(outcome.lines.slice(0, 10), [
      'h1 write [h2] changed',
      'h1 write [h1] changed',
      'h1 write [h3] changed',
      'h1 ask [h2] ok',
      'h1 ask [h1] skipped',
      'h1 ask [h3] ok',
      'h1 keep [h2] ok',
      'h1 keep [h3] ok',
      'h1 no host [h2] changed',
      'h1 no host [] ignored',
    ]);
    for (const { results } of [planned, outcome])
      assert.deepEqual(
        results.slice(0, 3).map(({ delegate, diffs }) => [delegate, diffs[0]?.resource.split('/').at(-1)]),
        [
          ['h2', 'h2'],
          [undefined, 'h1'],
          ['h3', 'h3'],
        ],
      );
    assert.equal(hosts.read('told'), "['h2 for h1', '-', 'h3 for h1'] h2 h1 h3 - h2 h3");
    assert.deepEqual(
      [hosts.journalled('h2').includes('h2'), hosts.journalled('h3').includes('h3')],
      [true, true],
    );
    assert.deepEqual(
      hosts.journalled('h1').filter((name) => name !== 'told'),
      ['h1'],
    );
    assert.match(hosts.undo('h2', outcome.summary.run), /^undone /m);
    assert.deepEqual(
      ['h1', 'h2', 'h3'].map((name) => hosts.has(name)),
      [true, false, true],
    );
    await hosts.play(play, { hosts: inventory });
    const again = await hosts.play(play, { hosts: inventory });
    assert.ok(again.lines[0] === 'h1 write [h2] ok' && again.lines[2] === 'h1 write [h3] ok');
  });

  it('share one attempt where a loop has one delegate, whatever it skips', async () => {
    const scripts: string[] = [];
    await hosts.play(
      tasks(`
- copy: { content: x, dest: "{{ dir }}/{{ item }}" }
  loop: [a, b, c, d]
  delegate_to: "{{ 'h2' if item != 'x' else item }}"
  when: item != 'b'`),
      {
        before: (host, text) => {
          if (text.includes('rtp_prepare || exit 1')) scripts.push(host);
        },
      },
    );
    assert.deepEqual(scripts, ['h2']);
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((name) => hosts.has(name)),
      [true, false, true, true],
    );
  });

  it('are unknown in a check for items of which it is unknown where they are done', async () => {
    const outcome = await hosts.play(
      tasks(`
- { command: echo h2, register: name }
- name: write
  copy: { content: x, dest: "{{ dir }}/{{ item.n }}" }
  loop: [{ n: a, on: h2 }, { n: b, on: "{{ name.stdout }}" }]
  loop_control: { label: "{{ item.n }}" }
  delegate_to: "{{ item.on }}"`),
      { check: true },
    );
    assert.deepEqual(outcome.lines.slice(1), ['h1 write [a] changed', 'h1 write [b] unknown']);
    assert.match(outcome.results[2]?.reason ?? '', /^where it is done is unknown/);
  });

  it('become the user that the variables of the delegate name, and its keywords with those of the host', async () => {
    const inventory = [
      'h1 ansible_become_user=of-h1 ansible_become_password=secret-1 mine=user-1',
      'h2 ansible_become_user=of-h2 ansible_become_password="{{ inventory_hostname }}-secret"',
      'h3 mine=user-3',
      'h4 ansible_become=false',
    ];
    const ask = (to: string, more = ''): string =>
      `- { shell: "echo $USER_IS $PASSWORD_IS >>{{ dir }}/told", delegate_to: ${to}${more} }\n`;
    const outcome = await hosts.play(
      `- hosts: h1\n  gather_facts: false\n  become: true\n  vars: { ansible_become_password: of-play }\n  tasks:\n${[
        ask('h2'),
        ask('h2', ', vars: { ansible_become_user: of-task }'),
        ask('h3'),
        ask('h3', ', become_user: "{{ mine }}"'),
        ask('h4'),
        ask('h1'),
        ask('"{{ item }}"', ', loop: [h2, h3], vars: { ansible_become_user: "for-{{ item }}" }'),
      ]
        .join('')
        .replace(/^/gm, '    ')
        .trimEnd()}\n`,
      { hosts: inventory },
    );
    assert.equal(outcome.summary.hosts.get('h1')?.failed, false, JSON.stringify(outcome.results.at(-1)?.msg));
    assert.deepEqual(hosts.read('told').trim().split('\n'), [
      'of-h2 of-play',
      'of-task of-play',
      'root of-play',
      'user-1 of-play',
      'login',
      'of-h1 of-play',
      'for-h2 of-play',
      'for-h3 of-play',
    ]);
    const plain = await hosts.play(
      `- hosts: h1\n  gather_facts: false\n  become: true\n  tasks:\n${ask('h2').replace(/^/gm, '    ').trimEnd()}\n`,
      { hosts: inventory },
    );
    assert.equal(plain.summary.hosts.get('h1')?.failed, false);
    assert.equal(hosts.read('told').trim().split('\n').at(-1), 'of-h2 h2-secret');
  });

  it('make in a check a guess of what is after them on their machine, and on no other', async () => {
    const outcome = await hosts.play(
      `
- hosts: h1
  gather_facts: false
  tasks:
    - { name: command, command: "true", delegate_to: h2 }
    - { name: own, copy: { content: x, dest: "{{ dir }}/x" } }
    - { name: there, copy: { content: x, dest: "{{ dir }}/y" }, delegate_to: h2 }
    - { name: each, copy: { content: x, dest: "{{ dir }}/{{ item }}" }, loop: [h2, h3], delegate_to: "{{ item }}" }
- hosts: [h2, h3]
  gather_facts: false
  tasks:
    - { name: its, copy: { content: x, dest: "{{ dir }}/z" } }
`,
      { hosts: ['h1', 'h2', 'h3'], check: true },
    );
    assert.deepEqual([...outcome.lines].sort(), [
      'h1 command unknown',
      'h1 each [h2] unknown',
      'h1 each [h3] changed',
      'h1 own changed',
      'h1 there unknown',
      'h2 its unknown',
      'h3 its changed',
    ]);
  });

  it('have one name and keywords of their own, whatever item they are at', async () => {
    const outcome = await hosts.play(
      tasks(`
- name: "to {{ item | default('all') }}"
  command: "exit 1"
  loop: [h2, h3]
  delegate_to: "{{ item }}"
  ignore_errors: "{{ item is not defined }}"`),
      { hosts: ['h1', 'h2', 'h3'] },
    );
    assert.deepEqual(outcome.lines, ['h1 to all [h2] ignored', 'h1 to all [h3] ignored']);
  });
});
