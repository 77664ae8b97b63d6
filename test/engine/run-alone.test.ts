/** Tasks that run alone: repeated, and delegated. */
import assert from 'node:assert/strict';
import { isMapping, isUnknown } from '../../src/values/value.js';
import { ShellHosts } from './shell-hosts.js';

describe('engine/run: tasks that run alone', function () {
  this.timeout(60_000);
  const hosts = new ShellHosts();
  beforeEach(() => hosts.reset());
  after(() => hosts.remove());

  const tasks = (text: string): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${text.trim().replace(/^/gm, '    ')}\n`;

  const tries = 'shell: "echo x >>{{ dir }}/{{ item }}; wc -l <{{ dir }}/{{ item }}"';

  it('try each item of a loop by itself, until it holds', async () => {
    const told = await hosts.play(
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
    assert.deepEqual(told.lines.slice(0, 4), [
      'h1 try [1] changed',
      'h1 try [3] changed',
      'h1 try [2] changed',
      'h1 try [9] ignored',
    ]);
    assert.equal(hosts.read('told'), '1 3 2 2, False False False True');
  });

  it('say how often they were tried, also when it held at once', async () => {
    const told = await hosts.play(
      tasks(`
- { command: "true", register: once, until: once is succeeded }
- { command: "true", register: never, when: false, until: never is succeeded }
- { shell: "exit 1", register: failed, retries: 1, delay: 0, until: failed.rc == 0, ignore_errors: true }
- copy:
    content: "{{ once.attempts }} {{ never.attempts | default('-') }} {{ failed.attempts }}"
    dest: "{{ dir }}/told"`),
    );
    assert.equal(told.summary.hosts.get('h1')?.failed, false);
    assert.equal(hosts.read('told'), '1 - 2');
  });

  it('are not tried by a check, which cannot know how often it takes', async () => {
    const told = await hosts.play(
      tasks(`
- { name: at once, copy: { content: x, dest: "{{ dir }}/x" }, register: at_once, until: at_once is changed }
- { name: perhaps, copy: { content: x, dest: "{{ dir }}/x" }, register: perhaps, until: perhaps is changed }
- { name: known, debug: { msg: "{{ at_once.attempts }}" } }
- { name: unknown, debug: { msg: "{{ perhaps.attempts }}" } }`),
      { check: true },
    );
    assert.deepEqual(told.lines.slice(0, 3), ['h1 at once changed', 'h1 perhaps ok', 'h1 known ok']);
    const said = told.results.map(({ result }) => (isMapping(result) ? result['msg'] : undefined));
    assert.equal(said[2], 1);
    assert.ok(isUnknown(said[3]), JSON.stringify(told.results[3]));
  });

  it('owe the handlers of items that were written before', async () => {
    const told = await hosts.play(
      `${tasks(`
- name: write
  copy: { content: x, dest: "{{ dir }}/{{ item }}" }
  loop: [a, b]
  register: r
  until: r is succeeded
  notify: handle`)}  handlers:\n    - { name: handle, command: "true" }\n`,
    );
    assert.deepEqual(told.lines, ['h1 write [a] changed', 'h1 write [b] changed', 'h1 handle changed']);
    assert.deepEqual(hosts.journalled('h1'), ['a', 'b']);
  });
});
