import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFault } from '../../src/diagnostics/file-fault.js';
import { readTextFile } from '../../src/yaml/text-file.js';

describe('diagnostics/file-fault', () => {
  it('says in a sentence why a file cannot be read, with the code of the system', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rtprov-fault-'));
    try {
      writeFileSync(join(folder, 'file'), '');
      symlinkSync('loop', join(folder, 'loop'));
      for (const [name, code, message] of [
        ['none', 'ENOENT', 'PATH does not exist'],
        ['file/x', 'ENOTDIR', 'PATH cannot be there: a part of this path is not a folder'],
        ['loop', 'ELOOP', 'PATH goes through too many symbolic links'],
        ['x'.repeat(300), 'ENAMETOOLONG', 'the name PATH is too long'],
        ['.', 'EISDIR', 'PATH is a folder and not a regular file'],
      ] as const) {
        const path = join(folder, name);
        assert.throws(() => readTextFile(path), { code, message: message.replace('PATH', path) });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps what it does not know', () => {
    assert.equal(
      fileFault(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), 'p'),
      'EIO: i/o error',
    );
    assert.equal(fileFault('odd', 'p'), 'odd');
  });
});
