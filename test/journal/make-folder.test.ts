/** Folders with their parents. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../src/journal/make-folder.js';

describe('journal: folders with their parents', () => {
  let top: string;
  beforeEach(() => (top = mkdtempSync(join(tmpdir(), 'rtprov-folder-'))));
  afterEach(() => rmSync(top, { recursive: true }));

  it('are made with the mode that is asked for, the missing ones above too', async () => {
    await makeFolder(join(top, 'a', 'b'), 0o700);
    for (const name of ['a', 'a/b']) assert.equal(statSync(join(top, name)).mode & 0o7777, 0o700);
  });

  it('are made by many at the same time, below the same missing ones', async () => {
    for (let round = 0; round < 40; round += 1) {
      const below = join(top, String(round), 'x', 'y');
      const wanted = Array.from({ length: 8 }, (_, at) => join(below, String(at % 4)));
      await Promise.all(wanted.map((folder) => makeFolder(folder, 0o700)));
      for (const folder of wanted) assert.ok(statSync(folder).isDirectory());
    }
  });

  it('stay as they are where they exist already, also when the path is a link', async () => {
    symlinkSync(top, join(top, 'link'));
    await makeFolder(join(top, 'link'));
    await makeFolder(top);
  });

  it('are refused where a file is in the way, and where the system makes none', async () => {
    writeFileSync(join(top, 'file'), '');
    await assert.rejects(makeFolder(join(top, 'file')), { code: 'EEXIST' });
    await assert.rejects(makeFolder(join(top, 'file', 'below')), { code: 'ENOTDIR' });
    await assert.rejects(makeFolder('/proc/rtprov-none/below'), { code: 'ENOENT' });
  });
});
