import { strict as assert } from 'node:assert';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleKind, moduleName } from '../../../src/resources/kernel-module/kind.js';
import { raw } from '../../../src/shell/shell.js';
import { KindTarget, onThisMachine, shells } from '../kind-shell.js';

describe('the module kind', () => {
  it('writes names as the kernel does', () => {
    assert.equal(moduleName('kvm-amd'), 'kvm_amd');
    for (const name of ['', '../x', 'a b', '-r', 'a.ko'])
      assert.throws(() => moduleName(name), { code: 'BAD_NAME' });
  });

  it('counts what is built in as loaded', () => {
    const state = { loaded: false, builtin: true, available: true };
    assert.equal(moduleKind.canon('ext4', state), 'loaded=true builtin=true');
  });

  for (const shell of shells) {
    it(`reads a machine's lists in ${shell}`, async () => {
      // A pretended /proc/modules and /lib/modules: the library's own paths, led elsewhere.
      const base = mkdtempSync(join(tmpdir(), 'rtprov-modules-'));
      try {
        mkdirSync(join(base, 'lib'));
        writeFileSync(join(base, 'modules'), 'kvm 1048576 1 kvm_amd, Live 0x0\nkvm_amd 9999 0 - Live 0x0\n');
        writeFileSync(
          join(base, 'lib/modules.builtin'),
          'kernel/fs/ext4/ext4.ko\nkernel/drivers/char/hw-random.ko\n',
        );
        writeFileSync(
          join(base, 'lib/modules.dep'),
          'kernel/arch/x86/kvm/kvm-amd.ko.xz: kernel/arch/x86/kvm/kvm.ko.xz\nkernel/drivers/loop.ko:\n',
        );
        const target = new KindTarget(moduleKind, onThisMachine, shell, '/tmp/rtprov-none');
        const text = target
          .text(raw('rtp_module_read kvm_amd kvm ext4 hw_random loop nothing'))
          .replaceAll('dir=/lib/modules/$release', `dir=${base}/lib`)
          .replaceAll('/proc/modules', `${base}/modules`)
          .replaceAll('able=false\n', 'able=true\n');
        const done = await onThisMachine(text, shell);
        assert.equal(done.stderr, '');
        assert.deepEqual(done.stdout.toString().trim().split('\n'), [
          'loaded=true builtin=false available=true',
          'loaded=true builtin=false available=true',
          'loaded=true builtin=true available=true',
          'loaded=true builtin=true available=true',
          'loaded=false builtin=false available=true',
          'loaded=false builtin=false available=false',
        ]);
      } finally {
        rmSync(base, { recursive: true });
      }
    });

    it(`reads and shows this machine's modules in ${shell}`, async () => {
      const target = new KindTarget(moduleKind, onThisMachine, shell, '/tmp/rtprov-none');
      const states = await target.read('ext4', 'no_such_module');
      assert.equal(states.get('no_such_module')?.available, false);
    });
  }
});
