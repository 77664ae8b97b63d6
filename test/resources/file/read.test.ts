import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import { sha256Of } from '../../../src/resources/lib/content-store.js';
import { onEachShell } from './run-shell.js';

const oddNames = [
  'plain',
  'two words',
  "it's",
  'q"uote',
  'new\nline',
  '\nleading',
  'trailing\n',
  'back\\slash',
  'b\\\nboth',
  '-dash',
  '--',
  'ünï-日本',
  '$HOME `id` *?[a]',
  "' -> '",
  'a -> b',
  '=',
  '~',
  'tab\there',
  'cr\r',
];

onEachShell('reading paths', (target) => {
  it('reads a regular file with content', () => {
    const path = target().path('motd');
    writeFileSync(path, 'hello\n');
    chmodSync(path, 0o4751);
    execFileSync('touch', ['-d', '2020-01-02 03:04:05.123456789 UTC', path]);
    const state = target().readOne(path, 'content');
    assert.equal(state.type, 'file');
    assert.deepEqual(
      { ...state, xattrs: undefined },
      {
        type: 'file',
        mode: '4751',
        owner: 'root',
        group: 'root',
        mtime: '1577934245.123456789',
        sha256: sha256Of('hello\n'),
        size: 6,
        xattrs: undefined,
      },
    );
    assert.equal(target().store.get(sha256Of('hello\n'))?.toString(), 'hello\n');
  });

  it('reads bytes of all values, empty files and files without a last newline', () => {
    const contents = [
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      Buffer.alloc(0),
      Buffer.from('x'),
    ];
    contents.forEach((content, index) => {
      writeFileSync(target().path(`f${index}`), content);
    });
    const states = target().read(
      contents.map((_, index) => ({ name: target().path(`f${index}`), depth: 'content' })),
    );
    contents.forEach((content, index) => {
      const state = states.get(target().path(`f${index}`));
      assert.equal(state?.type, 'file');
      assert.deepEqual(target().store.get(state.sha256), content);
    });
  });

  it('reads any name, as file, as link and as directory', () => {
    const names: string[] = [];
    for (const odd of oddNames) {
      names.push(
        target().path(`${odd}.f`),
        target().path(`${odd}.l`),
        target().path(`${odd}.d`),
        target().path(`${odd}.no`),
      );
      writeFileSync(target().path(`${odd}.f`), `of ${odd}`);
      symlinkSync(`to ${odd}`, target().path(`${odd}.l`));
      mkdirSync(target().path(`${odd}.d`));
      writeFileSync(target().path(odd), odd);
      names.push(target().path(odd));
    }
    const states = target().read(names.map((name) => ({ name, depth: 'content' })));
    for (const odd of oddNames) {
      const file = states.get(target().path(`${odd}.f`));
      assert.equal(file?.type === 'file' && target().store.get(file.sha256)?.toString(), `of ${odd}`);
      const link = states.get(target().path(`${odd}.l`));
      assert.equal(link?.type === 'link' && link.target, `to ${odd}`);
      assert.equal(states.get(target().path(`${odd}.d`))?.type, 'directory');
      assert.equal(states.get(target().path(`${odd}.no`))?.type, 'absent');
    }
  });

  it('shows any name as canon says', () => {
    const all: string[] = [];
    for (const odd of oddNames) {
      const names = ['f', 'l', 'd', 'no'].map((end) => target().path(`${odd}.${end}`));
      writeFileSync(names[0] ?? '', odd);
      symlinkSync(`${odd}\n`, names[1] ?? '');
      mkdirSync(names[2] ?? '');
      all.push(...names);
    }
    const states = target().read(all);
    assert.deepEqual(
      target().shows(all.map((name) => fileKind.show(name))),
      all.map((name) => fileKind.canon(name, states.get(name) ?? { type: 'absent' })),
    );
  });

  it('knows what is absent', () => {
    writeFileSync(target().path('file'), '');
    symlinkSync('nowhere', target().path('dangling'));
    symlinkSync('loop', target().path('loop'));
    for (const name of [
      'no',
      'no/such/folder',
      'file/below',
      'file/below/more',
      'dangling/below',
      'loop/below',
    ]) {
      assert.deepEqual(target().readOne(target().path(name)), { type: 'absent' }, name);
      assert.equal(target().show(target().path(name)), 'absent\n', name);
    }
    assert.equal(target().readOne(target().path('dangling')).type, 'link');
  });

  it('does not follow links, but does in folders', () => {
    mkdirSync(target().path('real'));
    writeFileSync(target().path('real/file'), 'x');
    symlinkSync('real', target().path('link'));
    assert.equal(target().readOne(target().path('link')).type, 'link');
    assert.equal(target().readOne(target().path('link/file')).type, 'file');
  });

  it('reads fifos, devices and the files of the kernel', () => {
    execFileSync('mkfifo', ['-m', '600', target().path('fifo')]);
    const states = target().read([
      target().path('fifo'),
      '/dev/null',
      { name: '/proc/version', depth: 'content' },
      '/',
    ]);
    const fifo = states.get(target().path('fifo'));
    assert.equal(fifo?.type === 'other' && fifo.what, 'fifo');
    const device = states.get('/dev/null');
    assert.equal(device?.type === 'other' && device.what, 'character special file');
    const version = states.get('/proc/version');
    assert.ok(version?.type === 'file' && version.size > 10);
    assert.match(target().store.get(version.sha256)?.toString() ?? '', /^Linux version/);
    assert.equal(states.get('/')?.type, 'directory');
    for (const [name, state] of states) assert.equal(target().show(name), `${fileKind.canon(name, state)}\n`);
  });

  it('gives numbers for owners without a name', () => {
    writeFileSync(target().path('f'), '');
    execFileSync('chown', ['54321:54322', target().path('f')]);
    const state = target().readOne(target().path('f'));
    assert.ok(state.type === 'file');
    assert.equal(`${state.owner}:${state.group}`, '54321:54322');
    assert.equal(target().show(target().path('f')), `${fileKind.canon('', state)}\n`);
  });

  it('reads times before 1970', () => {
    writeFileSync(target().path('f'), '');
    execFileSync('touch', ['-d', '@-10', target().path('f')]);
    const state = target().readOne(target().path('f'));
    assert.equal(state.type === 'file' && state.mtime, '-10.000000000');
  });

  it('reads one name asked for twice, at the greater depth', () => {
    writeFileSync(target().path('f'), 'both');
    const name = target().path('f');
    target().read([name, { name, depth: 'content' }, name]);
    assert.ok(target().store.has(sha256Of('both')));
  });

  it('prints nothing for no requests', () => {
    assert.equal(fileKind.read([]).text, '');
    assert.equal(target().read([]).size, 0);
  });

  it('refuses a target of a link that is not UTF-8', () => {
    execFileSync('sh', ['-c', 'ln -s "$(printf "\\377x")" "$1"', 'sh', target().path('l')]);
    assert.throws(() => target().readOne(target().path('l')), { code: 'READ_FAILED' });
  });

  it('reads 3000 paths in parts', () => {
    const names: string[] = [];
    for (let index = 0; index < 3000; index += 1) {
      const name = target().path(`file-with-a-name-of-some-length-${index}`.padEnd(150, '.'));
      if (index % 3 !== 0) writeFileSync(name, `content ${index % 7}`);
      names.push(name);
    }
    const states = target().read(names.map((name) => ({ name, depth: 'content' })));
    assert.equal(states.size, 3000);
    names.forEach((name, index) => {
      assert.equal(states.get(name)?.type, index % 3 === 0 ? 'absent' : 'file');
    });
  }).timeout(60000);
});
