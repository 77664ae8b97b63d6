/** Changes of several tasks in one write: they take effect in the order of the tasks, and none of a task after one that failed. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import type { Change } from '../../../src/resources/resource.js';
import { absent, change, Target } from './run-shell.js';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

const scenes = [
  ['dash', false],
  ['applets', false],
  ['dash', true],
] as const;

for (const [shell, foreign] of scenes) {
  describe(`changes of several tasks in ${foreign ? "somebody else's" : 'our own'} folder (${shell})`, () => {
    let target: Target;
    beforeEach(() => (target = new Target(shell, foreign)));
    afterEach(() => target.remove());

    /** Writes them with tasks and entries 0, 1, 2, ...; gives the entries that were reported as untouched. */
    const write = (
      changes: readonly Change<'file'>[],
      breaks: string,
      tasks: readonly number[] = changes.map((_one, at) => at),
    ): readonly string[] => {
      const places = tasks.map((task, entry) => ({ task, entry }));
      const text = fileKind.write(changes, true, places).text;
      const done = target.run(`rtp_untouched() { echo "$@"; }\n${breaks}\n${text}`, false);
      assert.equal(done.status, 1, done.stderr);
      assert.deepEqual(
        readdirSync(target.root).filter((name) => name.startsWith('.rtprov')),
        [],
      );
      return done.stdout.toString().trim().split(/\s+/);
    };
    const all = (to: (name: string) => FileState): Change<'file'>[] =>
      names.map((name) => change(target.path(name), target.readOne(target.path(name)), to(name)));
    /** A command that refuses a file: as the kernel does for an immutable one. */
    const refuses = (command: string): string =>
      `${command}() { rtp_t=; for rtp_x; do case $rtp_x in */d) rtp_t=1 ;; *) : ;; esac; done
for rtp_x; do case $rtp_x in -*) ;; */d) ;; */*) [ -z "$rtp_t" ] || ${command === 'rm' ? 'command rm -f -- "$rtp_x"' : ':'} ;; esac; done
[ -z "$rtp_t" ] || return 1; command ${command} "$@"; }`;
    const sizes = (): readonly number[] => names.map((name) => lstatSync(target.path(name)).size);

    it('stop at a file that cannot be replaced, also where mv would go on', () => {
      for (const name of names) writeFileSync(target.path(name), '');
      const untouched = write(
        all(() => target.regular('text')),
        `${refuses('ln')}\n${refuses('mv')}`,
      );
      // In a room it is seen before anything takes effect.
      assert.deepEqual(sizes(), foreign ? [0, 0, 0, 0, 0, 0] : [4, 4, 4, 0, 0, 0]);
      assert.deepEqual(untouched, foreign ? ['0', '1', '2', '3', '4', '5'] : ['4', '5']);
    });

    it('stop at a change in place that fails', () => {
      for (const name of names) {
        writeFileSync(target.path(name), '');
        chmodSync(target.path(name), 0o600);
      }
      const untouched = write(
        all((name) => ({ ...target.readOne(target.path(name)), mode: '0644' }) as FileState),
        refuses('chmod'),
      );
      assert.deepEqual(
        names.map((name) => lstatSync(target.path(name)).mode & 0o777),
        [0o644, 0o644, 0o644, 0o600, 0o600, 0o600],
      );
      assert.deepEqual(untouched, ['4', '5']);
    });

    it('stop at what cannot be removed, and do nothing of the batches after it', () => {
      for (const name of names) writeFileSync(target.path(name), '');
      const untouched = write(
        [
          ...all(() => absent),
          change(target.path('x'), absent, target.regular('')),
          change(target.path('y'), absent, target.regular('')),
        ],
        refuses('rm'),
      );
      assert.deepEqual(
        names.filter((name) => existsSync(target.path(name))),
        ['d', 'e', 'f'],
      );
      assert.deepEqual(untouched, ['4', '5', '6', '7']);
      assert.ok(!existsSync(target.path('x')));
    });

    it('leave a folder alone that somebody made meanwhile', () => {
      mkdirSync(target.path('theirs'));
      const untouched = write(
        [
          change(target.path('a'), absent, target.regular('text')),
          change(target.path('theirs'), absent, {
            type: 'directory',
            mode: '0700',
            owner: 'daemon',
            group: 'root',
          }),
          change(target.path('b'), absent, target.regular('text')),
        ],
        ':',
      );
      assert.deepEqual(readdirSync(target.root), foreign ? ['a', 'theirs'] : ['theirs']);
      assert.equal(lstatSync(target.path('theirs')).uid, 0);
      assert.deepEqual(untouched, foreign ? ['1', '2'] : ['0', '1', '2']);
    });
  });
}
