/** Commands that change what earlier tasks of the same window wrote: both take effect, in their order, as in Ansible. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { shellHosts } from './shell-hosts.js';
import { rollBack } from './shell-rollback.js';

type Task = Readonly<Record<string, unknown>>;

describe('engine/run: a command after a write', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  async function play(...tasks: readonly Task[]): Promise<readonly string[]> {
    const text = JSON.stringify([{ hosts: 'h1', gather_facts: false, tasks }]);
    return (await hosts.play(text)).lines;
  }

  const content = (name: string): string => readFileSync(hosts.path(name), 'utf8');
  const copy: Task = { name: 'copy', copy: { dest: '{{ dir }}/f', content: 'a\n', mode: '0644' } };
  const sed: Task = { name: 'sed', command: 'sed -i s/a/b/ {{ dir }}/f' };

  it('may change its bytes', async () => {
    assert.deepEqual(await play(copy, sed), ['h1 copy changed', 'h1 sed changed']);
    assert.equal(content('f'), 'b\n');
  });

  it('may change its mode, which a file task set, and may remove it', async () => {
    const tasks: readonly Task[] = [
      copy,
      { name: 'mode', file: { path: '{{ dir }}/f', mode: '0600' } },
      { name: 'chmod', command: 'chmod 0640 {{ dir }}/f' },
      { name: 'line', lineinfile: { path: '{{ dir }}/f', line: 'b' } },
      { name: 'rm', command: 'rm {{ dir }}/f' },
    ];
    const lines = tasks.map(({ name }) => `h1 ${String(name)} changed`);
    assert.deepEqual(await play(...tasks.slice(0, 3)), lines.slice(0, 3));
    assert.equal(statSync(hosts.path('f')).mode & 0o7777, 0o640);
    assert.deepEqual(await play(...tasks.slice(3)), lines.slice(3));
    assert.equal(hosts.has('f'), false);
  });

  it('may do so in a handler', async () => {
    const tasks = [{ ...copy, notify: 'sed' }, { meta: 'flush_handlers' }];
    const text = JSON.stringify([{ hosts: 'h1', gather_facts: false, tasks, handlers: [sed] }]);
    assert.deepEqual((await hosts.play(text)).lines, ['h1 copy changed', 'h1 sed changed']);
    assert.equal(content('f'), 'b\n');
  });

  it('is undone with the write when it says what it touches', async () => {
    assert.deepEqual(await play(copy, { ...sed, touches: ['{{ dir }}/f'] }), [
      'h1 copy changed',
      'h1 sed changed',
    ]);
    assert.equal((await rollBack(hosts)).complete, true);
    assert.equal(hosts.has('f'), false);
  });

  it('does not hide a write that did not take effect', async () => {
    const text = JSON.stringify([{ hosts: 'h1', gather_facts: false, tasks: [copy, sed] }]);
    const result = await hosts.play(text, {
      // Somebody else changes the file right after it was written.
      before: (_, script) => {
        const at = script.indexOf('\n) </dev/null\nrtp_rc=$?', script.indexOf(' s0;'));
        if (!script.includes(' s0;')) return script;
        return `${script.slice(0, at)}\necho c >${hosts.path('f')}${script.slice(at)}`;
      },
    });
    assert.deepEqual(
      result.lines.filter((line) => line.includes('copy')),
      ['h1 copy failed'],
    );
  });
});
