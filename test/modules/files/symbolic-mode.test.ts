import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applySymbolicMode, isSymbolicMode } from '../../../src/modules/files/symbolic-mode.js';
import { symbolicMode } from './symbolic-mode.js';

describe('symbolic modes', () => {
  const cases: readonly (readonly [present: number, text: string, directory: boolean, wanted: number])[] = [
    [0o644, 'u+x', false, 0o744],
    [0o644, 'a+X', false, 0o644],
    [0o744, 'a+X', false, 0o755],
    [0o600, 'a+X', true, 0o711],
    [0o777, 'go-w,o=', false, 0o750],
    [0o640, 'o=g', false, 0o644],
    [0o644, '+w', false, 0o644],
    [0o600, '=r', false, 0o444],
    [0o2755, 'g=rx', true, 0o2755],
    [0o2755, 'g=rx', false, 0o755],
    [0o755, 'u+s,g+s,+t', true, 0o7755],
    [0o755, 'u=rwx,g=u-w', false, 0o755],
    [0o4755, 'u-s', true, 0o755],
  ];
  for (const [present, text, directory, wanted] of cases) {
    it(`makes ${wanted.toString(8)} of ${present.toString(8)} with ${text}${directory ? ' on a directory' : ''}`, () => {
      assert.equal(applySymbolicMode(present, text, directory, 0o022).toString(8), wanted.toString(8));
    });
  }

  it('knows them from other text', () => {
    for (const text of ['u=rw', '+x', 'a-rwx,u+r', 'g=u', 'o=', 'u=rw,g+r-w'])
      assert.ok(isSymbolicMode(text), text);
    for (const text of ['', '0644', 'rw', 'u', 'u=rw,', 'u=z', 'x+r', 'u=rw g=r', 'u=gr']) {
      assert.ok(!isSymbolicMode(text), text);
    }
  });

  it('without letters that depend on the present mode, doing it twice changes nothing more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0o7777 }),
        symbolicMode,
        fc.boolean(),
        (present, text, directory) => {
          fc.pre(!/[X]|[-+=][ugo]/.test(text));
          const once = applySymbolicMode(present, text, directory, 0o022);
          assert.equal(applySymbolicMode(once, text, directory, 0o022), once);
        },
      ),
    );
  });
});
