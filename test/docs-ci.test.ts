/** docs/development/ci.md lists by name all that only RTPROV_THOROUGH=1 tries, and nothing else. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const setting = 'RTPROV_THOROUGH';

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !['docs-ci.test.ts', 'support/thorough.ts'].includes(file))
  .map((file) => ({ file, text: readFileSync(join(import.meta.dirname, file), 'utf8') }));

const found = (pattern: RegExp): readonly string[] =>
  sources.flatMap(({ text }) => [...text.matchAll(pattern)].map(([whole, name]) => name ?? whole));

/** The names in the calls of test/support/thorough.ts. */
const named = found(/\bthorough\('([^']+)'\)/g);

/** The names of the list below the page's heading "Only with RTPROV_THOROUGH=1". */
function listed(): readonly string[] {
  const page = readFileSync(join(root, 'docs/development/ci.md'), 'utf8');
  const [, section = ''] =
    new RegExp(`^## Only with \`${setting}=1\`$([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(page) ?? [];
  return [...section.matchAll(/^\| \*\*(.+?)\*\* +\|/gm)].map(([, name = '']) => name);
}

describe('docs/development/ci.md', () => {
  it(`names what only ${setting}=1 tries, both ways`, () => {
    assert.ok(named.length > 3, `${named.length} names`);
    assert.deepEqual([...listed()].sort(), [...named].sort());
  });

  it('can do so: every use has a name of its own, and nothing else asks for the setting', () => {
    assert.equal(found(/\bthorough\(/g).length, named.length, 'a name that is not a text');
    assert.equal(new Set(named).size, named.length);
    assert.deepEqual(found(new RegExp(`env(?:\\.|\\[')${setting}`, 'g')), []);
  });
});
