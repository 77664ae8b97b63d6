import assert from 'node:assert/strict';
import { removeArgs } from '../../../src/rt/args/arg-sets.js';
import { formatKernelLine, parseKernelLine, type KernelArg } from '../../../src/rt/args/kernel-args.js';
import { meaningOf, repeatedArgs } from '../../../src/rt/args/repeated-args.js';
import { singleArgs } from '../../../src/rt/args/single-args.js';
import { assertSets } from '../set-twice.js';

const read = (line: string): readonly KernelArg[] => parseKernelLine(line).args;
const text = (args: readonly KernelArg[]): string => formatKernelLine({ args });

describe('kernel arguments that repeat', () => {
  it('are distinguished from those of which the last counts', () => {
    const names = repeatedArgs.flatMap((entry) => entry.names);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.ok(!singleArgs.has(name), name);
    for (const { source } of repeatedArgs) assert.match(source, /\S+/);
    assert.equal(meaningOf('usbcore.dyndbg').type, 'each');
    assert.equal(meaningOf('nohz-full').type, 'last');
    assert.equal(meaningOf('my_module.ids').type, 'unknown');
  });

  // What is on the line, what is set, and what stays of the line.
  for (const [before, wanted, stays] of [
    [
      'rd.luks.name=a=data rd.luks.name=b=root root=/dev/r',
      'rd.luks.name=c=scratch',
      'rd.luks.name=a=data rd.luks.name=b=root root=/dev/r',
    ],
    ['rd.luks.name=a=data rd.luks.name=b=root', 'rd.luks.name=a=other', 'rd.luks.name=b=root'],
    ['rd.luks.options=b=discard', 'rd.luks.options=a=no-read-workqueue', 'rd.luks.options=b=discard'],
    [
      'rd.luks.uuid=a luks.uuid=b rd.luks.key=a=/k',
      'rd.luks.uuid=c rd.luks.key=b=/k',
      'rd.luks.uuid=a luks.uuid=b rd.luks.key=a=/k',
    ],
    ['rd.lvm.lv=a/root rd.md.uuid=1', 'rd.lvm.lv=a/swap rd.md.uuid=2', 'rd.lvm.lv=a/root rd.md.uuid=1'],
    [
      'intel_iommu=igfx_off iommu=soft tsc=nowatchdog',
      'intel_iommu=on iommu=pt tsc=reliable tsc=recalibrate',
      'intel_iommu=igfx_off iommu=soft tsc=nowatchdog',
    ],
    [
      'intel_iommu=off amd_iommu=fullflush',
      'intel_iommu=on amd_iommu=force_isolation',
      'amd_iommu=fullflush',
    ],
    ['iommu=nopt', 'iommu=pt', ''],
    ['crashkernel=256M crashkernel=72M,low', 'crashkernel=1G-4G:192M,4G-:256M', ''],
    ['crashkernel=auto', 'crashkernel=1G,high', ''],
    ['crashkernel=512M,high crashkernel=72M,low', 'crashkernel=1G,high', 'crashkernel=72M,low'],
    ['crashkernel=512M,high crashkernel=72M,low', 'crashkernel=128M,low', 'crashkernel=512M,high'],
    ['crashkernel=512M@64M', 'crashkernel=128M,low', 'crashkernel=512M@64M'],
    ['numa=off tsc=unstable', 'numa=on tsc=reliable', ''],
    ['hugepagesz=2048kB hugepages=3', 'hugepagesz=2M hugepages=5', ''],
    [
      'ifname=a0:52:54:00:00:00:01 nameserver=10.0.0.1',
      'ifname=a1:52:54:00:00:00:02 nameserver=10.0.0.2',
      'ifname=a0:52:54:00:00:00:01 nameserver=10.0.0.1',
    ],
    ['ifname=a0:52:54:00:00:00:01', 'ifname=a0:52:54:00:00:00:02', ''],
    ['console=tty0 console=ttyS0,9600', 'console=ttyS0,115200', 'console=tty0'],
    ['console=ttyS0', 'console=ttyS0,115200', ''],
    ['console=uart8250,io,0x3f8', 'console=uart8250,io,0x2f8', 'console=uart8250,io,0x3f8'],
    ['pci=nomsi memmap=1G!4G', 'pci=noaer memmap=2G!8G', 'pci=nomsi memmap=1G!4G'],
    ['efi=noruntime mce=ignore_ce', 'efi=runtime mce=off', 'efi=noruntime mce=ignore_ce'],
    [
      'systemd.mask=a.service systemd.wants=b.service',
      'systemd.mask=c.service',
      'systemd.mask=a.service systemd.wants=b.service',
    ],
    ['systemd.setenv=A=1 systemd.setenv=B=1', 'systemd.setenv=A=2', 'systemd.setenv=B=1'],
    ['earlycon=a earlycon', 'earlycon', 'earlycon=a'],
    [
      'hugepagesz=1G hugepages=4 hugepagesz=2M hugepages=512',
      'hugepagesz=2048K hugepages=8',
      'hugepagesz=1G hugepages=4',
    ],
    ['root=/dev/a ro isolcpus=1 isolcpus=2', 'root=/dev/b isolcpus=3', 'ro'],
    ['foo.ids=1 foo.ids=2', 'foo.ids=3', 'foo.ids=1 foo.ids=2'],
    ['foo.ids=1', 'foo.ids=3', ''],
    ['foo.ids=1 foo.ids', 'foo.ids', 'foo.ids=1'],
  ] as const) {
    it(`${wanted} keeps "${stays}" of "${before}"`, () =>
      assertSets(before, wanted, `${stays} ${wanted}`.trim()));
  }

  it('are taken out whole where a name is given to be removed', () => {
    const line = read('foo.ids=1 foo.ids=2 rd.luks.name=a=b rd.luks.name=c=d quiet');
    assert.equal(text(removeArgs(line, [{ name: 'foo.ids' }, { name: 'rd.luks.name' }])), 'quiet');
  });
});
