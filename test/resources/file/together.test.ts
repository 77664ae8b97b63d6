/** Several new files of one folder take their places by one mv (library-together.ts). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import { tagOf } from '../../../src/resources/file/names.js';
import type { Change } from '../../../src/resources/resource.js';
import { change, shellNames, Target } from './run-shell.js';

const names = ['a', 'b c', "d'", '-e', '.f', 'g'];

for (const shell of shellNames) {
  for (const foreign of [false, true]) {
    describe(`several new files of ${foreign ? "somebody else's" : 'our own'} folder (${shell})`, () => {
      let target: Target;
      beforeEach(() => (target = new Target(shell, foreign)));
      afterEach(() => target.remove());

      const changes = (): Change<'file'>[] =>
        names.map((name) =>
          change(
            target.path(name),
            target.readOne(target.path(name)),
            target.regular(`text of ${name}`, { mode: '0640', owner: 'daemon', group: 'bin' }),
          ),
        );
      const assertWritten = (): void => {
        assert.deepEqual(
          readdirSync(target.root).filter((name) => name.startsWith('.rtprov')),
          [],
        );
        for (const name of names) {
          const { mode, uid, gid } = lstatSync(target.path(name));
          assert.equal(readFileSync(target.path(name), 'utf8'), `text of ${name}`);
          assert.deepEqual(
            [mode & 0o7777, uid, gid, lstatSync(target.path(name)).isFile()],
            [0o640, 1, 2, true],
          );
        }
      };

      it('need one mv, which replaces links and follows none', () => {
        writeFileSync(target.path('a'), 'old');
        mkdirSync(join(target.base, 'elsewhere'));
        symlinkSync(join(target.base, 'elsewhere'), target.path('b c'));
        symlinkSync('nowhere', target.path('-e'));
        const count = join(target.base, 'count');
        target.must(`mv() { echo mv >>${count}; command mv "$@"; }\n${fileKind.write(changes(), true).text}`);
        assertWritten();
        assert.deepEqual(readdirSync(join(target.base, 'elsewhere')), []);
        assert.equal(readFileSync(count, 'utf8'), 'mv\n');
      });

      it('name the one whose place a directory has, and leave no temporary thing', () => {
        const planned = changes();
        mkdirSync(target.path("d'"));
        const done = target.run(fileKind.write(planned));
        assert.notEqual(done.status, 0);
        assert.equal(done.stderr, `rtprov: ${target.path("d'")}: is a directory\n`);
        assert.deepEqual(readdirSync(target.path("d'")), []);
        assert.deepEqual(
          readdirSync(target.root).filter((name) => name.startsWith('.rtprov')),
          [],
        );
      });

      it('leave a fifo that came to a place since it was read, and all others', () => {
        const planned = changes();
        spawnSync('mkfifo', [target.path('g')]);
        const done = target.run(fileKind.write(planned));
        assert.match(
          done.stderr,
          /^rtprov: \S+\/g: a device, fifo or socket is at its place, and stays there\n$/,
        );
        assert.deepEqual(readdirSync(target.root), ['g']);
      });

      if (foreign) return;

      it('are made in a folder that a default access list opens for nobody', () => {
        const set = spawnSync('setfacl', ['-m', 'd:u:54321:rwx', target.root], { encoding: 'utf8' });
        assert.equal(set.status, 0, set.stderr);
        const seen = join(target.base, 'seen');
        const look = `cat() { stat -c %a ${target.root}/.rtprov-*.new >>${seen}; command cat "$@"; }`;
        target.must(`${look}\n${fileKind.write(changes()).text}`);
        assert.equal(readFileSync(seen, 'utf8'), '700\n'.repeat(names.length));
      });

      it('clear away what a killed run left under that name, and follow no link there', () => {
        const left = target.path(`.rtprov-${tagOf(target.path('g'))}.new`);
        mkdirSync(left);
        writeFileSync(join(left, 'a'), 'half');
        target.must(fileKind.tidy?.(target.path('g')) ?? '');
        assert.deepEqual(readdirSync(target.root), []);
        mkdirSync(join(target.base, 'elsewhere'));
        symlinkSync(join(target.base, 'elsewhere'), left);
        // Where busybox cannot do them at once
        symlinkSync('-e', target.path('-e'));
        target.must(fileKind.write(changes()));
        assertWritten();
        assert.deepEqual(readdirSync(join(target.base, 'elsewhere')), []);
      });
    });
  }
}
