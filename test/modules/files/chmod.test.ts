/** Against the chmod(1) of this machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { applySymbolicMode } from '../../../src/modules/files/symbolic-mode.js';
import { symbolicMode } from './symbolic-mode.js';

describe('symbolic modes against chmod', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-mode-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes what chmod makes', () => {
    const file = join(folder, 'file');
    const directory = join(folder, 'directory');
    writeFileSync(file, '');
    mkdirSync(directory);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0o7777 }),
        symbolicMode,
        fc.boolean(),
        fc.constantFrom(0, 0o002, 0o022, 0o027, 0o077, 0o177),
        (present, text, isDirectory, umask) => {
          const path = isDirectory ? directory : file;
          chmodSync(path, present);
          try {
            execFileSync(
              'sh',
              ['-c', 'umask "$1"; chmod -- "$2" "$3"', 'sh', umask.toString(8), text, path],
              {
                stdio: 'ignore',
              },
            );
          } catch {
            // chmod also fails when the umask keeps it from doing what the text says; the mode counts.
          }
          const real = statSync(path).mode & 0o7777;
          assert.equal(applySymbolicMode(present, text, isDirectory, umask).toString(8), real.toString(8));
        },
      ),
      { numRuns: 100 },
    );
  });
});
