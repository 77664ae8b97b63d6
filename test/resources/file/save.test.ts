import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import { sha256Of } from '../../../src/resources/lib/content-store.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { absent, change, onEachShell, reversed } from './run-shell.js';

onEachShell('saving what undo needs', (target) => {
  it('keeps replaced bytes once, readable by the owner alone', () => {
    writeFileSync(target().path('a'), 'old');
    writeFileSync(target().path("it's b"), 'old');
    chmodSync(target().path('a'), 0o777);
    const changes = ['a', "it's b"].map((name) =>
      change(target().path(name), target().readOne(target().path(name)), target().regular('new')),
    );
    target().must(fileKind.save(changes));
    target().must(fileKind.save(changes));
    const kept = join(target().state, 'blobs', sha256Of('old'));
    assert.equal(readFileSync(kept, 'utf8'), 'old');
    assert.equal(statSync(kept).mode & 0o7777, 0o600);
    assert.equal(statSync(join(target().state, 'blobs')).mode & 0o7777, 0o700);
    assert.deepEqual(readdirSync(join(target().state, 'blobs')), [sha256Of('old')]);
  });

  it('never overwrites what is kept already', () => {
    writeFileSync(target().path('a'), 'old');
    mkdirSync(join(target().state, 'blobs'));
    writeFileSync(join(target().state, 'blobs', sha256Of('old')), 'kept before');
    target().must(fileKind.save([change(target().path('a'), target().readOne(target().path('a')), absent)]));
    assert.equal(readFileSync(join(target().state, 'blobs', sha256Of('old')), 'utf8'), 'kept before');
  });

  it('keeps nothing for a change of mode', () => {
    writeFileSync(target().path('a'), 'x');
    const from = target().readOne(target().path('a'));
    assert.ok(from.type === 'file');
    target().must(fileKind.save([change(target().path('a'), from, { ...from, mode: '0600' })]));
    assert.equal(existsSync(join(target().state, 'blobs')), false);
  });

  it('names every path that is no longer as it was read', () => {
    for (const name of ['bytes', 'mode', 'type', 'gone', 'tree', 'same'])
      writeFileSync(target().path(name), 'x');
    const names = ['bytes', 'mode', 'type', 'gone', 'new', 'same', 'two\nlines'].map((name) =>
      target().path(name),
    );
    writeFileSync(target().path('two\nlines'), '');
    const states = target().read(names);
    writeFileSync(target().path('bytes'), 'y');
    chmodSync(target().path('mode'), 0o600);
    target().must(`rm ${target().path('gone')} ${target().path('type')}`);
    symlinkSync('mode', target().path('type'));
    writeFileSync(target().path('new'), '');
    writeFileSync(target().path('two\nlines'), 'other');
    const changes = names.map((name) => change(name, states.get(name) ?? absent, target().regular('new')));
    const outcome = target().run(fileKind.save(changes));
    assert.notEqual(outcome.status, 0);
    const drifted = ['bytes', 'mode', 'type', 'gone', 'new', 'two\\nlines'].map(
      (name) => `drift: ${target().path(name)}`,
    );
    assert.deepEqual(outcome.stderr.trimEnd().split('\n'), drifted);
    assert.equal(existsSync(join(target().state, 'blobs')), false);
  });

  it('sees a change below a directory that is to be removed', () => {
    mkdirSync(target().path('d'));
    writeFileSync(target().path('d/f'), 'x');
    const from = target().readOne(target().path('d'), 'tree');
    writeFileSync(target().path('d/f'), 'y');
    const outcome = target().run(fileKind.save([change(target().path('d'), from, absent)]));
    assert.notEqual(outcome.status, 0);
    assert.equal(outcome.stderr, `drift: ${target().path('d')}\n`);
  });

  it('keeps the bytes when a later change of the same path replaces them', () => {
    writeFileSync(target().path('a'), 'old');
    const from = target().readOne(target().path('a'));
    assert.ok(from.type === 'file');
    const closed: FileState = { ...from, mode: '0600' };
    const changes = [
      change(target().path('a'), from, closed),
      change(target().path('a'), closed, target().regular('new')),
    ];
    target().apply(...changes);
    assert.equal(readFileSync(target().path('a'), 'utf8'), 'new');
    target().must(fileKind.write(reversed(changes)));
    assert.equal(target().showExact(target().path('a'), from), `${fileKind.exact('', from)}\n`);
    assert.equal(readFileSync(target().path('a'), 'utf8'), 'old');
  });

  it('can be in the parentheses of its caller', () => {
    writeFileSync(target().path('a'), 'x');
    const changes = [change(target().path('a'), target().readOne(target().path('a')), absent)];
    target().must(`(${fileKind.save(changes).text}) || exit 1`);
    target().must(`(${fileKind.save([]).text}) || exit 1`);
    target().must(`f() {\n${fileKind.write([]).text}\n}\nf\n(${fileKind.write(changes).text}) || exit 1`);
    assert.equal(existsSync(target().path('a')), false);
  });
});
