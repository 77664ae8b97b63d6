import { strict as assert } from 'node:assert';
import { bootKind } from '../../../src/resources/boot/kind.js';
import { Lab } from '../../lab/lab.js';
import { inHost, KindTarget, shells } from '../kind-shell.js';

describe('how a container host was booted', () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.up({ hosts: 1 });
  });
  after(async () => lab.down());

  for (const shell of shells) {
    it(`is read in ${shell}, with what GRUB's defaults say`, async () => {
      const [host] = lab.hosts;
      assert.ok(host !== undefined);
      const done = await host.inside(
        ['sh', '-s'],
        `mkdir -p /etc/default/grub.d /var/lib/rtprov/boot
echo noise; printf 'GRUB_CMDLINE_LINUX="console=tty0"\\necho noise\\nGRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT nosmt"\\n' >/etc/default/grub.d/10-test.cfg
echo 'GRUB_CMDLINE_LINUX=ours' >/etc/default/grub.d/zz-rtprov.cfg
printf 'run=r1\\nstate=confirmed\\n' >/var/lib/rtprov/boot/trial`,
      );
      assert.equal(done.code, 0, done.stderr);
      const state = await new KindTarget(bootKind, inHost(host), shell).readOne('running');
      assert.equal(state.grubFileSystem, 'ext2');
      assert.deepEqual(state.grubAbstractions, []);
      assert.equal(state.osVersion, '12');
      assert.equal(state.grubLines.linux, 'console=tty0');
      assert.match(state.grubLines.linuxDefault, /nosmt$/);
      assert.deepEqual(state.trial, { run: 'r1', state: 'confirmed' });
    });
  }
});
