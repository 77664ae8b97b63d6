/** A plan sees what tasks of all users plan: it says the same as the run, whoever makes what another one needs. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { shellHosts, type ShellRun } from './shell-hosts.js';

describe('engine/run: the plan of tasks of several users', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const options = { hosts: ['h1'], realUsers: true, files: { 't.j2': 'first\n' } } as const;
  const play = (tasks: string): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.trim().replaceAll(/^ */gm, '    ')}\n`;
  const as = (user: string): string => `become: true, become_user: ${user}`;
  const check = (tasks: string): Promise<ShellRun> => hosts.play(play(tasks), { ...options, check: true });
  const reasons = ({ results }: ShellRun): readonly string[] => results.flatMap(({ reason }) => reason ?? []);

  /** A check, a run, and a check again: the plan names what the run changes, and the second one changes nothing. */
  async function agrees(tasks: string): Promise<readonly string[]> {
    const planned = await check(tasks);
    const done = await hosts.play(play(tasks), options);
    const again = await check(tasks);
    const changes = ({ results }: ShellRun): readonly string[] =>
      results.flatMap(({ task, status, diffs }) =>
        status === 'changed' ? [`${task.name}: ${diffs.map(({ resource }) => resource).join(' ')}`] : [],
      );
    assert.deepEqual(planned.lines, done.lines, JSON.stringify([planned.events, done.events], undefined, 1));
    assert.deepEqual(changes(planned), changes(done));
    assert.deepEqual(
      again.lines.filter((line) => !/ (?:ok|skipped)$/.test(line)),
      [],
    );
    return done.lines;
  }

  it('has folders that another user makes, through links, with what is in them', async () => {
    const lines = await agrees(`
      - { name: folder, file: { path: '{{ dir }}/srv/app', state: directory, owner: daemon } }
      - { name: link, file: { src: '{{ dir }}/srv', dest: '{{ dir }}/current', state: link } }
      - { name: file, ${as('daemon')}, copy: { dest: '{{ dir }}/current/app/a', content: "a\\n", force: false } }
      - { name: conf, ${as('daemon')}, file: { path: '{{ dir }}/srv/app/conf', state: directory, mode: '0777' } }
      - { name: template, ${as('bin')}, template: { src: t.j2, dest: '{{ dir }}/srv/app/conf/t', force: false } }
      - { name: line, lineinfile: { path: '{{ dir }}/srv/app/conf/t', line: last } }
      - { name: block, blockinfile: { path: '{{ dir }}/current/app/a', block: b } }
      - { name: same line, ${as('daemon')}, lineinfile: { path: '{{ dir }}/srv/app/conf/t', line: last } }
      - { name: mode, ${as('daemon')}, file: { path: '{{ dir }}/srv/app/a', mode: '0600' } }
      - { name: remote, copy: { src: '{{ dir }}/srv/app/a', dest: '{{ dir }}/srv/a', remote_src: true } }
      - { name: creates, ${as('bin')}, command: 'false', args: { creates: '{{ dir }}/srv/a' } }
    `);
    assert.equal(lines.length, 11);
  });

  it('has what another user lets it read, and a task that comes before reads nothing of it', async () => {
    mkdirSync(hosts.path('own/in'), { recursive: true });
    chmodSync(hosts.path('own'), 0o700);
    mkdirSync(hosts.path('shared'));
    chmodSync(hosts.path('shared'), 0o1777);
    const lines = await agrees(`
      - { name: first, ${as('daemon')}, copy: { dest: '{{ dir }}/shared/a', content: a } }
      - { name: given, file: { path: '{{ dir }}/own', state: directory, owner: daemon } }
      - { name: folder, file: { path: '{{ dir }}/own/in', state: directory, owner: daemon } }
      - { name: into it, ${as('daemon')}, copy: { dest: '{{ dir }}/own/in/a', content: a } }
    `);
    assert.equal(lines.filter((line) => line.endsWith('changed')).length, 4);
  });

  it('does not promise what modes and owners may forbid', async () => {
    const result = await check(`
      - { name: folder, file: { path: '{{ dir }}/shut', state: directory, owner: daemon, mode: '0750' } }
      - { name: file, copy: { dest: '{{ dir }}/shut/a', content: "a\\n", mode: '0600' } }
      - { name: open, file: { path: '{{ dir }}/open', state: directory, mode: '1777' } }
      - { name: of root, copy: { dest: '{{ dir }}/open/{{ item }}', content: "a\\n" }, loop: [a, c] }
      - { name: no search, ${as('bin')}, stat: { path: '{{ dir }}/shut/b' } }
      - { name: no read, ${as('daemon')}, lineinfile: { path: '{{ dir }}/shut/a', line: a } }
      - { name: no owner, ${as('bin')}, file: { path: '{{ dir }}/open/a', mode: '0640' } }
      - { name: sticky, ${as('bin')}, file: { path: '{{ dir }}/open/c', state: absent } }
      - { name: no write, ${as('bin')}, copy: { dest: '{{ dir }}/b', content: b } }
      - { name: no group, ${as('bin')}, copy: { dest: '{{ dir }}/open/d', content: d, group: daemon } }
      - { name: can, ${as('bin')}, copy: { dest: '{{ dir }}/open/b', content: b } }
    `);
    assert.deepEqual(
      result.lines.map((line) => line.split(' ').at(-1)),
      [...Array<string>(5).fill('changed'), ...Array<string>(6).fill('unknown'), 'changed'],
      result.lines.join('\n'),
    );
    const shut = `${hosts.path('shut')} (daemon:root 0750)`;
    assert.deepEqual(reasons(result), [
      `bin may not be allowed to look into ${shut}`,
      `daemon may not be allowed to read ${hosts.path('shut/a')} (root:root 0600)`,
      `bin may not be allowed to change the mode or owner of ${hosts.path('open/a')} (root:root 0644)`,
      `bin may not be allowed to replace what others own in ${hosts.path('open')} (root:root 1777)`,
      `bin may not be allowed to write in ${hosts.files} (root:root 0755)`,
      `bin may not be allowed to give ${hosts.path('open/d')} to the group daemon`,
    ]);
  });

  it('fails a task that looks at what its user cannot read, and no more', async () => {
    mkdirSync(hosts.path('shut'), { mode: 0o700 });
    for (const checks of [true, false]) {
      const result = await hosts.play(
        play(`
      - { name: shut, ${as('bin')}, stat: { path: '{{ dir }}/shut/a' }, ignore_errors: true }
      - { name: until, ${as('bin')}, stat: { path: '{{ dir }}/shut/b' }, until: true, ignore_errors: true }
      - { name: next, copy: { dest: '{{ dir }}/a', content: a } }
        `),
        { ...options, check: checks },
      );
      assert.deepEqual(result.lines, ['h1 shut ignored', 'h1 until ignored', 'h1 next changed']);
      assert.match(result.results[0]?.msg ?? '', /shut\/a cannot be read: permission denied/);
    }
  });

  it('runs tasks as users whom earlier tasks make', async () => {
    const result = await hosts.play(
      `${play(`
      - { name: group, group: { name: rtpteam } }
      - { name: user, user: { name: rtpnew, groups: [rtpteam], home: '{{ dir }}/home' } }
      - { name: folder, file: { path: '{{ dir }}/team', state: directory, group: rtpteam, mode: '0770' } }
      - { name: in team, ${as('rtpnew')}, copy: { dest: '{{ dir }}/team/a', content: "a\\n" } }
      - { name: at home, ${as('rtpnew')}, file: { path: '~/conf', state: directory } }
      - { name: valid, ${as('rtpnew')}, copy: { dest: '~/v', content: v, validate: 'grep v %s' } }
      - { name: same, lineinfile: { path: '{{ dir }}/team/a', line: a } }
      - { name: acts, ${as('rtpnew')}, command: id -un, check_mode: false, changed_when: false }
      `)}- hosts: h1\n  ${as('rtpnew').replace(', ', '\n  ')}\n  tasks:\n    - { name: who, debug: { msg: '{{ ansible_user_id }}' } }\n`,
      { ...options, check: true },
    );
    assert.deepEqual(result.lines, [
      ...['group', 'user', 'folder', 'in team', 'at home'].map((name) => `h1 ${name} changed`),
      'h1 valid unknown',
      'h1 same ok',
      'h1 acts unknown',
      'h1 Gathering Facts ok',
      'h1 who ok',
    ]);
    assert.deepEqual(reasons(result), [
      '`grep v %s` is only tried in the run: the user does not exist yet',
      'the user rtpnew does not exist yet: an earlier task creates it, and that task has not run',
    ]);
    assert.equal(result.results.at(-1)?.msg, 'rtpnew');
  });

  it('does not know what a user finds whom a command may make, and fails where nothing does', async () => {
    const tasks = `
      - { name: unclear, ${as('root')}, command: make-users }
      - { name: file, ${as('rtpnone')}, copy: { dest: '{{ dir }}/a', content: a } }
      - { name: mine, copy: { dest: '{{ dir }}/a', content: b } }
    `;
    const result = await check(tasks);
    assert.deepEqual(result.lines, ['h1 unclear unknown', 'h1 file unknown', 'h1 mine unknown']);
    assert.match(reasons(result)[1] ?? '', /^the user rtpnone does not exist yet: `make-users` has not run$/);
    const none = await check(
      tasks.replace(/.*unclear.*/, `- { name: before, ${as('root')}, stat: { path: / } }`),
    );
    const [failed] = none.events.filter(({ type }) => type === 'host_failed');
    assert.equal(failed?.type === 'host_failed' && failed.code, 'BECOME_USER_MISSING');
  });
});
