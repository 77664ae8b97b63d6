import assert from 'node:assert/strict';
import { perhapsChanged } from '../../src/planner/perhaps.js';
import { PlanView } from '../../src/planner/view.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { shellHosts } from '../engine/shell-hosts.js';

describe('planner/perhaps', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  const file = (name: string) => ({ kind: 'file', name }) as const;
  const attributes = { mode: '0755', owner: 'root', group: 'root' } as const;

  it('leaves out folders that are there and only the way to what may change', () => {
    const view = new PlanView(new MemoryContentStore());
    for (const name of ['/etc', '/etc/a']) view.learn(file(name), { type: 'directory', ...attributes });
    view.learn(file('/etc/b'), { type: 'absent' });
    const asked = ['/etc/a/f', '/etc/a', '/etc', '/etc/a/f'].map(file);
    assert.deepEqual(perhapsChanged(asked, [], view), { ids: [file('/etc/a/f')], unread: [] });
    assert.deepEqual(perhapsChanged(asked, [file('/etc/a')], view).ids, ['/etc/a/f', '/etc/a'].map(file));
    // It may be made.
    assert.deepEqual(
      perhapsChanged(['/etc/b/f', '/etc/b'].map(file), [], view).ids,
      ['/etc/b/f', '/etc/b'].map(file),
    );
    assert.deepEqual(perhapsChanged(['/srv/f', '/srv'].map(file), [], view).unread, [file('/srv')]);
  });

  it('so that what else is in the folder of a file that may be written is known', async () => {
    const { results } = await hosts.play(
      `
- hosts: h1
  gather_facts: false
  tasks:
    - { name: asks, command: 'true', touches: [], register: r }
    - { name: perhaps, copy: { content: a, dest: '{{ dir }}/a' }, when: r.rc == 0 }
    - { name: surely, copy: { content: b, dest: '{{ dir }}/b' } }
    - { name: same, stat: { path: '{{ dir }}/c' } }
`,
      { hosts: ['h1'], check: true },
    );
    assert.deepEqual(
      results.slice(1).map(({ status, diffs }) => [status, ...diffs.map(({ resource }) => resource)]),
      [['unknown', `file:${hosts.path('a')}`], ['changed', `file:${hosts.path('b')}`], ['ok']],
    );
  });
});
