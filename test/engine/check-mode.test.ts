/** `check_mode` of a task against that of the run. */
import assert from 'node:assert/strict';
import { Amounts } from '../../src/engine/run/amounts.js';
import { isMapping, plainText } from '../../src/values/value.js';
import * as cases from './check-mode-cases.js';
import { shellHosts } from './shell-hosts.js';

describe('engine: check_mode of tasks', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: string): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.trim().replace(/^/gm, '    ')}\n`;
  const copy = (name: string, content: string, more = ''): string =>
    `- { name: ${name}, copy: { content: ${content}, dest: "{{ dir }}/${name}" }${more} }\n`;

  it('false acts in a check, with a journal that undoes it, and is reported as done', async () => {
    const outcome = await hosts.play(
      play(
        `${copy('planned', 'x')}- { name: acts, command: "touch {{ dir }}/made", undo: "rm {{ dir }}/made", check_mode: false, register: r }\n` +
          `${copy('written', 'one', ', check_mode: false')}- { name: sees, stat: { path: "{{ dir }}/written" }, register: s }\n` +
          `${copy('behind', 'x', ', when: r.rc == 0 and s.stat.exists')}${copy('written', 'two')}` +
          `- { name: same, copy: { content: one, dest: "{{ dir }}/written" }, check_mode: false }\n`,
      ),
      { check: true },
    );
    assert.deepEqual(
      outcome.results.map(({ task, status, ran }) => [task.name, status, ran ?? false]),
      [
        ['planned', 'changed', false],
        ['acts', 'changed', true],
        ['written', 'changed', true],
        ['sees', 'ok', false],
        ['behind', 'changed', false],
        ['written', 'changed', false],
        ['same', 'ok', false],
      ],
    );
    assert.deepEqual(
      ['planned', 'made', 'written', 'behind'].map((name) => hosts.has(name)),
      [false, true, true, false],
    );
    assert.equal(hosts.read('written'), 'one');
    hosts.undo('h1', outcome.summary.run);
    assert.deepEqual(
      ['made', 'written'].map((name) => hosts.has(name)),
      [false, false],
    );
  });

  it('true is skipped where it is a command, as in Ansible, and nothing after it is unknown', async () => {
    const outcome = await hosts.play(
      play(
        `- { name: looks, command: "touch {{ dir }}/x", check_mode: true, register: r }\n` +
          `- { name: ran, command: "true", when: r is skipped and r.rc == 0 and r is not changed }\n` +
          `- { name: judged, command: "false", check_mode: true, failed_when: true }\n` +
          `- { name: raw, raw: "false", check_mode: true }\n` +
          `- { name: fails, assert: { that: r is not skipped } }\n`,
      ),
    );
    assert.deepEqual(outcome.lines, [
      'h1 looks skipped',
      'h1 ran changed',
      'h1 judged skipped',
      'h1 raw skipped',
      'h1 fails failed',
    ]);
    assert.equal(hosts.has('x'), false);
    assert.equal(outcome.results[0]?.msg, 'Command would have run if not in check mode');
  });

  for (const check of [true, false])
    it(`comes to what Ansible reports in a ${check ? 'check' : 'run'}, and only what is not kept from it is done`, async () => {
      const outcome = await hosts.play(
        `${play(cases.tasks)}  handlers:\n${['h1', 'h2', 'h3'].map((name) => `    - { name: ${name}, debug: { msg: x } }\n`).join('')}`,
        { check, hosts: ['h1'], files: { 's.sh': '#!/bin/sh\n' } },
      );
      const shown = outcome.results.map(({ task, status, result }) =>
        task.name.startsWith('look') && task.module === 'debug'
          ? `${task.name} ${plainText(isMapping(result) ? (result['msg'] ?? '') : '')}`
          : `${task.name} ${status}`,
      );
      assert.deepEqual(shown, [...cases.shown, ...cases.handlers]);
      assert.deepEqual(
        ['a', 'b', 'c', 'e', 'l1', 'm1', 'm2', 'n', 'blk', 'blk2'].filter((name) => hosts.has(name)),
        ['c', 'm1', 'm2', 'blk2'],
      );
      const amounts = new Amounts();
      for (const event of outcome.events) amounts.add(event);
      const { changes, ran } = amounts.all();
      assert.deepEqual(check ? [changes, ran] : [ran, changes], [
        check ? {} : undefined,
        { h1: { resources: 0, actions: 6 } },
      ]);
    });

  it('never lets an assert pass that was not looked at', async () => {
    const tasks = `- { name: runs, command: "true", register: r }\n- { name: asserts, assert: { that: r.rc == 0 } }\n`;
    const outcome = await hosts.play(play(tasks), { check: true });
    assert.deepEqual(outcome.lines, ['h1 runs unknown', 'h1 asserts unknown']);
    assert.deepEqual((await hosts.play(play(tasks))).lines, ['h1 runs changed', 'h1 asserts ok']);
  });
});

describe('engine: commands without undo', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  it('are named in the plan also where it is unknown whether they run, or with what', async () => {
    const tasks = [
      '- { name: first, command: "true", register: r, changed_when: false }',
      '- { name: perhaps, command: "rm -r /x", when: r.rc == 0 }',
      '- { name: words, shell: "rm {{ r.stdout }}" }',
      '- { name: items, command: { argv: [rm, "{{ item }}"] }, loop: "{{ r.stdout_lines }}" }',
      '- { name: hidden, command: "rm {{ r.stdout }}", no_log: true }',
      '- { name: undone, command: "rm {{ r.stdout }}", undo: "touch x", when: r.rc == 0 }',
      '- { name: no change, command: "cat {{ r.stdout }}", changed_when: false }',
      '- { name: not run, command: "rm y", when: false }',
      '- { name: again, command: "rm z", register: z, until: z.rc == 0, when: r.rc == 0 }',
      '- { name: shared, command: "rm z", delegate_to: h1, when: r.rc == 0 }',
      '- { name: block, block: [{ name: within, command: "rm b", notify: handler }], when: r.rc == 0 }',
      '- { name: include, include_tasks: more.yml, loop: [1, 2], when: r.rc == 0 }',
    ];
    const outcome = await hosts.play(
      `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.map((task) => `    ${task}\n`).join('')}  handlers:\n    - { name: handler, command: rm h }\n`,
      { check: true, hosts: ['h1'], files: { 'more.yml': '- { name: included, command: rm i }\n' } },
    );
    assert.deepEqual(
      outcome.results.map(({ task, notUndoable }) => [task.name, ...notUndoable]),
      [
        ['first'],
        ['perhaps', '`rm -r /x`: its task has no undo'],
        ['words', '`rm {{ r.stdout }}`: its task has no undo'],
        ['items', '`rm {{ item }}`: its task has no undo'],
        ['hidden', '`(hidden: no_log)`: its task has no undo'],
        ['undone'],
        ['no change'],
        ['not run'],
        ...['again', 'shared', 'within', 'included', 'included', 'handler'].map((name, index) => [
          name,
          `\`rm ${['z', 'z', 'b', 'i', 'i', 'h'][index]}\`: its task has no undo`,
        ]),
      ],
    );
  });

  it('with undo and touches have the touched files put back first, and then run their undo', async () => {
    const path = hosts.path('t');
    const tasks = `    - { name: before, copy: { content: "old", dest: ${path} } }\n`;
    await hosts.play(`- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks}`);
    const outcome = await hosts.play(
      `- hosts: h1\n  gather_facts: false\n  tasks:\n    - shell: printf new >${path}\n      touches: [${path}]\n      undo: cat ${path} >${path}.seen\n`,
    );
    assert.equal(hosts.read('t'), 'new');
    hosts.undo('h1', outcome.summary.run);
    assert.deepEqual([hosts.read('t'), hosts.read('t.seen')], ['old', 'old']);
  });
});
