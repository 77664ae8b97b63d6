/** A task fails among tasks that are written together: those before it are done, those after it are not begun. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { shellHosts } from './shell-hosts.js';

describe('engine/run: tasks that are written together', function () {
  this.timeout(240_000);
  const hosts = shellHosts();

  const play = (tasks: readonly object[]): string =>
    JSON.stringify([{ hosts: 'h1', gather_facts: false, tasks }]);
  const copy = (name: string, more: object = {}): object => ({
    name,
    copy: { content: 'ours', dest: `{{ dir }}/${name}` },
    ...more,
  });
  const ignored = { ignore_errors: true };
  /** Puts commands in front of the first change of the first window. */
  const first = (commands: string): ((host: string, text: string) => string) => {
    let done = false;
    return (_host, text) =>
      text.replace(/^printf '\\n@%s begin %s\\n' [0-9a-f]+ s0;/m, (line) => {
        if (done) return line;
        done = true;
        return `${commands}\n${line}`;
      });
  };
  const undo = (): string => {
    const [run = ''] = readdirSync(join(hosts.dir, 'h1', 'login', 'runs'));
    return hosts.undo('h1', run).replace(/^(\w+) \d+ ?/gm, '$1 ');
  };
  /** A folder that others may write in takes no new file. */
  const closed = (): void => {
    mkdirSync(hosts.path('open'));
    chmodSync(hosts.path('open'), 0o1777);
  };
  const refuse = `mkdir() { case $* in *./.rtprov-*) return 1 ;; esac; command mkdir "$@"; }`;
  const everywhere = (_host: string, text: string): string => `${refuse}\n${text}`;

  it('stop at the first that fails, wherever their files are', async () => {
    closed();
    writeFileSync(hosts.path('text'), 'one\n');
    const { lines } = await hosts.play(
      play([
        copy('before'),
        copy('open/a'),
        copy('after'),
        { name: 'line', lineinfile: { path: '{{ dir }}/text', line: 'two' } },
      ]),
      { before: everywhere },
    );
    assert.deepEqual(lines, ['h1 before changed', 'h1 open/a failed']);
    assert.deepEqual([hosts.has('before'), hosts.has('after'), hosts.read('text')], [true, false, 'one\n']);
    undo();
    assert.ok(!hosts.has('before'));
  });

  it('go on after one whose errors are ignored, and all items of a loop are tried', async () => {
    closed();
    const { lines } = await hosts.play(
      play([
        copy('before'),
        {
          name: 'loop',
          copy: { content: '', dest: '{{ dir }}/{{ item }}' },
          loop: ['x', 'open/y', 'z'],
          ...ignored,
        },
        copy('after'),
      ]),
      { before: everywhere },
    );
    assert.deepEqual(lines, [
      'h1 before changed',
      'h1 loop [x] changed',
      'h1 loop [open/y] ignored',
      'h1 loop [z] changed',
      'h1 after changed',
    ]);
  });

  it('do not go on with the last item of a loop and the task after it', async () => {
    closed();
    const { lines } = await hosts.play(
      play([
        { name: 'loop', copy: { content: '', dest: '{{ dir }}/{{ item }}' }, loop: ['open/y', 'z'] },
        copy('after'),
      ]),
      { before: everywhere },
    );
    assert.deepEqual(lines, ['h1 loop [open/y] failed', 'h1 loop [z] changed']);
    assert.ok(!hosts.has('after'));
  });

  const others = (): void => {
    writeFileSync(hosts.path('a'), 'old');
    writeFileSync(hosts.path('m'), 'old');
    chmodSync(hosts.path('m'), 0o600);
    mkdirSync(hosts.path('tree'));
    writeFileSync(hosts.path('tree/t'), 'old');
    symlinkSync('old', hosts.path('l'));
  };
  const somebody = (): string =>
    `cd ${hosts.files}; echo theirs >a; chmod 640 m; echo theirs >tree/new; ln -sfn theirs l`;
  const assertTheirs = (): void => {
    assert.deepEqual(
      [hosts.read('a'), hosts.read('tree/new'), readlinkSync(hosts.path('l'))],
      ['theirs\n', 'theirs\n', 'theirs'],
    );
    assert.equal(lstatSync(hosts.path('m')).mode & 0o777, 0o640);
  };
  const tasks = (more: object): readonly object[] => [
    copy('a', more),
    { name: 'tree', file: { path: '{{ dir }}/tree', state: 'absent' }, ...more },
    { name: 'm', file: { path: '{{ dir }}/m', mode: '0644' }, ...more },
    { name: 'l', file: { path: '{{ dir }}/l', src: 'ours', state: 'link', force: true }, ...more },
  ];

  it('leave to somebody else what they did not come to, and so does the rollback', async () => {
    others();
    const { lines } = await hosts.play(play(tasks({})), { before: first(somebody()) });
    assert.deepEqual(lines, ['h1 a failed']);
    assertTheirs();
    assert.match(undo(), /^(same \d+\n)+$/);
    assertTheirs();
  });

  it('report each that somebody else changed, whichever was looked at first', async () => {
    others();
    const { lines } = await hosts.play(play(tasks(ignored)), { before: first(somebody()) });
    assert.deepEqual(lines, ['h1 a ignored', 'h1 tree ignored', 'h1 m ignored', 'h1 l ignored']);
    assertTheirs();
    assert.match(undo(), /^(same \d+\n)+$/);
    assertTheirs();
  });
});
