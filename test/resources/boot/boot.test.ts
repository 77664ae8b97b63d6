import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observed } from '../../../src/modules/boot/observe.js';
import { bootKind, parseBoot } from '../../../src/resources/boot/kind.js';
import { bootLibrary } from '../../../src/resources/boot/library.js';
import { withHook } from '../../../src/rt/boot/grub-hook.js';
import type { BootState } from '../../../src/resources/boot/state.js';
import { KindTarget, onThisMachine, shells } from '../kind-shell.js';

const output = `osversion 12
kernelpackage linux-image-rt-amd64 installed linux-image-6.1.0-40-rt-amd64 (= 6.1.153-1)
kernelpackage linux-image-6.1.0-40-rt-amd64 installed kmod, linux-base (>= 4.3~)
kernelpackage linux-image-5.10.0-1-amd64 config-files kmod
release 6.1.0-40-rt-amd64
version #1 SMP PREEMPT_RT Debian 6.1.153-1 (2025-09-20)
machine x86_64
flags fpu constant_tsc
hugepagesize 2048
bootfree 123456
grubfs ext2
grubabstraction lvm 
watchdogdevice yes
watchdogmodule i6300esb
trial run=r1
trial state=trial
trial reason=a = b
rcuothread 2
rcuothread 3
failed a.service
grublinux:console=ttyS0  quiet
grubdefault:
grubenv saved_entry=a-5.14.0
grubenv kernelopts=root=/dev/vda2 ro
efi yes
bls /boot/loader/entries/a-5.14.0.conf
blsline title A = b
blsline 
blsline linux /vmlinuz-5.14.0
bls /boot/loader/entries/a-5.15.0.conf
blsline linux /vmlinuz-5.15.0
dmesg [    0.0] Command line: x
::files
/proc/cmdline:BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro nohz_full=2-3
/proc/sys/kernel/random/boot_id:0c1e7b42
/proc/sys/kernel/nmi_watchdog:0
/sys/devices/system/cpu/possible:0-3
/sys/devices/system/cpu/vulnerabilities/meltdown:Mitigation: PTI
/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages:4
/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages:3
/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages:1
/sys/module/kvm_intel/parameters/ept:Y
`;

describe('the boot kind', () => {
  const state = parseBoot(output);

  it('reads what was printed', () => {
    assert.equal(state.release, '6.1.0-40-rt-amd64');
    assert.equal(state.osVersion, '12');
    assert.deepEqual(state.kernelPackages, [
      { name: 'linux-image-rt-amd64', depends: 'linux-image-6.1.0-40-rt-amd64 (= 6.1.153-1)' },
      { name: 'linux-image-6.1.0-40-rt-amd64', depends: 'kmod, linux-base (>= 4.3~)' },
    ]);
    assert.deepEqual(state.flags, ['fpu', 'constant_tsc']);
    assert.deepEqual([state.hugepageKb, state.bootFreeKb], [2048, 123456]);
    assert.deepEqual([state.grubFileSystem, state.grubAbstractions], ['ext2', ['lvm']]);
    assert.deepEqual([state.watchdogDevice, state.watchdogModules], [true, ['i6300esb']]);
    assert.deepEqual(state.trial, { run: 'r1', state: 'trial', reason: 'a = b' });
    assert.deepEqual(state.rcuOffloadThreads, [2, 3]);
    assert.deepEqual(state.failedUnits, ['a.service']);
    assert.deepEqual(state.grubLines, { linux: 'console=ttyS0  quiet', linuxDefault: '' });
    assert.deepEqual(state.blsEntries, [
      { id: 'a-5.14.0', text: 'title A = b\n\nlinux /vmlinuz-5.14.0\n' },
      { id: 'a-5.15.0', text: 'linux /vmlinuz-5.15.0\n' },
    ]);
    assert.deepEqual(state.grubVariables, { saved_entry: 'a-5.14.0', kernelopts: 'root=/dev/vda2 ro' });
    assert.equal(state.efi, true);
    assert.equal(state.cmdline, 'BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro nohz_full=2-3');
  });

  it('leaves out what a machine has not', () => {
    const bare = parseBoot(
      'release 6.1\nversion #1\nmachine x86_64\n::files\n/proc/cmdline:ro\n/proc/sys/kernel/random/boot_id:b\n',
    );
    for (const key of ['osVersion', 'grubFileSystem', 'dmesg', 'trial']) assert.ok(!(key in bare), key);
    assert.deepEqual([bare.watchdogDevice, bare.grubAbstractions, bare.flags], [false, [], []]);
    assert.deepEqual([bare.blsEntries, bare.grubVariables, bare.efi], [[], {}, false]);
  });

  it('refuses output that is none', () => {
    for (const text of ['', 'release 6.1\n', '::files\n', output.replace(/^release.*\n/m, '')])
      assert.throws(() => parseBoot(text), { code: 'READ_FAILED' });
  });

  it('distinguishes boots by their id, and is never written', () => {
    assert.equal(bootKind.canon('running', state), 'boot=0c1e7b42');
    const change = { id: { kind: 'boot', name: 'running' } as const, from: state, to: state };
    assert.throws(() => bootKind.write([change]), { code: 'BAD_STATE' });
  });

  it('is what arguments are judged by', () => {
    const seen = observed(state);
    assert.equal(seen.procCmdline, state.cmdline);
    assert.equal(seen.cpuPossible, '0-3');
    assert.equal(seen.cpuIsolated, null);
    assert.equal(seen.nmiWatchdog, '0');
    assert.deepEqual(seen.vulnerabilities, { meltdown: 'Mitigation: PTI' });
    assert.deepEqual(seen.nrHugepages, { 2048: 4 });
    assert.deepEqual(seen.nodeHugepages, { 2048: { 0: 3, 1: 1 } });
    assert.deepEqual(seen.moduleParameters, { 'kvm_intel.ept': 'Y' });
    assert.deepEqual(seen.rcuOffloadThreads, [2, 3]);
  });

  for (const shell of shells) {
    it(`reads entries and GRUB's defaults without rtprov's part in ${shell}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'rtprov-boot-'));
      try {
        const entries = join(root, 'entries');
        mkdirSync(entries);
        writeFileSync(join(entries, 'a-1.conf'), 'title A\n# c\n\nlinux /vmlinuz-1');
        writeFileSync(join(entries, 'b=2.conf'), 'linux /vmlinuz-2\n');
        writeFileSync(join(entries, 'other.txt'), 'linux /no\n');
        writeFileSync(join(root, 'ours.cfg'), 'GRUB_CMDLINE_LINUX=ours\n');
        const base = 'GRUB_CMDLINE_LINUX="a  $HOME_LIKE"\nGRUB_CMDLINE_LINUX_DEFAULT=quiet';
        const hooked = withHook(base).replaceAll('/etc/default/grub.d/zz-rtprov.cfg', join(root, 'ours.cfg'));
        writeFileSync(join(root, 'grub'), hooked);
        const library = bootLibrary.text
          .replaceAll('/boot/loader/entries', entries)
          .replaceAll('/etc/default/grub.d', join(root, 'none'))
          .replaceAll('/etc/default/grub', join(root, 'grub'));
        const [program = '', ...args] = shell.split(' ');
        const done = spawnSync(program, [...args, '-s'], {
          input: `set -eu\nrtp_state=${root}\n${library}\nrtp_boot_read\n`,
          encoding: 'utf8',
        });
        const read = parseBoot(done.stdout);
        assert.deepEqual(read.blsEntries, [
          { id: 'a-1', text: 'title A\n# c\n\nlinux /vmlinuz-1\n' },
          { id: 'b=2', text: 'linux /vmlinuz-2\n' },
        ]);
        assert.deepEqual(read.grubLines, { linux: 'a  ', linuxDefault: 'quiet' });
      } finally {
        rmSync(root, { recursive: true });
      }
    });

    it(`reports what files after ours make of GRUB's defaults in ${shell}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'rtprov-boot-'));
      try {
        const write = (name: string, text: string): void => {
          mkdirSync(join(root, name, '..'), { recursive: true });
          writeFileSync(join(root, name), text);
        };
        const look = (): BootState => {
          const library = bootLibrary.text
            .replaceAll('/etc/default/grub', join(root, 'grub'))
            .replaceAll('command -v grub-mkconfig || command -v grub2-mkconfig', ':');
          const [program = '', ...args] = shell.split(' ');
          const input = `set -eu\nrtp_state=${root}\n${library}\nrtp_boot_read\n`;
          return parseBoot(spawnSync(program, [...args, '-s'], { input, encoding: 'utf8' }).stdout);
        };
        write('grub', 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_DEFAULT=0\n');
        write('grub.d/50-cloud.cfg', 'GRUB_CMDLINE_LINUX="console=ttyS0"\n');
        write('grub.d/zz-rtprov.cfg', 'GRUB_CMDLINE_LINUX=ours\n');
        assert.ok(!('grubLate' in look()));
        write('grub.d/zz-speed.cfg', '# x\nGRUB_CMDLINE_LINUX_DEFAULT="quiet a=1"\n');
        write(
          'grub.d/zzy.cfg',
          'if true; then\n  export GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX b=2"\nfi\nGRUB_TIMEOUT=1\n',
        );
        write('grub.d/zzz-site.cfg', `. ${root}/other\n`);
        write('other', 'GRUB_DEFAULT=2\n');
        const state = look();
        assert.deepEqual(state.grubLines, { linux: 'console=ttyS0', linuxDefault: 'quiet' });
        assert.deepEqual(state.grubLate, {
          linux: 'rtprov-line b=2',
          linuxDefault: 'quiet a=1',
          entry: '2',
          setters: [
            { variable: 'GRUB_CMDLINE_LINUX_DEFAULT', file: `${root}/grub.d/zz-speed.cfg`, line: 2 },
            { variable: 'GRUB_CMDLINE_LINUX', file: `${root}/grub.d/zzy.cfg`, line: 2 },
            { variable: 'GRUB_DEFAULT', file: `${root}/grub.d/zzz-site.cfg` },
          ],
        });
      } finally {
        rmSync(root, { recursive: true });
      }
    });

    it(`reports in which of GRUB's defaults grub-mkconfig would stop in ${shell}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'rtprov-boot-'));
      try {
        mkdirSync(join(root, 'grub.d'));
        const [program = '', ...args] = shell.split(' ');
        const library = bootLibrary.text
          .replaceAll('/etc/default/grub', join(root, 'grub'))
          .replaceAll('command -v grub-mkconfig || command -v grub2-mkconfig', ':')
          // The shell that is tried stands for the machine's own.
          .replace(/(?<=[ (])sh (?=-(?:ec|n) )/g, `${shell} `);
        const look = (text: string): BootState => {
          writeFileSync(join(root, 'grub'), 'GRUB_CMDLINE_LINUX=a\n');
          writeFileSync(join(root, 'grub.d/50-site.cfg'), text);
          const input = `set -eu\nrtp_state=${root}\n${library}\nrtp_boot_read\n`;
          return parseBoot(spawnSync(program, [...args, '-s'], { input, encoding: 'utf8' }).stdout);
        };
        for (const text of [
          'A=1\nexit 0\n',
          'A=1\nA=$(false)\nA=2\n',
          '\n[ -f /none/such ] && A=1\n',
          '\nA="x\n',
        ]) {
          const { grubBroken } = look(text);
          assert.equal(grubBroken?.file, `${root}/grub.d/50-site.cfg`, text);
          assert.match(grubBroken.said, /(?:^|: |line )[23]: /, text);
        }
        const fine = look(
          'A=1\n[ -f /none/such ] && A=1\necho linux:evil\nGRUB_CMDLINE_LINUX=b\nreturn 0\nexit 1\n',
        );
        assert.ok(!('grubBroken' in fine));
        assert.deepEqual(fine.grubLines, { linux: 'b', linuxDefault: '' });
      } finally {
        rmSync(root, { recursive: true });
      }
    });

    it(`reports by what other boot loaders are known in ${shell}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'rtprov-boot-'));
      try {
        const write = (name: string, bytes: string | Buffer): void => {
          mkdirSync(join(root, name, '..'), { recursive: true });
          writeFileSync(join(root, name), bytes);
        };
        const variable = (name: string, ...parts: readonly (string | Buffer)[]): void => {
          const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf16le') : part));
          write(`sys/firmware/efi/efivars/${name}`, Buffer.concat([Buffer.from([7, 0, 0, 0]), ...bytes]));
        };
        const global = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
        write('boot/extlinux/extlinux.conf', 'x');
        write('etc/kernel/proxmox-boot-uuids', '');
        write('etc/sysconfig/bootloader', 'A=1\nLOADER_TYPE="grub2-bls"\n');
        write(
          'boot/efi/EFI/debian/grub.cfg',
          "search.fs_uuid x root\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n",
        );
        write('boot/efi/EFI/mine/grub.cfg', "if true; then\n  menuentry 'x' {\n true\n}\nfi\n");
        variable('LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f', 'systemd-boot 252.38\0');
        variable(`BootCurrent-${global}`, Buffer.from([0x1a, 0]));
        variable(
          `Boot001A-${global}`,
          Buffer.from([1, 0, 0, 0, 98, 0]),
          'debian\0',
          Buffer.from([4, 1, 42, 0]),
          '\\EFI\\debian\\shimx64.efi\0',
        );
        const library = bootLibrary.text.replace(
          /\/(?:boot|efi|etc|sys\/firmware)\/(?!default)/g,
          (path) => root + path,
        );
        const [program = '', ...args] = shell.split(' ');
        const input = `set -eu\nrtp_state=${root}\n${library}\nrtp_boot_read\n`;
        const { loader } = parseBoot(spawnSync(program, [...args, '-s'], { input, encoding: 'utf8' }).stdout);
        assert.deepEqual(loader, {
          files: [`${root}/boot/extlinux/extlinux.conf`],
          info: 'systemd-boot 252.38',
          efiProgram: '\\EFI\\debian\\shimx64.efi',
          loaderType: 'grub2-bls',
          espMenus: [
            { path: `${root}/boot/efi/EFI/mine/grub.cfg` },
            { path: `${root}/boot/efi/EFI/debian/grub.cfg`, prefix: '/boot/grub' },
          ],
        });
      } finally {
        rmSync(root, { recursive: true });
      }
    });

    it(`reads this machine in ${shell}`, async () => {
      const target = new KindTarget(bootKind, onThisMachine, shell, '/tmp/rtprov-none');
      const here = await target.readOne('running');
      assert.match(here.files['/sys/devices/system/cpu/possible'] ?? '', /^0/);
      assert.equal(here.machine, process.arch === 'x64' ? 'x86_64' : 'aarch64');
      assert.ok(here.bootFreeKb > 0);
    });
  }
});
