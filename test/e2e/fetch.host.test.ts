/** fetch with names that a host made up, and with trouble on one host of two. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab } from '../lab/lab.js';
import { converge, Project, troubles } from './harness.js';

describe('fetch', function () {
  this.timeout(120_000);
  let lab: Lab;
  const project = new Project();

  before(async () => {
    lab = await Lab.up({ hosts: 2 });
    for (const host of lab.hosts) writeFileSync(join(host.rootDir, 'srv/f'), `of ${host.name}\n`);
  });
  after(async () => {
    project.remove();
    await lab.down();
  });

  const run = (tasks: string) =>
    converge(lab, [project.write('play.yaml', `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`)]);

  it('writes only below dest, whatever the host says', async () => {
    const names = ['../../../../../../tmp/rtprov-pwned', '/srv/../../../tmp/rtprov-pwned', '/srv/f', '/'];
    for (const host of lab.hosts) {
      writeFileSync(join(host.rootDir, 'srv/names'), names.join('\n'));
      writeFileSync(join(host.rootDir, 'tmp/rtprov-pwned'), 'bytes of the host');
    }
    const result = await run(
      '    - command: cat /srv/names\n      register: r\n      changed_when: false\n    - fetch: { src: "{{ item }}", dest: out/ }\n      loop: "{{ r.stdout_lines }}"\n      ignore_errors: true\n',
    );
    assert.equal(result.exitCode, 0, troubles(result));
    const of = result.results.filter(({ host, item }) => host === 'h1' && item !== undefined);
    assert.deepEqual(
      of.map(({ status }) => status),
      ['ignored', 'ignored', 'changed', 'ignored'],
    );
    assert.equal(existsSync('/tmp/rtprov-pwned'), false);
    for (const host of lab.hosts)
      assert.equal(readFileSync(project.path(`out/${host.name}/srv/f`), 'utf8'), `of ${host.name}\n`);
  });

  it('fails on the host that has trouble, and goes on with the others', async () => {
    mkdirSync(project.path('out/h2/etc'), { recursive: true });
    mkdirSync(project.path('out/h2/etc/hostname'));
    const result = await run(
      '    - fetch: { src: /etc/hostname, dest: out }\n    - debug: { msg: behind }\n',
    );
    assert.match(troubles(result), /out\/h2\/etc\/hostname is a folder/);
    const failed = ['h1', 'h2'].map((host) => result.finished?.totals[host]?.failed);
    assert.deepEqual(failed, [0, 1]);
    assert.equal(readFileSync(project.path('out/h1/etc/hostname'), 'utf8'), 'h1\n');
  });
});
