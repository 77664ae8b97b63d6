/** Somebody else changes what a run is about to write: after it was read and journalled, right before it is changed. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: what somebody else changes right before it is written', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: readonly object[]): string =>
    JSON.stringify([{ hosts: 'h1', gather_facts: false, tasks }]);
  const copy = (name: string, more: object = {}): object => ({
    name,
    copy: { content: 'ours', dest: `{{ dir }}/${name}` },
    ...more,
  });
  /** Puts a command in front of the first change of the window that has it. */
  const race =
    (command: string) =>
    (_host: string, text: string): string =>
      text.replace(/^printf '\\n@%s begin %s\\n' [0-9a-f]+ s0;/m, (line) => `${command}\n${line}`);
  const undo = (run: string): string => hosts.undo('h1', run).replace(/^(\w+) \d+ /gm, '$1 ');
  const onlyRun = (): string => readdirSync(join(hosts.dir, 'h1', 'login', 'runs'))[0] ?? '';

  it('stays, also among tasks that are written together', async () => {
    const result = await hosts.play(play([copy('a'), copy('b'), copy('c')]), {
      before: race(`[ -e ${hosts.path('a')} ] || echo theirs >${hosts.path('b')}`),
    });
    assert.deepEqual(result.lines, ['h1 a changed', 'h1 b failed']);
    assert.match(
      result.results[1]?.msg ?? '',
      /^\S+\/b was changed by something else after it was read, and was left/,
    );
    assert.equal(hosts.read('b'), 'theirs\n');
    assert.deepEqual([hosts.read('a'), hosts.has('c')], ['ours', false]);
    assert.equal(result.summary.hosts.get('h1')?.failed, true);
    undo(onlyRun());
    assert.deepEqual([hosts.read('b'), hosts.has('a')], ['theirs\n', false]);
  });

  it('lets the run go on where its task says so, and what is tried once more is read again', async () => {
    const result = await hosts.play(
      play([copy('a'), copy('b', { ignore_errors: true }), copy('c'), { ...copy('b'), name: 'again' }]),
      { before: race(`[ -e ${hosts.path('a')} ] || echo theirs >${hosts.path('b')}`) },
    );
    assert.deepEqual(result.lines, ['h1 a changed', 'h1 b ignored', 'h1 c changed', 'h1 again changed']);
    assert.equal(hosts.read('b'), 'ours');
    undo(onlyRun());
    assert.deepEqual([hosts.read('b'), hosts.has('a'), hosts.has('c')], ['theirs\n', false, false]);
  });

  const kinds: readonly {
    readonly what: string;
    readonly before?: () => void;
    readonly task: object;
    readonly theirs: string;
    readonly stays: () => boolean;
  }[] = [
    {
      what: 'a link',
      before: () => symlinkSync('old', hosts.path('x')),
      task: { file: { src: 'ours', dest: '{{ dir }}/x', state: 'link', force: true } },
      theirs: 'ln -sfn theirs X',
      stays: () => readlinkSync(hosts.path('x')) === 'theirs',
    },
    {
      what: 'a directory that is to be made',
      task: { file: { path: '{{ dir }}/x', state: 'directory' } },
      theirs: 'echo theirs >X',
      stays: () => hosts.read('x') === 'theirs\n',
    },
    {
      what: 'a directory that is to go',
      before: () => mkdirSync(hosts.path('x')),
      task: { file: { path: '{{ dir }}/x', state: 'absent' } },
      theirs: 'echo theirs >X/new',
      stays: () => existsSync(hosts.path('x/new')),
    },
    {
      what: 'a mode',
      before: () => {
        writeFileSync(hosts.path('x'), '');
        chmodSync(hosts.path('x'), 0o600);
      },
      task: { file: { path: '{{ dir }}/x', mode: '0644' } },
      theirs: 'chmod 640 X',
      stays: () => (lstatSync(hosts.path('x')).mode & 0o777) === 0o640,
    },
    {
      what: 'a file that is to go',
      before: () => writeFileSync(hosts.path('x'), 'old'),
      task: { file: { path: '{{ dir }}/x', state: 'absent' } },
      theirs: 'echo theirs >X',
      stays: () => hosts.read('x') === 'theirs\n',
    },
  ];
  for (const { what, before, task, theirs, stays } of kinds)
    it(`stays: ${what}`, async () => {
      before?.();
      const result = await hosts.play(play([{ name: 'x', ...task }]), {
        before: race(theirs.replaceAll('X', hosts.path('x'))),
      });
      assert.deepEqual(result.lines, ['h1 x failed']);
      assert.match(result.results[0]?.msg ?? '', /\/x was changed by something else/);
      assert.ok(stays());
      assert.equal(undo(onlyRun()), 'same 0\n');
      assert.ok(stays());
      assert.ok(existsSync(join(hosts.dir, 'h1', 'login', 'runs', onlyRun(), 'unchanged')));
    });
});
