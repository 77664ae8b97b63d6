import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { grubDefaultsPath, renderGrubDefaults } from '../../../src/rt/boot/grub-defaults.js';
import { withHook, withoutHook } from '../../../src/rt/boot/grub-hook.js';
import { owner } from '../owners.js';

const sles = `# If you change this file, run 'grub2-mkconfig -o /boot/grub2/grub.cfg' afterwards to update
GRUB_DISTRIBUTOR=
GRUB_DEFAULT=saved
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent resume=/dev/vda3 quiet mitigations=auto"
GRUB_CMDLINE_LINUX=""
`;

describe("the block that has /etc/default/grub read rtprov's file", () => {
  it('is at the end, once', () => {
    const text = withHook(sles);
    assert.ok(text.startsWith(sles));
    assert.ok(text.slice(sles.length).includes('\n  . /etc/default/grub.d/zz-rtprov.cfg\n'));
    assert.equal(withHook(text), text);
    assert.equal(withoutHook(text), sles);
  });

  it('leaves what came after it', () => {
    assert.equal(withoutHook(`${withHook(sles)}A=1\n`), `${sles}A=1\n`);
    assert.equal(withoutHook(`${withHook('A=0')}A=1\n`), 'A=0\nA=1\n');
    assert.equal(withoutHook(`${withHook(undefined)}A=1\n`), 'A=1\n');
  });

  it('comes to the end again where others have put something after it', () => {
    const text = withHook(`${withHook(sles)}GRUB_CMDLINE_LINUX_DEFAULT=x\n`);
    assert.equal(text, withHook(`${sles}GRUB_CMDLINE_LINUX_DEFAULT=x\n`));
    assert.equal(withoutHook(withHook(`${withHook(undefined)}A=1\n`)), 'A=1\n');
  });

  it('makes a file that was not there, and removes it again', () => {
    assert.equal(withoutHook(withHook(undefined)), undefined);
    assert.equal(withoutHook(withHook('')), '');
  });

  for (const shell of [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']]) {
    it(`has the arguments read after all others: ${shell.join(' ')}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'rtprov-hook-'));
      try {
        const ours = join(root, 'zz-rtprov.cfg');
        const defaults = { owners: [owner('a', 'nohz_full=2-7', 'quiet')], saved: true };
        writeFileSync(ours, renderGrubDefaults(defaults, []));
        writeFileSync(join(root, 'grub'), withHook(sles).replaceAll(grubDefaultsPath, ours));
        const read = `set -e\n. ${root}/grub\nprintf '%s\\n' "$GRUB_CMDLINE_LINUX_DEFAULT"\n`;
        const [program = '', ...args] = shell;
        const run = (): string =>
          spawnSync(program, [...args, '-s'], { input: read, encoding: 'utf8' }).stdout;
        assert.equal(run(), 'splash=silent resume=/dev/vda3 mitigations=auto nohz_full=2-7\n');
        rmSync(ours);
        assert.equal(run(), 'splash=silent resume=/dev/vda3 quiet mitigations=auto\n');
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }

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
