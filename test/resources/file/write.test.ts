import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import { sha256Of } from '../../../src/resources/lib/content-store.js';
import { tagOf } from '../../../src/resources/file/names.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { absent, change, onEachShell, reversed } from './run-shell.js';

const root = { owner: 'root', group: 'root' } as const;

onEachShell('writing paths', (target, shell) => {
  it('makes folders, files in them and links, in the order given, and undoes them in reverse', () => {
    const folder: FileState = { type: 'directory', mode: '2755', ...root };
    const changes = [
      change(target().path('a'), absent, folder),
      change(target().path('a/b'), absent, folder),
      change(target().path('a/b/f'), absent, target().regular('text')),
      change(target().path('l'), absent, { type: 'link', target: 'a/b', ...root }),
      change(target().path('l/g'), absent, target().regular('through the link')),
    ];
    target().apply(...changes);
    assert.equal(readFileSync(target().path('a/b/f'), 'utf8'), 'text');
    assert.equal(readFileSync(target().path('a/b/g'), 'utf8'), 'through the link');
    target().must(fileKind.write(reversed(changes)));
    assert.deepEqual(readdirSync(target().root), []);
  });

  it('changes mode and owner in place', () => {
    writeFileSync(target().path('f'), 'x');
    linkSync(target().path('f'), target().path('other name'));
    const before = statSync(target().path('f'), { bigint: true });
    const from = target().readOne(target().path('f'));
    assert.ok(from.type === 'file');
    target().apply(change(target().path('f'), from, { ...from, mode: '4711', owner: 'daemon' }));
    const after = statSync(target().path('f'), { bigint: true });
    assert.deepEqual([after.ino, after.nlink, after.mtimeNs], [before.ino, 2n, before.mtimeNs]);
    assert.equal(after.mode & 0o7777n, 0o4711n);
    assert.equal(after.uid, 1n);
  });

  it('removes the setgid bit of a directory', () => {
    mkdirSync(target().path('d'));
    chmodSync(target().path('d'), 0o2775);
    const from = target().readOne(target().path('d'));
    target().apply(change(target().path('d'), from, { type: 'directory', mode: '0775', ...root }));
    assert.equal(statSync(target().path('d')).mode & 0o7777, 0o775);
  });

  it('replaces a link that leads to itself, or nowhere', () => {
    const names = ['to itself', 'to nowhere'].map((name) => target().path(name));
    symlinkSync('to itself', target().path('to itself'));
    symlinkSync('nowhere', target().path('to nowhere'));
    const from = target().read(names.map((name) => ({ name })));
    const changes = names.map((name) => change(name, from.get(name) ?? absent, target().regular('text')));
    target().apply(...changes);
    assert.deepEqual(
      names.map((name) => readFileSync(name, 'utf8')),
      ['text', 'text'],
    );
    target().must(fileKind.write(changes.map(({ id, from: before, to }) => change(id.name, to, before))));
    assert.deepEqual(
      names.map((name) => readlinkSync(name)),
      ['to itself', 'nowhere'],
    );
  });

  it('replaces a link, not what it names', () => {
    mkdirSync(target().path('folder'));
    writeFileSync(target().path('file'), 'untouched');
    symlinkSync('folder', target().path('to folder'));
    symlinkSync('file', target().path('to file'));
    symlinkSync('folder', target().path('to link'));
    const names = ['to folder', 'to file', 'to link'].map((name) => target().path(name));
    const states = target().read(names);
    const to: readonly FileState[] = [
      target().regular('a'),
      target().regular('b'),
      { type: 'link', target: 'file', ...root },
    ];
    target().apply(
      ...names.map((name, index) => change(name, states.get(name) ?? absent, to[index] ?? absent)),
    );
    assert.equal(lstatSync(names[0] ?? '').isFile(), true);
    assert.equal(lstatSync(names[1] ?? '').isFile(), true);
    assert.equal(readlinkSync(names[2] ?? ''), 'file');
    assert.equal(readFileSync(target().path('file'), 'utf8'), 'untouched');
    assert.deepEqual(readdirSync(target().path('folder')), []);
  });

  it('puts a link in the place of the file that it leads to', () => {
    writeFileSync(target().path('f'), 'x');
    linkSync(target().path('f'), target().path('same file'));
    const from = target().readOne(target().path('f'));
    const to: FileState = { type: 'link', target: 'same file', ...root };
    target().apply(change(target().path('f'), from, to));
    assert.equal(readlinkSync(target().path('f')), 'same file');
    target().must(fileKind.write([change(target().path('f'), to, from)]));
    assert.equal(readFileSync(target().path('f'), 'utf8'), 'x');
    assert.deepEqual(readdirSync(target().root).sort(), ['f', 'same file']);
  });

  it('does not remove a directory with contents that were not planned for', () => {
    mkdirSync(target().path('d'));
    const from = target().readOne(target().path('d'));
    writeFileSync(target().path('d/f'), '');
    const outcome = target().run(fileKind.write([change(target().path('d'), from, absent)]));
    assert.notEqual(outcome.status, 0);
    assert.match(outcome.stderr, /^rtprov: \S+\/d: rmdir: .*not empty\n$/);
    assert.equal(existsSync(target().path('d/f')), true);
    const replaced = target().run(fileKind.write([change(target().path('d'), from, target().regular('x'))]));
    assert.notEqual(replaced.status, 0);
    assert.equal(existsSync(target().path('d/f')), true);
  });

  it('does not replace a directory that was not there', () => {
    mkdirSync(target().path('d'));
    const outcome = target().run(fileKind.write([change(target().path('d'), absent, target().regular('x'))]));
    assert.notEqual(outcome.status, 0);
    assert.equal(outcome.stderr, `rtprov: ${target().path('d')}: is a directory\n`);
  });

  it('says in one line what failed, and stops there', () => {
    const owned = {
      ...target().regular('x'),
      owner: 'no-such-user',
    };
    const missing: FileState = {
      type: 'file',
      sha256: sha256Of('never sent'),
      size: 1,
      mode: '0644',
      ...root,
    };
    const cases: readonly (readonly [string, FileState, RegExp])[] = [
      ['owner', owned, /^rtprov: \S+\/owner: .*no-such-user.*\n$/],
      [
        'no/folder',
        target().regular('x'),
        /^rtprov: \S+\/no\/folder: its folder: No such file or directory\n$/,
      ],
      [
        'no/dir',
        { type: 'directory', mode: '0755', ...root },
        /^rtprov: \S+\/no\/dir: its folder: No such file or directory\n$/,
      ],
      ['bytes', missing, /^rtprov: \S+\/bytes: the bytes [0-9a-f]{64} are not on the target\n$/],
      [
        'device',
        { type: 'other', what: 'socket', mode: '0600', ...root },
        /^rtprov: \S+\/device: a socket cannot be created again\n$/,
      ],
    ];
    for (const [name, to, message] of cases) {
      const outcome = target().run(
        fileKind.write([
          change(target().path(name), absent, to),
          change(target().path('later'), absent, target().regular('x')),
        ]),
      );
      assert.notEqual(outcome.status, 0, name);
      assert.match(outcome.stderr, message, name);
      assert.equal(outcome.stderr.split('\n').length, 2, outcome.stderr);
      assert.deepEqual(readdirSync(target().root), [], name);
    }
  });

  it('names the right path of many', () => {
    const changes = ['a', 'b', 'c'].map((name) =>
      change(target().path(name), absent, {
        ...target().regular('x'),
        owner: name === 'b' ? 'no-such-user' : 'root',
      }),
    );
    const outcome = target().run(fileKind.write(changes));
    assert.match(outcome.stderr, /^rtprov: \S+\/b: /);
  });

  it('refuses bytes on the target that are not what their name says', () => {
    const to = target().regular('right');
    writeFileSync(join(target().stage, sha256Of('right')), 'wrong');
    const outcome = target().run(fileKind.write([change(target().path('f'), absent, to)]));
    assert.notEqual(outcome.status, 0);
    assert.match(outcome.stderr, /^rtprov: \S+\/f: the bytes [0-9a-f]{64} on the target are damaged\n$/);
    assert.deepEqual(readdirSync(target().root), []);
  });

  it('does not write through a link planted under its temporary name', () => {
    writeFileSync(target().path('victim'), 'untouched');
    symlinkSync('victim', target().path(`.rtprov-${tagOf(target().path('f'))}.new`));
    target().apply(change(target().path('f'), absent, target().regular('x')));
    assert.equal(readFileSync(target().path('victim'), 'utf8'), 'untouched');
    assert.equal(lstatSync(target().path('f')).isFile(), true);
    assert.deepEqual(readdirSync(target().root).sort(), ['f', 'victim']);
  });

  it('sets a time that the state names, and no other', () => {
    const to = {
      ...target().regular('x'),
      mtime: '1234567890.123456789',
    };
    target().apply(
      change(target().path('old'), absent, to),
      change(target().path('now'), absent, target().regular('x')),
    );
    const nanoseconds = statSync(target().path('old'), { bigint: true }).mtimeNs;
    assert.equal(nanoseconds, shell === 'applets' ? 1234567890n * 1_000_000_000n : 1234567890_123456789n);
    assert.ok(Math.abs(statSync(target().path('now')).mtimeMs - Date.now()) < 60_000);
  });

  it('writes big files', () => {
    const content = 'x'.repeat(3 * 1024 * 1024);
    target().apply(change(target().path('big'), absent, target().regular(content, { mode: '0755' })));
    assert.equal(readFileSync(target().path('big'), 'utf8'), content);
    assert.equal(statSync(target().path('big')).mode & 0o7777, 0o755);
  });

  it('leaves the caller with its own umask and options', () => {
    const script = fileKind.write([change(target().path('f'), absent, target().regular('x'))]);
    const outcome = target().must(
      `umask 022\n${script.text}\numask; : >${target().path('g')}; : >${target().path('g')}; echo ok`,
    );
    assert.match(outcome.toString(), /^0*22\nok\n$/);
  });

  it('works without set -e and set -u as well', () => {
    const made = change(target().path('f'), absent, target().regular('x'));
    assert.equal(target().run(fileKind.save([made]), false).status, 0);
    assert.equal(target().run(fileKind.write([made]), false).status, 0);
    const broken = change(target().path('no/f'), absent, target().regular('x'));
    assert.notEqual(target().run(fileKind.write([broken, made]), false).status, 0);
  });

  it('changes more paths than one batch takes', () => {
    const changes = Array.from({ length: 450 }, (_, index) =>
      change(
        target().path(`f${index}`),
        absent,
        target().regular(`content ${index % 9}`, { mode: index % 2 === 0 ? '0644' : '0600' }),
      ),
    );
    target().apply(...changes);
    assert.equal(readdirSync(target().root).length, 450);
    assert.equal(readFileSync(target().path('f449'), 'utf8'), 'content 8');
    target().must(fileKind.write(changes.map(({ id, from, to }) => change(id.name, to, from))));
    assert.deepEqual(readdirSync(target().root), []);
  }).timeout(240_000);
});
