/** What a user who is not root sees: what may not be looked at is not called absent. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { ReadRequest } from '../../../src/resources/resource.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { Target } from './run-shell.js';

const nobody = 65534;

for (const shell of ['dash', 'bash', 'busybox'] as const) {
  describe(`reading without permission (${shell})`, () => {
    let target: Target;

    before(() => {
      assert.equal(process.getuid?.(), 0, 'these tests give up root, so they have to begin as root');
    });

    beforeEach(() => {
      target = new Target(shell);
      chmodSync(target.base, 0o755);
      chmodSync(target.root, 0o755);
      mkdirSync(target.path('closed'));
      writeFileSync(target.path('closed/file'), 'x');
      chmodSync(target.path('closed'), 0o700);
      writeFileSync(target.path('secret'), 'x', { mode: 0o600 });
      mkdirSync(target.path('open/inner'), { recursive: true });
      writeFileSync(target.path('open/file'), 'x');
      symlinkSync('closed/file', target.path('link to closed'));
      symlinkSync('closed', target.path('way in'));
    });

    afterEach(() => target.remove());

    function read(name: string, depth: 'meta' | 'content' | 'tree' = 'meta') {
      const requests: ReadRequest<'file'>[] = [
        { kind: 'file', name: target.path('open/file') },
        { kind: 'file', name: target.path(name), depth },
      ];
      const done = spawnSync(shell, shell === 'busybox' ? ['sh', '-s'] : ['-s'], {
        input: target.wrap(fileKind.read(requests)),
        uid: nobody,
        gid: nobody,
      });
      return fileKind.parse(requests, done.stdout, new MemoryContentStore()).get(target.path(name));
    }

    for (const name of [
      'closed/file',
      'closed/nothing',
      'closed/no/way',
      'way in/file',
      'way in/no/way',
      'secret',
    ]) {
      it(`fails for ${name}`, () => {
        assert.throws(() => read(name), {
          code: 'READ_FAILED',
          message: new RegExp(`${target.path(name)} cannot be read`),
        });
      });
    }

    it('fails for a tree with something closed in it', () => {
      mkdirSync(target.path('open/inner/closed'), { mode: 0o700 });
      assert.throws(() => read('open', 'tree'), { code: 'READ_FAILED' });
    });

    it('fails for a tree with a closed file in it', () => {
      writeFileSync(target.path('open/inner/secret'), 'x', { mode: 0o600 });
      assert.throws(() => read('open', 'tree'), { code: 'READ_FAILED' });
    });

    it('reads what may be read', () => {
      assert.equal(read('link to closed')?.type, 'link');
      assert.equal(read('closed')?.type, 'directory');
      assert.equal(read('open/none')?.type, 'absent');
      assert.equal(read('open', 'tree')?.type, 'directory');
    });
  });
}
