/** What GRUB finds on a disk that has just lost its power: its own file system driver reads the image of a mounted ext4. */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootEntryLibrary } from '../../../src/resources/boot-entry/library.js';
import { sh } from '../../../src/shell/shell.js';

/** What GRUB finds after a rename, and after it was named. */
function looked(): string {
  const dir = mkdtempSync(join(tmpdir(), 'rtprov-disk-'));
  // In a mount namespace of its own, where the file system is /boot.
  const script = sh`set -eu
cd ${dir}
rtp_state=$PWD/state; mkdir state boot
truncate -s 32M disk; mkfs.ext4 -q disk; mount -o loop,commit=300 disk boot; mkdir boot/grub
grub-editenv boot/grub/grubenv create
echo old >boot/grub/custom.cfg
sync
mount --bind boot /boot
look() { grub-fstest "$PWD/disk" cat "(loop0)/grub/$1" | grep -v '^#*$'; }
echo new >/boot/grub/.new; sync /boot/grub/.new; mv /boot/grub/.new /boot/grub/custom.cfg; sync /boot/grub
echo "renamed: $(look custom.cfg)"
rtp_boot_entry_write saved_entry rtprov-known-good ''
echo "named: $(look custom.cfg), $(look grubenv | grep -v '^#')"
`;
  try {
    const done = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-s'], {
      input: `${bootEntryLibrary.text}\n${script.text}`,
      encoding: 'utf8',
    });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('a boot entry on a journalling file system', () => {
  it('is named only once GRUB finds what it names, without a look at the journal', () => {
    let found = looked();
    // The kernel or another process may write all of the disk out at any moment: then the rename shows nothing.
    for (let again = 0; again < 4 && found.startsWith('renamed: new'); again += 1) found = looked();
    assert.equal(found, 'renamed: old\nnamed: new, saved_entry=rtprov-known-good\n');
  });
});
