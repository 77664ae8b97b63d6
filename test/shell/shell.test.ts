import assert from 'node:assert/strict';
import { library, lines, quote, raw, sh, withheld } from '../../src/shell/shell.js';

describe('shell text', () => {
  it('leaves plain words alone', () => {
    for (const word of ['a', '/etc/motd', 'user@host', 'a-b', '+x', '100%', 'a:b,c', '0644x', '.', '..'])
      assert.equal(quote(word), word);
  });

  it('quotes what a shell could take for something else', () => {
    assert.equal(quote(''), "''");
    assert.equal(quote('-rf'), "'-rf'");
    assert.equal(quote('A=b'), "'A=b'");
    assert.equal(quote('=ls'), "'=ls'");
    assert.equal(quote('~'), "'~'");
    assert.equal(quote('2'), "'2'");
    assert.equal(quote('done'), "'done'");
    assert.equal(quote("it's"), "'it'\\''s'");
    assert.equal(quote('two\nlines'), "'two\nlines'");
  });

  it('refuses NUL', () => {
    assert.throws(() => quote('a\0b'), RangeError);
  });

  it('quotes inserted values, and lists as words', () => {
    assert.equal(sh`rm -f -- ${['a b', 'c']} ${7} ${raw('"$x"')}`.text, `rm -f -- 'a b' c 7 "$x"`);
    assert.equal(sh`f ${[]}`.text, 'f ');
  });

  it('keeps backslashes of the template as they are', () => {
    assert.equal(sh`printf '%s\n' ${'x'}`.text, "printf '%s\\n' x");
  });

  it("has a way to write the shell's own braces", () => {
    assert.equal(sh`echo $\{x%.*} ${'a b'}`.text, "echo ${x%.*} 'a b'");
  });

  it('joins lines', () => {
    assert.equal(lines([raw('a'), raw('b')]).text, 'a\nb');
  });

  it('joins libraries that are built on the same pieces, each of them once', () => {
    const keep = raw('keep() { :; }');
    const boot = library([keep, raw('boot() { keep; }')]);
    const all = library([boot, library([keep, boot, raw('packages() { boot; }')])]);
    assert.equal(all.text, 'keep() { :; }\nboot() { keep; }\npackages() { boot; }');
  });

  it('keeps what is withheld wherever it is put, and masks all else for people', () => {
    const content = withheld('content', raw('é secret'));
    const inner = lines([raw('first'), sh`put ${content} ${'b c'}`]);
    const script = sh`begin ${[inner, content]} end`;
    assert.equal(script.text, "begin first\nput é secret 'b c' é secret end");
    const note = '(content: 9 bytes)';
    assert.equal(
      script.shown((text) => text.toUpperCase()),
      `BEGIN FIRST\nPUT ${note} 'B C' ${note} END`,
    );
    assert.equal(
      raw('echo a').shown((text) => `<${text}>`),
      '<echo a>',
    );
  });
});
