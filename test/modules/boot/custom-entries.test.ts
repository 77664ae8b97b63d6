import assert from 'node:assert/strict';
import { withEntries } from '../../../src/modules/boot/custom-entries.js';

describe("rtprov's part of custom.cfg", () => {
  const a = "menuentry 'a' { true }\n";
  const b = "menuentry 'b' { true }\n";

  for (const others of ['', "menuentry 'Mine' { true }\n"]) {
    it(`comes and goes and leaves the rest: ${JSON.stringify(others)}`, () => {
      const one = withEntries(others, [a]);
      assert.ok(one.startsWith(others) && one.includes(a));
      assert.equal(withEntries(one, [a]), one);
      assert.equal(withEntries(withEntries(one, [a, b]), [a]), one);
      assert.equal(withEntries(one, []), others);
    });
  }

  it('moves after what somebody wrote after it', () => {
    const text = `${withEntries('', [a])}later\n`;
    assert.equal(withEntries(text, [b]).indexOf('later'), 0);
  });

  it('begins on a line of its own', () => {
    assert.match(withEntries('no end', [a]), /^no end\n# BEGIN rtprov/);
  });
});
