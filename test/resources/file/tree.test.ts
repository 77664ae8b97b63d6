import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { treeDigest } from '../../../src/resources/file/canon.js';
import { change, onEachShell, type Target } from './run-shell.js';

function directory(target: Target, name: string): Extract<FileState, { type: 'directory' }> {
  const state = target.readOne(target.path(name), 'tree');
  assert.ok(state.type === 'directory');
  return state;
}

function digest(target: Target, name: string): string {
  return treeDigest(directory(target, name).tree ?? '');
}

onEachShell('trees', (target) => {
  beforeEach(() => {
    mkdirSync(target().path('d/sub/deeper'), { recursive: true });
    writeFileSync(target().path('d/B'), 'upper');
    writeFileSync(target().path('d/a'), 'lower');
    writeFileSync(target().path('d/é\n-x'), 'odd');
    symlinkSync('a', target().path('d/sub/link'));
    execFileSync('mkfifo', [target().path('d/fifo')]);
  });

  it('lists everything below in byte order', () => {
    assert.deepEqual(directory(target(), 'd').listing, [
      { path: 'B', type: 'file' },
      { path: 'a', type: 'file' },
      { path: 'fifo', type: 'other' },
      { path: 'sub', type: 'directory' },
      { path: 'sub/deeper', type: 'directory' },
      { path: 'sub/link', type: 'link' },
      { path: 'é\n-x', type: 'file' },
    ]);
  });

  it('has the digest that the shell shows, wherever the directory is', () => {
    const state = directory(target(), 'd');
    assert.equal(target().showExact(target().path('d'), state), `${fileKind.exact('d', state)}\n`);
    execFileSync('cp', ['-a', target().path('d'), target().path('copy elsewhere')]);
    assert.equal(digest(target(), 'copy elsewhere'), digest(target(), 'd'));
  });

  it('does not depend on the order in which things were made', () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    for (const folder of ['up', 'down']) {
      mkdirSync(target().path(folder));
      for (const name of folder === 'up' ? names : [...names].reverse())
        writeFileSync(target().path(folder, name), name);
    }
    assert.equal(digest(target(), 'up'), digest(target(), 'down'));
  });

  it('does not depend on the locale', () => {
    const first = digest(target(), 'd');
    const script = `LC_ALL=C.UTF-8; export LC_ALL\n${fileKind.showExact(target().path('d'), directory(target(), 'd')).text}`;
    assert.match(target().must(script).toString(), new RegExp(` tree=${first}`));
  });

  const differences: readonly (readonly [string, (t: Target) => void])[] = [
    ['bytes', (t) => writeFileSync(t.path('d/a'), 'Lower')],
    ['a mode', (t) => chmodSync(t.path('d/sub/deeper'), 0o700)],
    ['an owner', (t) => execFileSync('chown', ['daemon', t.path('d/B')])],
    ['a link target', (t) => execFileSync('ln', ['-sfn', 'b', t.path('d/sub/link')])],
    ['a name', (t) => execFileSync('mv', [t.path('d/B'), t.path('d/C')])],
    ['a new empty folder', (t) => mkdirSync(t.path('d/.hidden'))],
  ];
  for (const [what, alter] of differences) {
    it(`sees ${what}`, () => {
      const first = digest(target(), 'd');
      alter(target());
      assert.notEqual(digest(target(), 'd'), first);
    });
  }

  it('does not compare times, but keeps copies with other times apart', () => {
    const first = directory(target(), 'd').tree ?? '';
    execFileSync('touch', ['-d', '2001-01-01', target().path('d/a')]);
    const second = directory(target(), 'd').tree ?? '';
    assert.equal(treeDigest(second), treeDigest(first));
    assert.notEqual(second, first);
  });

  it('reads an empty directory', () => {
    mkdirSync(target().path('empty'));
    assert.deepEqual(directory(target(), 'empty').listing, []);
  });

  it('keeps a removed tree in the journal folder, closed to others', () => {
    const from = directory(target(), 'd');
    target().apply(change(target().path('d'), from, { type: 'absent' }));
    assert.equal(existsSync(target().path('d')), false);
    assert.deepEqual(fileKind.trees(from), readdirSync(`${target().state}/trees`));
    assert.equal(readFileSync(`${target().state}/trees/${from.tree ?? ''}/a`, 'utf8'), 'lower');
  });

  it('does not restore a kept tree that was damaged', () => {
    const from = directory(target(), 'd');
    const removal = change(target().path('d'), from, { type: 'absent' });
    target().apply(removal);
    writeFileSync(`${target().state}/trees/${from.tree ?? ''}/a`, 'damaged');
    const outcome = target().run(fileKind.write([change(target().path('d'), removal.to, from)]));
    assert.notEqual(outcome.status, 0);
    assert.match(outcome.stderr, /^rtprov: \S+\/d: its kept tree cannot be restored exactly\n$/);
    assert.deepEqual(readdirSync(target().root), []);
  });

  it('puts the removed tree back in the place of another that has come since, when that one may go', () => {
    const from = directory(target(), 'd');
    target().apply(change(target().path('d'), from, { type: 'absent' }));
    mkdirSync(target().path('d'));
    writeFileSync(target().path('d/other'), '');
    const now = directory(target(), 'd');
    assert.notEqual(target().showExact(target().path('d'), from), `${fileKind.exact('d', from)}\n`);
    target().apply(change(target().path('d'), now, from));
    assert.equal(digest(target(), 'd'), treeDigest(from.tree ?? ''));
  });

  it('refuses the tree of the root folder', () => {
    assert.throws(() => fileKind.read([{ kind: 'file', name: '//', depth: 'tree' }]), {
      code: 'READ_FAILED',
    });
  });

  it('reports that a file system is mounted in a tree, and refuses to remove it', () => {
    const point = target().path('d/sub/deeper');
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', point]);
    try {
      const { mount, tree, listing } = directory(target(), 'd');
      assert.deepEqual([mount, tree, listing], ['below', undefined, undefined]);
      const from: FileState = {
        type: 'directory',
        mode: '0755',
        owner: 'root',
        group: 'root',
        tree: '0'.repeat(64),
      };
      const outcome = target().run(fileKind.write([change(target().path('d'), from, { type: 'absent' })]));
      assert.notEqual(outcome.status, 0);
      assert.match(outcome.stderr, /another file system is mounted below it\n$/);
      assert.equal(existsSync(target().path('d/a')), true);
    } finally {
      execFileSync('umount', [point]);
    }
  });
});
