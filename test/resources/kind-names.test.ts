import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../../src/resources/registry.js';

const names = [...kinds.keys()].join('|');
/** A kind's name as a text of its own, or as the beginning of a key. */
const named = new RegExp(String.raw`(['\x60])(?:${names})(?:\1|:)`);
/** The same words with another meaning: the type of a file's state or of a source on the controller, a key of a trial's record. */
const other = [/\btype(?:: | === | !== )'file'/g, /record\['boot'\]/g, /^import .* from '.*';$/g];

function uses(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const path = join(folder, file);
      return readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, at) => {
          const code = other.reduce((text, allowed) => text.replaceAll(allowed, ''), line);
          return /^\s*(?:\*|\/[/*])/.test(code) || !named.test(code)
            ? []
            : [`${path}:${at + 1}: ${line.trim()}`];
        });
    });
}

describe('names of resource kinds', () => {
  for (const folder of ['src/engine', 'src/journal'])
    it(`are not written in ${folder}: what it needs to know is a property of the kind (src/resources/resource.ts)`, () => {
      assert.deepEqual(uses(folder), []);
    });

  it('are found where they are written', () => {
    assert.notDeepEqual(uses('src/resources/file'), []);
  });
});
