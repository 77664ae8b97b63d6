/** A plan sees what tasks of all users plan: it says the same as the run, whoever makes what another one needs. */
import assert from 'node:assert/strict';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: the plan of tasks of several users', function () {
  this.timeout(60_000);
  const hosts = shellHosts();

  /** A check, a run, and a check again: the plan names what the run changes, and the second one changes nothing. */
  async function agrees(tasks: string): Promise<readonly string[]> {
    const play = `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.trim().replace(/^/gm, '    ')}\n`;
    const options = { hosts: ['h1'], files: { 't.j2': 'first\n' } };
    const planned = await hosts.play(play, { ...options, check: true });
    const done = await hosts.play(play, options);
    const again = await hosts.play(play, { ...options, check: true });
    const changes = ({ results }: typeof planned): readonly string[] =>
      results.flatMap(({ task, status, diffs }) =>
        status === 'changed' ? [`${task.name}: ${diffs.map(({ resource }) => resource).join(' ')}`] : [],
      );
    assert.deepEqual(planned.lines, done.lines, JSON.stringify(planned.results.map(({ msg }) => msg)));
    assert.deepEqual(changes(planned), changes(done));
    assert.deepEqual(
      again.lines.filter((line) => !/ (?:ok|skipped)$/.test(line)),
      [],
    );
    return done.lines;
  }

  it('has folders that another user makes, through links, with what lies in them', async () => {
    const lines = await agrees(`
- { name: root folder, file: { path: '{{ dir }}/srv/app', state: directory } }
- { name: root link, file: { src: '{{ dir }}/srv', dest: '{{ dir }}/current', state: link } }
- { name: app file, become: true, become_user: app, copy: { dest: '{{ dir }}/current/app/a', content: "a\\n", force: false } }
- { name: app folder, become: true, become_user: app, file: { path: '{{ dir }}/srv/app/conf', state: directory } }
- { name: web template, become: true, become_user: web, template: { src: t.j2, dest: '{{ dir }}/srv/app/conf/t', force: false } }
- { name: root line, lineinfile: { path: '{{ dir }}/srv/app/conf/t', line: last } }
- { name: root block, blockinfile: { path: '{{ dir }}/current/app/a', block: b } }
- { name: app line, become: true, become_user: app, lineinfile: { path: '{{ dir }}/srv/app/conf/t', line: last } }
- { name: app mode, become: true, become_user: app, file: { path: '{{ dir }}/srv/app/a', mode: '0600' } }
- { name: web copy, become: true, become_user: web, copy: { src: '{{ dir }}/srv/app/a', dest: '{{ dir }}/srv/a', remote_src: true } }
- { name: app creates, become: true, become_user: app, command: 'false', args: { creates: '{{ dir }}/srv/a' } }
`);
    assert.equal(lines.length, 11);
  });
});
