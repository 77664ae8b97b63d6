/** Recorded outputs: compared with the files in `golden/`, which `UPDATE_GOLDEN=1` writes again. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('golden/', import.meta.url));

export function assertGolden(name: string, text: string): void {
  const path = `${folder}${name}.txt`;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  }
  assert.equal(text, readFileSync(path, 'utf8'), `test/report/golden/${name}.txt`);
}
