/** Somebody puts a fifo in the place of a file right after the look at it: no reader waits for its writer for ever. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileKind } from '../../../src/resources/file/kind.js';
import { sh } from '../../../src/shell/shell.js';
import { absent, change, onEachShell, stranger } from './run-shell.js';

onEachShell(
  'a fifo in the place of a file',
  (target) => {
    it('ends whatever reads, checks, keeps or digests it', function () {
      this.timeout(240_000);
      mkdirSync(target().path('tree'));
      const names = ['f', 'tree/f', 'a\\b'].map((name) => target().path(name));
      for (const name of names) execFileSync('mkfifo', [name]);
      const from = target().regular('x', stranger);
      const [f = '', , odd = ''] = names;
      // All at once: each of them waits as long as it may.
      const done = target().run(
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
(rtp_file_digest ${target().path('tree')}; echo tree) &
rtp_f_at=h
(printf '1:644:8000:0:0:a:b\n' | rtp_file_line - ${odd} 3<&0; echo odd) &
(${fileKind.save([change(f, from, absent)])}; echo save) &
wait
)`,
        false,
      );
      for (const what of ['check', 'read', 'tree', 'odd', 'save'])
        assert.match(done.stdout.toString(), new RegExp(`^${what}$`, 'm'), `${what}: ${done.stderr}`);
      assert.match(done.stderr, /somebody just now|Terminated/);
      assert.match(done.stderr, /a\\\\b: cannot be read/);
    });
  },
  { shells: ['dash', 'applets'], foreign: true },
);
