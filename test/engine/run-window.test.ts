/** Tasks that wait to be written together: what is reported of them, and of those between. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: tasks in a window', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const tasks = (text: string): string =>
    `- hosts: h1\n  gather_facts: false\n  tasks:\n${text.trim().replace(/^/gm, '    ')}\n`;
  const copy = (name: string, more = '', folder = '{{ dir }}'): string =>
    `- { name: ${name}, copy: { content: x, dest: "${folder}/${name}" }${more} }\n`;

  it('are not written when another run has the lock meanwhile', async () => {
    const result = await hosts.play(
      tasks(copy('first') + '- { name: command, command: "true" }\n' + copy('last')),
      {
        before: (host, text) => {
          if (text.includes(hosts.path('last')) && hosts.has('first'))
            writeFileSync(join(hosts.dir, host, 'login', 'lock', 'owner'), 'boot 1 1 another run\n');
        },
      },
    );
    assert.deepEqual(result.lines, ['h1 first changed', 'h1 command changed']);
    assert.equal(hosts.has('last'), false);
    const failed = result.events.find((event) => event.type === 'host_failed');
    assert.equal(failed?.code, 'HOST_LOCKED');
    assert.match(failed.msg, /no longer holds the lock of h1; it is held by another run/);
  });

  it('are reported before one after them that is only looked at, which is not written', async () => {
    const result = await hosts.play(
      tasks(
        copy('first') +
          copy('look', ', check_mode: true, register: seen') +
          copy('behind', ', when: seen is changed') +
          '- { name: command, command: "true", check_mode: true }\n',
      ),
    );
    assert.deepEqual(result.lines, [
      'h1 first changed',
      'h1 look changed',
      'h1 behind changed',
      'h1 command skipped',
    ]);
    assert.deepEqual(
      ['first', 'look', 'behind'].map((name) => hosts.has(name)),
      [true, false, true],
    );
    assert.equal(result.summary.hosts.get('h1')?.totals.ok, 3);
  });

  it('and one that is only looked at are each told once when the window fails', async () => {
    const result = await hosts.play(
      tasks(
        copy('first') +
          copy('failing', ', ignore_errors: true', '/proc') +
          copy('look', ', check_mode: true') +
          copy('behind') +
          copy('look-again', ', check_mode: true'),
      ),
    );
    assert.deepEqual(result.lines, [
      'h1 first changed',
      'h1 failing ignored',
      'h1 look changed',
      'h1 behind changed',
      'h1 look-again changed',
    ]);
    assert.deepEqual([hosts.has('look'), hosts.has('look-again'), hosts.has('behind')], [false, false, true]);
  });

  it('are reported before a task after them that fails by a fault in the files', async () => {
    const result = await hosts.play(
      tasks(
        `${copy('first')}- { name: fault, copy: { src: "{{ 'no' }}-such-file", dest: "{{ dir }}/x" }, ignore_errors: true }\n`,
      ),
    );
    assert.deepEqual(result.lines, ['h1 first changed', 'h1 fault ignored']);
  });
});
