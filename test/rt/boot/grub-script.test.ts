import assert from 'node:assert/strict';
import fc from 'fast-check';
import { grubStatements, type Statement } from '../../../src/rt/boot/grub-script.js';
import { grubWord, grubWords, unwritable, wordArg } from '../../../src/rt/boot/grub-text.js';
import { kernelArg, parseKernelLine, sameArg } from '../../../src/rt/args/kernel-args.js';
import { fixture, menus } from '../fixtures.js';
import { grubTool } from '../grub-tools.js';

type Shape = string | readonly [string, readonly Shape[]];
function shapes(statements: readonly Statement[]): readonly Shape[] {
  return statements.map(({ words, body }) => {
    const said = words.map((word) => word.said).join(' ');
    return body === undefined ? said : [said, shapes(body)];
  });
}

describe('GRUB scripts', () => {
  for (const [text, wanted] of [
    ['set a=1; set b="x y"\n# no\nset c=\'{\'', ['set a=1', 'set b=x y', 'set c={']],
    ['menuentry "a" { linux /a b=c }\nboot', [['menuentry a', ['linux /a b=c']], 'boot']],
    ['if [ x"${y}" = xz ]; then echo 1; else echo 2; fi', ['[ x${y} = xz ]', 'echo 1', 'echo 2', 'fi']],
    ['submenu a {\nmenuentry b {\n}\n}\nx', [['submenu a', [['menuentry b', []]]], 'x']],
    ['a \\\n  b#c', ['a b#c']],
    ["echo 'it'\\''s'", ["echo it's"]],
    ['}\na', ['a']],
    ['menuentry x { a', [['menuentry x', ['a']]]],
  ] as readonly (readonly [string, readonly Shape[]])[]) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(shapes(grubStatements(text).statements), wanted);
    });
  }

  it('never throws, and keeps to the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab \n;{}$"\'\\#|')) }), (text) => {
        for (const { from, to } of grubStatements(text).statements) {
          assert.ok(0 <= from && from <= to && to <= text.length);
        }
      }),
    );
  });

  for (const name of menus) {
    it(`accepts what grub-script-check accepts: ${name}`, () => {
      grubTool('grub-script-check', [], fixture(name));
      assert.ok(grubStatements(fixture(name)).statements.length > 10);
    });
  }
});

describe('kernel arguments in GRUB', () => {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const value = fc.option(fc.string({ unit: fc.constantFrom(...printable), maxLength: 12 }), {
    nil: undefined,
  });

  it('come through its shell as they were meant', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z_.-]{0,6}$/), value, (name, text) => {
        const arg = kernelArg(name, text);
        fc.pre(unwritable(arg) === undefined);
        const words = grubWords(`x ${grubWord(arg)} y`);
        assert.equal(words.length, 3);
        const [, word] = words;
        assert.ok(word && !word.variable && sameArg(wordArg(word), arg));
        // GRUB puts double quotes around a word with blanks: the kernel then reads the same argument.
        const [read] = parseKernelLine(wordArg(word).text).args;
        assert.ok(read && sameArg(read, arg));
      }),
    );
  });

  it('are no other commands to it', () => {
    const values = printable.filter((char) => unwritable(kernelArg('a', char)) === undefined);
    assert.deepEqual(
      printable.filter((char) => !values.includes(char)),
      ['"', "'", '\\', '`'],
    );
    const words = values.map((char) => grubWord(kernelArg('a', `${char}b`)));
    grubTool('grub-script-check', [], `menuentry x {\n\tlinux /vmlinuz ${words.join(' ')}\n}\n`);
  });
});
