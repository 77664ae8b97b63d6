/** What is mounted, and what is not a file, stays: the plan says so as the run does, and nothing is changed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { ShellHosts } from './shell-hosts.js';

describe('engine: mount points and special things', function () {
  this.timeout(240_000);
  const hosts = new ShellHosts();
  const mounted: string[] = [];

  before(() => {
    hosts.reset();
    for (const name of ['folder', 'tree', 'tree/sub', 'empty']) mkdirSync(hosts.path(name));
    for (const name of ['source', 'file', 'other', 'template.j2'])
      writeFileSync(hosts.path(name), `${name}\n`);
    execFileSync('mkfifo', [hosts.path('fifo')]);
    execFileSync('mknod', [hosts.path('null'), 'c', '1', '3']);
    const mount = (name: string, ...args: readonly string[]): void => {
      execFileSync('mount', [...args, hosts.path(name)]);
      mounted.push(hosts.path(name));
    };
    mount('file', '--bind', hosts.path('source'));
    for (const name of ['folder', 'tree/sub', 'empty']) mount(name, '-t', 'tmpfs', 'tmpfs');
    writeFileSync(hosts.path('folder/within'), 'x\n');
  });
  after(() => {
    for (const path of mounted.toReversed()) execFileSync('umount', ['-l', path]);
    hosts.remove();
  });

  const point = (name: string): RegExp => new RegExp(`/${name} is a mount point: it stays as it is`);
  const cases: readonly (readonly [task: string, msg: RegExp])[] = [
    ['copy: { content: x, dest: "{{ dir }}/file" }', point('file')],
    ['copy: { src: "{{ dir }}/other", dest: "{{ dir }}/file", remote_src: true }', point('file')],
    ['template: { src: "{{ dir }}/template.j2", dest: "{{ dir }}/file" }', point('file')],
    ['lineinfile: { path: "{{ dir }}/file", line: new }', point('file')],
    ['blockinfile: { path: "{{ dir }}/file", block: new }', point('file')],
    ['replace: { path: "{{ dir }}/file", regexp: source, replace: new }', point('file')],
    ['ini_file: { path: "{{ dir }}/file", section: a, option: b, value: c }', point('file')],
    ['file: { path: "{{ dir }}/file", state: absent }', point('file')],
    ['file: { path: "{{ dir }}/file", state: link, src: other, force: true }', point('file')],
    ['file: { path: "{{ dir }}/file", state: hard, src: "{{ dir }}/other", force: true }', point('file')],
    ['file: { path: "{{ dir }}/folder", state: absent }', point('folder')],
    ['file: { path: "{{ dir }}/empty", state: link, src: other, force: true }', point('empty')],
    ['file: { path: "{{ dir }}/tree", state: absent }', /something is mounted below \S+\/tree/],
    ['file: { path: "{{ dir }}/tree", recurse: true, mode: u+x }', /something is mounted below \S+\/tree/],
    [
      'copy: { src: "{{ dir }}/tree", dest: "{{ dir }}/new", remote_src: true }',
      /something is mounted below/,
    ],
    ['copy: { content: x, dest: "{{ dir }}/fifo" }', /fifo is a fifo: it is not changed/],
    ['copy: { content: x, dest: "{{ dir }}/null" }', /null is a character device: it is not changed/],
    [
      'file: { path: "{{ dir }}/null", state: link, src: other }',
      /null is a character device, and it is not replaced by a link/,
    ],
    ['file: { path: "{{ dir }}/null", state: hard, src: "{{ dir }}/other" }', /another file is at/],
    ['file: { path: "{{ dir }}/h", state: hard, src: "{{ dir }}/fifo" }', /fifo is a fifo/],
    ['file: { path: "{{ dir }}/fifo", state: directory }', /already exists as a fifo/],
    ['file: { path: "{{ dir }}/null/a", state: directory }', /already exists as a character device/],
    ['fetch: { src: "{{ dir }}/fifo", dest: /tmp/nowhere }', /fifo is a fifo/],
  ];
  const play = (tasks: readonly string[]): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${tasks.map((task) => `    - ${task}\n      ignore_errors: true\n`).join('')}`;

  for (const check of [true, false])
    it(`fail in a ${check ? 'check' : 'run'}, each task by itself, and change nothing`, async () => {
      const { results } = await hosts.play(play(cases.map(([task]) => task)), { check, hosts: ['h1'] });
      assert.deepEqual(
        results.map(({ status }) => status),
        cases.map(() => 'ignored'),
        results.map(({ status, msg }, index) => `${cases[index]?.[0]}: ${status} ${msg}`).join('\n'),
      );
      for (const [index, [task, msg]] of cases.entries()) assert.match(results[index]?.msg ?? '', msg, task);
      assert.equal(hosts.read('source'), 'source\n');
    });

  it('may get another mode, and what is in a mounted folder may change', async () => {
    chmodSync(hosts.path('source'), 0o644);
    const tasks = play([
      'file: { path: "{{ dir }}/file", mode: "0600" }',
      'file: { path: "{{ dir }}/folder", state: directory, recurse: true, mode: "0700" }',
      'copy: { content: y, dest: "{{ dir }}/folder/within", backup: true }',
      'copy: { src: "{{ dir }}/file", dest: "{{ dir }}/copied", remote_src: true }',
      'file: { path: "{{ dir }}/copied", state: absent }',
    ]);
    const changed = ['changed', 'changed', 'changed', 'changed', 'changed'];
    for (const check of [true, false]) {
      const { results } = await hosts.play(tasks, { check, hosts: ['h1'] });
      assert.deepEqual(
        results.map(({ status }) => status),
        changed,
        results.map(({ msg }) => msg).join('\n'),
      );
    }
    assert.equal(statSync(hosts.path('source')).mode & 0o777, 0o600);
    assert.equal(hosts.read('folder/within'), 'y');
  });
});
