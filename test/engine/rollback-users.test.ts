/** A run whose tasks ran as several users is undone over all of their journals. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stretchesOf } from '../../src/engine/rollback/stretches.js';
import { shellHosts } from './shell-hosts.js';

describe('engine/rollback: journals of several users', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  it('are undone in the reverse of the order in which they were written', async () => {
    const { undone, events } = await hosts.play(
      `
- hosts: h1
  gather_facts: false
  tasks:
    - file: { path: '{{ dir }}/d', state: directory }
    - { become: true, become_user: ops, copy: { dest: '{{ dir }}/d/ops', content: x } }
    - copy: { dest: '{{ dir }}/d/ops', content: of root }
    - { become: true, become_user: ops, copy: { dest: '{{ dir }}/d/ops', content: x } }
    - { become: true, become_user: ops, file: { path: '{{ dir }}/d/e', state: directory } }
    - copy: { dest: '{{ dir }}/d/e/f', content: y }
    - command: test -e {{ dir }}/d/e/none
`,
      { hosts: ['h1'], rollback: true },
    );
    assert.ok(!hosts.has('d'), JSON.stringify(events.filter(({ type }) => type.startsWith('rollback'))));
    assert.equal(undone, true);
    for (const user of ['login', 'ops']) {
      const [run = ''] = readdirSync(join(hosts.dir, 'h1', user, 'runs'));
      assert.ok(existsSync(join(hosts.dir, 'h1', user, 'runs', run, 'undone')), user);
    }
  });

  for (const isUsed of [true, false])
    it(`go before a folder that the run made goes, with ${isUsed ? 'a part' : 'no part'} of the run in them`, async () => {
      const home = join(hosts.dir, 'h1/ops');
      const { undone, events } = await hosts.play(
        `
- hosts: h1
  gather_facts: false
  tasks:
    - file: { path: '${home}', state: directory, mode: '0700' }
    - { become: true, become_user: ops, copy: { dest: '{{ dir }}/ops', content: x }, when: ${isUsed} }
    - { become: true, become_user: ops, stat: { path: '{{ dir }}' } }
    - command: test -e {{ dir }}/none
`,
        { hosts: ['h1'], rollback: true },
      );
      assert.ok(undone, JSON.stringify(events.filter(({ type }) => type.startsWith('rollback'))));
      assert.deepEqual([existsSync(home), hosts.has('ops')], [false, false]);
    });

  for (const [what, damage] of [
    ['with an empty run.json', ': >run.json'],
    ['with half a run.json', "printf '{' >run.json"],
    ['whose undo is gone', 'rm *.undo'],
  ] as const)
    it(`are undone but for one ${what}, which is named; older damaged runs are in nobody's way`, async () => {
      const old = join(hosts.dir, 'h1/login/runs/20200101T000000.000Z-abcdef');
      mkdirSync(old, { recursive: true });
      const { undone, events } = await hosts.play(
        `
- hosts: h1
  gather_facts: false
  tasks:
    - copy: { dest: '{{ dir }}/root', content: x }
    - { become: true, become_user: ops, copy: { dest: '{{ dir }}/ops', content: x } }
    - shell: "cd ${old} && : >run.json && : >00001.undo && cd ${hosts.dir}/h1/ops/runs/* && ${damage}; false"
`,
        { hosts: ['h1'], rollback: true },
      );
      assert.equal(undone, false);
      assert.deepEqual([hosts.has('root'), hosts.has('ops')], [false, true]);
      const faults = events.filter((event) => event.type === 'host_failed');
      assert.equal(faults.length, 1);
      assert.equal(faults[0]?.code, 'JOURNAL_CORRUPT');
      assert.match(faults[0].msg, /as (ops|root) is not undone: .*\/h1\/ops\/runs\/.* cannot be read/);
    });

  it('have stretches of windows between which no other was written', () => {
    const plain = stretchesOf([['00001', '00002', '00005'], ['00003', '00003', '00006'], []]);
    assert.deepEqual(
      plain.map(({ of, windows, downTo }) => [of, [...windows], downTo]),
      [
        [1, ['00006'], '00006'],
        [0, ['00005'], '00005'],
        [1, ['00003'], undefined],
        [0, ['00002', '00001'], undefined],
        [2, [], undefined],
      ],
    );
    assert.deepEqual(
      stretchesOf([['00001', '00002']]).map(({ downTo }) => downTo),
      [undefined],
    );
  });
});
