/** Somebody puts a fifo in the place of a file right behind the look at it: no reader waits for its writer for ever. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file-state.js';
import { sh } from '../../../src/shell/shell.js';
import { change, strangerId, Target } from './run-shell.js';

for (const shell of ['dash', 'applets'] as const) {
  describe(`a fifo in the place of a file (${shell})`, () => {
    let target: Target;
    beforeEach(() => (target = new Target(shell, true)));
    afterEach(() => target.remove());

    it('ends whatever reads, checks, keeps or digests it', function () {
      this.timeout(60_000);
      mkdirSync(target.path('tree'));
      const names = ['f', 'tree/f', 'a\\b'].map((name) => target.path(name));
      for (const name of names) execFileSync('mkfifo', [name]);
      const owner = String(strangerId);
      const from: FileState = {
        type: 'file',
        sha256: target.upload('x'),
        size: 1,
        mode: '0644',
        owner,
        group: owner,
      };
      const [f = '', , odd = ''] = names;
      // All at once: each of them waits as long as it may.
      const done = target.run(
        sh`rtp_f_patience=1
(
rtp_file_probe() { rtp_f_at=f; }
rtp_file_line() { rtp_f_more= rtp_f_line=x; }
(${fileKind.read([{ kind: 'file', name: f, depth: 'content' }])}; echo read) &
(rtp_file_check - ${f} x; echo check) &
wait
)
(
rtp_file_find() { printf '%s\0' ./f; }
(rtp_file_digest ${target.path('tree')}; echo tree) &
rtp_f_at=h
(printf '1:644:8000:0:0:a:b\n' | rtp_file_line - ${odd} 3<&0; echo odd) &
(${fileKind.save([change(f, from, { type: 'absent' })])}; echo save) &
wait
)`,
        false,
      );
      for (const what of ['check', 'read', 'tree', 'odd', 'save'])
        assert.match(done.stdout.toString(), new RegExp(`^${what}$`, 'm'), `${what}: ${done.stderr}`);
      assert.match(done.stderr, /somebody just now|Terminated/);
      assert.match(done.stderr, /a\\\\b: cannot be read/);
    });
  });
}
