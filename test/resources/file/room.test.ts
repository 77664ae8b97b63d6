/** Writing as root into a folder that another user can change at any moment (docs/adr/0010). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { factsIn } from './disk.js';
import { absent, change, onEachShell, reversed, stranger, strangerId } from './run-shell.js';
import { scene } from './scene.js';

onEachShell(
  'a folder of somebody else',
  (target, shell) => {
    it('takes every sort of change and its undo, and nothing is left', () => {
      const changes = scene(target());
      const before = factsIn(target().root, { wholeSeconds: shell === 'applets' });
      target().must(fileKind.save(changes));
      target().must(fileKind.write(changes, true));
      assert.deepEqual(
        target().shows(changes.map(({ id }) => fileKind.show(id.name))),
        changes.map(({ id, to }) => fileKind.canon(id.name, to)),
      );
      target().must(fileKind.write(reversed(changes)));
      assert.deepEqual(factsIn(target().root, { wholeSeconds: shell === 'applets' }), before);
      assert.deepEqual(
        readdirSync(target().root).filter((name) => name.startsWith('.rtprov')),
        [],
      );
    });

    it('changes in place the file itself, whose inode stays', () => {
      writeFileSync(target().path('f'), 'x');
      const before = statSync(target().path('f')).ino;
      const from = target().readOne(target().path('f'));
      assert.ok(from.type === 'file');
      target().apply(change(target().path('f'), from, { ...from, mode: '0600', ...stranger }));
      const after = statSync(target().path('f'));
      assert.deepEqual([after.ino, after.uid, after.mode & 0o7777], [before, strangerId, 0o600]);
    });

    it('gives no file away that has another name elsewhere', () => {
      const victim = join(target().base, 'victim');
      writeFileSync(victim, 'x', { mode: 0o600 });
      linkSync(victim, target().path('f'));
      const from = target().readOne(target().path('f'));
      assert.ok(from.type === 'file');
      const done = target().run(fileKind.write([change(target().path('f'), from, { ...from, ...stranger })]));
      assert.notEqual(done.status, 0);
      assert.match(done.stderr, /another name \(a hard link\)/);
      assert.equal(statSync(victim).uid, 0);
    });

    it("follows its owner's link into a folder of the same owner only", () => {
      const theirs = join(target().base, 'theirs');
      const ours = join(target().base, 'ours');
      for (const folder of [theirs, ours]) mkdirSync(folder);
      chownSync(theirs, strangerId, strangerId);
      for (const [name, to] of [
        ['good', theirs],
        ['bad', ours],
      ] as const) {
        symlinkSync(to, target().path(name));
        spawnSync('chown', ['-h', String(strangerId), target().path(name)]);
      }
      const to = target().regular('x', stranger);
      target().must(fileKind.write([change(target().path('good/f'), absent, to)]));
      assert.equal(readFileSync(join(theirs, 'f'), 'utf8'), 'x');
      const done = target().run(fileKind.write([change(target().path('bad/f'), absent, to)]));
      assert.notEqual(done.status, 0);
      assert.match(done.stderr, /leads to a folder of somebody else/);
      assert.deepEqual(readdirSync(ours), []);
    });

    it('clears away the rooms of killed runs, and nothing that only looks like one', () => {
      const uuid = '01234567-89ab-cdef-0123-456789abcdef';
      const room = target().path(`.rtprov-${uuid}`);
      mkdirSync(join(room, 'n'), { recursive: true });
      mkdirSync(join(room, 'o/old'), { recursive: true });
      chmodSync(room, 0o700);
      const other = target().path(`.rtprov-${uuid.replace('0', '1')}`);
      mkdirSync(other, { mode: 0o700 });
      writeFileSync(join(other, 'precious'), 'x');
      target().must(fileKind.tidy?.(target().path('f')) ?? '');
      assert.equal(existsSync(room), false);
      assert.equal(existsSync(join(other, 'precious')), true);
    });

    it('sees a change by somebody else right before the swap', () => {
      const names = ['file', 'link', 'dir', 'gone', 'new'].map((name) => target().path(name));
      const put = (): void => {
        for (const name of ['file', 'gone']) writeFileSync(target().path(name), 'old');
        symlinkSync('old', target().path('link'));
        mkdirSync(target().path('dir'));
      };
      const wanted: readonly FileState[] = [
        target().regular('new'),
        { type: 'link', target: 'new', owner: 'root', group: 'root' },
        { type: 'directory', mode: '0700', owner: 'root', group: 'root' },
        absent,
        target().regular('new'),
      ];
      const spoil: readonly (() => void)[] = [
        () => writeFileSync(target().path('file'), 'theirs'),
        () => {
          rmSync(target().path('link'));
          symlinkSync('theirs', target().path('link'));
        },
        () => chmodSync(target().path('dir'), 0o711),
        () => writeFileSync(target().path('gone'), 'theirs'),
        () => writeFileSync(target().path('new'), 'theirs'),
      ];
      names.forEach((name, index) => {
        put();
        const change1 = change(name, target().readOne(name), wanted[index] ?? absent);
        target().must(fileKind.save([change1]));
        spoil[index]?.();
        const before = target().show(name);
        const done = target().run(fileKind.write([change1], true));
        assert.notEqual(done.status, 0, name);
        assert.match(done.stderr, new RegExp(`^drift: ${name}\n$`));
        assert.equal(target().show(name), before);
        for (const left of readdirSync(target().root)) rmSync(target().path(left), { recursive: true });
      });
    });
  },
  { foreign: true },
);
