import assert from 'node:assert/strict';
import {
  ancestorsAndSelf,
  baseName,
  joinPath,
  linkDestination,
  parentOf,
  targetPath,
} from '../../../src/modules/files/target-path.js';

describe('paths of the target', () => {
  const home = { home: '/home/x' };
  for (const [text, wanted] of [
    ['/a/b', '/a/b'],
    ['/a//b/./c/', '/a/b/c'],
    ['/', '/'],
    ['//', '/'],
    ['a', '/home/x/a'],
    ['./a', '/home/x/a'],
    ['~', '/home/x'],
    ['~/a', '/home/x/a'],
    ['~root/a', '/home/x/~root/a'],
    ['$HOME/a', '/home/x/a'],
    ['${HOME}', '/home/x'],
    ['$HOMER/a', '/home/x/$HOMER/a'],
    ['/a/../b', '/a/../b'],
  ] as const) {
    it(`takes ${text} for ${wanted}`, () => {
      assert.equal(targetPath(text, home), wanted);
    });
  }

  it('are cut and joined', () => {
    assert.equal(parentOf('/a/b'), '/a');
    assert.equal(parentOf('/a'), '/');
    assert.equal(parentOf('/'), '/');
    assert.equal(baseName('/a/b/'), 'b');
    assert.equal(baseName('b'), 'b');
    assert.equal(joinPath('/', 'a'), '/a');
    assert.deepEqual(ancestorsAndSelf('/a/b'), ['/a', '/a/b']);
    assert.deepEqual(ancestorsAndSelf('/'), []);
  });

  it('are found through links', () => {
    assert.equal(linkDestination('/a/l', 'f'), '/a/f');
    assert.equal(linkDestination('/a/l', '../f'), '/f');
    assert.equal(linkDestination('/a/l', '/x/./y'), '/x/y');
    assert.equal(linkDestination('/l', '../../f'), '/f');
  });
});
