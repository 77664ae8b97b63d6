import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withHook, withoutHook } from '../../src/rt/grub-hook.js';

const sles = `# If you change this file, run 'grub2-mkconfig -o /boot/grub2/grub.cfg' afterwards to update
GRUB_DISTRIBUTOR=
GRUB_DEFAULT=saved
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent resume=/dev/vda3 quiet mitigations=auto"
GRUB_CMDLINE_LINUX=""
`;

describe("the block that has /etc/default/grub read rtprov's file", () => {
  it('stands at the end, once', () => {
    const text = withHook(sles);
    assert.ok(text.startsWith(sles));
    assert.ok(text.slice(sles.length).includes('\n  . /etc/default/grub.d/zz-rtprov.cfg\n'));
    assert.equal(withHook(text), text);
    assert.equal(withoutHook(text), sles);
  });

  it('leaves what came behind it', () => {
    assert.equal(withoutHook(`${withHook(sles)}A=1\n`), `${sles}A=1\n`);
    assert.equal(withoutHook(`${withHook('A=0')}A=1\n`), 'A=0\nA=1\n');
    assert.equal(withoutHook(`${withHook(undefined)}A=1\n`), 'A=1\n');
  });

  it('makes a file that was not there, and takes it away again', () => {
    assert.equal(withoutHook(withHook(undefined)), undefined);
    assert.equal(withoutHook(withHook('')), '');
  });

  it('is taken out to the very bytes', () => {
    const piece = fc.constantFrom('A=1', '\n', '# x', ' ', '# END rtprov', '"', '\\', '\r\n', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const text = pieces.join('');
        assert.equal(withoutHook(withHook(text)), text);
        assert.equal(withHook(withHook(text)), withHook(text));
        assert.equal(withoutHook(text), text);
      }),
    );
  });
});
