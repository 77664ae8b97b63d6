/** Where shell text for targets puts what it needs for a moment (docs/adr/0010). */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const src = join(import.meta.dirname, '../../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

describe('shell: temporary files', () => {
  it('have a random name in a folder where nobody can exchange them, and TMPDIR is not asked', () => {
    const found = files.flatMap((name) =>
      readFileSync(join(src, name), 'utf8')
        .split('\n')
        .filter((line) => /\bmktemp\b|\$\{?TMPDIR/.test(line) && !/^\s*(?:\*|\/\/)/.test(line))
        .map((line) => [name, line.trim()] as const),
    );
    assert.ok(found.length > 3, 'the pattern finds nothing any more');
    for (const [name, line] of found)
      assert.match(line, /\$\(mktemp (?:-d )?\/(?:var\/)?tmp\/rtprov-[a-z]+\.X{10}\)/, `${name}: ${line}`);
  });
});
