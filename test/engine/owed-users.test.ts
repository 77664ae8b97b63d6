/** Handlers that an earlier run owes, by whose journal says so: a user's own decides nothing for others. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts, unreachable } from './shell-hosts.js';

describe('engine/host/owed-handlers: journals of several users', function () {
  this.timeout(240_000);
  const hosts = shellHosts();
  const run = '20261129T110900.000Z-abcdef';

  const forge = (user: string, name: string): void => {
    const folder = join(hosts.dir, 'h1', user, 'runs', run);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), '{}');
    writeFileSync(join(folder, 'owed'), `${name}\n`);
  };
  const playbook = (become: string): string => `
- hosts: h1
  gather_facts: false
  tasks:
    - { become: true, become_user: ops, command: 'true', changed_when: false }
    - { command: 'true', changed_when: false }
    - { debug: { msg: never }, when: false, notify: wipe }
  handlers:
    - name: wipe
      copy: { dest: '{{ dir }}/wiped', content: x }
${become}`;
  const ofOps = '      become: true\n      become_user: ops\n';

  for (const [what, user, become, runs] of [
    ['a user owes root', 'ops', '', false],
    ['a user owes itself', 'ops', ofOps, true],
    ['root owes itself', 'login', '', true],
    ['root owes a user', 'login', ofOps, true],
  ] as const)
    it(`${runs ? 'run' : 'do not run'} what the journal says that ${what}`, async () => {
      forge(user, 'wipe');
      const done = await hosts.play(playbook(become), { hosts: ['h1'] });
      assert.equal(done.summary.hosts.get('h1')?.failed, false);
      assert.equal(hosts.has('wiped'), runs);
      const warned = done.events.some((event) => event.type === 'warning' && event.msg.includes('wipe'));
      assert.equal(warned, runs);
    });

  it("let root's journal remember what a user's window notifies, and run it though no other task of root runs", async () => {
    const text = `
- hosts: h1
  gather_facts: false
  tasks:
    - { become: true, become_user: ops, copy: { dest: '{{ dir }}/ops', content: x }, notify: wipe }
  handlers:
    - { name: wipe, copy: { dest: '{{ dir }}/wiped', content: x } }
`;
    const owed = (user: string, of: string): boolean =>
      existsSync(join(hosts.dir, 'h1', user, 'runs', of, 'owed'));
    const cut = await hosts.play(text, {
      hosts: ['h1'],
      before: (host, script) => {
        if (script.includes('/wiped')) throw unreachable(host);
      },
    });
    assert.ok(hosts.has('ops') && !hosts.has('wiped'));
    assert.ok(owed('login', cut.summary.run));
    await hosts.play(text, { hosts: ['h1'] });
    assert.ok(hosts.has('wiped'));
    assert.ok(!owed('login', cut.summary.run) && !owed('ops', cut.summary.run));
    assert.ok(!existsSync(join(hosts.dir, 'h1', 'login', 'runs', cut.summary.run)), 'nothing is left of it');
  });
});
