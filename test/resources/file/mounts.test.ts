/** Which paths are mount points is reported of each, however it is called. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { FileState } from '../../../src/resources/file/state.js';
import { onEachShell } from './run-shell.js';

const mountOf = (state: FileState): unknown => ('mount' in state ? state.mount : undefined);

onEachShell('mount points', (target) => {
  it('are reported of files and folders, with odd names, and through links of the folders above', () => {
    const names = ['plain', 'two words', 'back\\slash', 'new\nline', 'tab\there', '-dash', 'ünï'];
    const done: string[] = [];
    const bind = (path: string): void => {
      execFileSync('mount', ['--bind', '--', target().path('source'), path]);
      done.push(path);
    };
    writeFileSync(target().path('source'), 'x');
    mkdirSync(target().path('d'));
    mkdirSync(target().path('d/other'));
    mkdirSync(target().path('d/fs'));
    symlinkSync('d', target().path('l'));
    try {
      for (const name of names) {
        writeFileSync(target().path(`d/${name}`), '');
        writeFileSync(target().path(`d/other/${name}`), '');
        bind(target().path(`d/${name}`));
      }
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', target().path('d/fs')]);
      done.push(target().path('d/fs'));
      const reported = (path: string): unknown => mountOf(target().readOne(target().path(path), 'meta'));
      for (const name of names)
        assert.deepEqual(
          [`d/${name}`, `l/${name}`, `d/other/${name}`].map(reported),
          ['here', 'here', undefined],
          name,
        );
      assert.deepEqual(['source', 'd/fs', 'l/fs', 'd', 'l'].map(reported), [
        undefined,
        'here',
        'here',
        undefined,
        undefined,
      ]);
    } finally {
      for (const path of done.toReversed()) execFileSync('umount', ['-l', path]);
    }
  });
});
