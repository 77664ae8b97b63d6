/**
 * Kernel arguments whose name may occur more than once on a line, each time with an effect of its own. Every entry names the document that
 * says so. A name that is neither here nor in single-args.ts is unknown: where a line has it several times, all of them stay.
 */
import { singleArgs } from './single-args.js';

export interface RepeatedArg {
  readonly names: readonly string[];
  /** Where it is written that each of them counts. */
  readonly source: string;
  /**
   * What parts the thing that a value is about from what is said of it (`rd.luks.name=UUID=NAME`): a later one about the same thing
   * takes the place of an earlier one. Without it only the same value does.
   */
  readonly key?: string;
  /** Values for which `key` says nothing, since they begin with a driver and not with a device. */
  readonly whole?: RegExp;
  /** Values that answer the same question: a later one takes the place of an earlier one of its row. */
  readonly instead?: readonly (readonly string[])[];
  /** Kinds of values of which the last one counts, and those kinds that the kernel skips where there is one of it or that hide it. */
  readonly kinds?: {
    readonly of: (value: string) => string;
    readonly over: Readonly<Record<string, readonly string[]>>;
  };
}

const parameters = 'Documentation/admin-guide/kernel-parameters.txt';
const dracut = 'dracut.cmdline(7)';
const crypt = 'systemd-cryptsetup-generator(8), dracut.cmdline(7)';

const both = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `rd.${name}`]);

export const repeatedArgs: readonly RepeatedArg[] = [
  {
    names: ['console'],
    source: 'Documentation/admin-guide/serial-console.rst: each is a console, the last is /dev/console',
    key: ',',
    whole: /^(?:uart|uart8250|pl011|brl)[,0-9]/,
  },
  { names: ['earlycon', 'netconsole'], source: `${parameters}: a console each` },
  {
    names: ['memmap', 'reserve', 'reserve_mem', 'efi_fake_mem'],
    source: `${parameters}: a region each`,
  },
  {
    names: ['crashkernel'],
    source:
      'Documentation/admin-guide/kdump/kdump.rst, kernel/crash_reserve.c: the last of each kind; one without a suffix hides the others',
    kinds: {
      of: (value) => /,(high|low|cma)$/.exec(value)?.[1] ?? 'plain',
      over: { plain: ['high', 'low'], high: ['plain'] },
    },
  },
  {
    names: ['pci', 'acpi', 'apic', 'efi', 'mce', 'reboot'],
    source: `${parameters}: each is read as it comes, and options add up`,
  },
  {
    names: ['numa'],
    source: `${parameters}: options add up, and none takes "off" back`,
    instead: [['on', 'off']],
  },
  {
    names: ['intel_iommu'],
    source: `${parameters}: options add up`,
    instead: [
      ['on', 'off'],
      ['sm_on', 'sm_off'],
    ],
  },
  {
    names: ['amd_iommu'],
    source: `${parameters}: options add up`,
    instead: [
      ['pgtbl_v1', 'pgtbl_v2'],
      ['irtcachedis', 'irtcacheenable'],
    ],
  },
  {
    names: ['iommu'],
    source: 'Documentation/arch/x86/x86_64/boot-options.rst, IOMMU: options add up',
    instead: [
      ['off', 'force', 'noforce'],
      ['pt', 'nopt'],
      ['merge', 'nomerge'],
    ],
  },
  {
    names: ['tsc'],
    source: `${parameters}: reliable, noirqtime, unstable, nowatchdog, recalibrate each; none takes "unstable" back`,
    instead: [
      ['reliable', 'unstable'],
      ['watchdog', 'nowatchdog'],
    ],
  },
  {
    names: [
      'ivrs_ioapic',
      'ivrs_hpet',
      'ivrs_acpihid',
      'clearcpuid',
      'setcpuid',
      'acpi_mask_gpe',
      'acpi_osi',
    ],
    source: `${parameters}: a device, a flag or a string each`,
  },
  {
    names: [
      'acpi_irq_isa',
      'acpi_irq_pci',
      'pnp_reserve_irq',
      'pnp_reserve_dma',
      'pnp_reserve_io',
      'pnp_reserve_mem',
    ],
    source: `${parameters}: resources each`,
  },
  {
    names: ['initcall_blacklist', 'cgroup_disable', 'cgroup_enable', 'cgroup_no_v1', 'blacklist'],
    source: `${parameters}, initramfs-tools(7): names add up`,
  },
  {
    names: [
      'trace_instance',
      'trace_trigger',
      'trace_event',
      'kprobe_event',
      'ftrace_filter',
      'ftrace_notrace',
    ],
    source: `${parameters}: an instance, event or filter each`,
  },
  {
    names: ['dyndbg', '*.dyndbg', 'ddebug_query'],
    source: 'Documentation/admin-guide/dynamic-debug-howto.rst: a query each',
  },
  { names: ['video'], source: 'Documentation/fb/modedb.rst: one for each connector', key: ':' },
  { names: ['md'], source: 'Documentation/admin-guide/md.rst: an array each', key: ',' },
  {
    names: ['netdev', 'ether', 'parport', 'lp', 'blkdevparts', 'mtdparts'],
    source: `${parameters}: a device each`,
  },
  { names: ['initrd'], source: 'Documentation/admin-guide/efi-stub.rst: a file each' },
  { names: ['modprobe.blacklist'], source: 'modprobe(8): modules add up' },
  { names: both('modules-load'), source: 'systemd-modules-load.service(8): modules add up' },
  {
    names: ['ip', 'nameserver', 'rd.route', 'netroot', 'fcoe', 'nvmf.discover', 'rd.nvmf.discover'],
    source: `${dracut}, initramfs-tools(7), systemd-network-generator.service(8): one each`,
  },
  {
    names: ['ifname', 'net.ifname-policy', 'vlan', 'bond', 'team', 'bridge'],
    source: `${dracut}, systemd-network-generator.service(8): an interface each`,
    key: ':',
  },
  {
    names: [
      'rd.znet',
      'rd.znet_ifname',
      'rd.zfcp',
      'rd.dasd',
      'rd.ccw',
      'iscsi_param',
      'rd.iscsi.param',
      'rd.virtiofs',
    ],
    source: `${dracut}: a device or setting each`,
  },
  {
    names: both('luks.name', 'luks.options', 'luks.data'),
    source: `${crypt}: a device each, named before the =`,
    key: '=',
  },
  {
    names: [
      ...both('luks.uuid', 'luks.key', 'luks.keydev', 'luks.allow-discards', 'luks.header'),
      'rd.luks.partuuid',
      'rd.luks.serial',
      'rd_LUKS_UUID',
      'cryptdevice',
      'cryptkey',
      'cryptopts',
    ],
    source: `${crypt}, cryptsetup-initramfs README: a device each`,
  },
  {
    names: ['rd.lvm.lv', 'rd.lvm.vg', 'rd_LVM_LV', 'rd_LVM_VG', 'rd.md.uuid', 'rd_MD_UUID', 'rd.dm.uuid'],
    source: `${dracut}: a volume or array each`,
  },
  {
    names: ['rd.driver.blacklist', 'rd.driver.pre', 'rd.driver.post', 'rdloaddriver', 'rdblacklist'],
    source: `${dracut}: drivers add up`,
  },
  { names: ['rd.break'], source: `${dracut}: a point each` },
  {
    names: both('systemd.mask', 'systemd.wants', 'systemd.run', 'systemd.pull'),
    source:
      'systemd-debug-generator(8), systemd-run-generator(8), systemd-import-generator(8): a unit or command each',
  },
  {
    names: both('systemd.setenv'),
    source: 'systemd(1): a variable each',
    key: '=',
  },
  {
    names: ['systemd.set_credential', 'systemd.set_credential_binary'],
    source: 'systemd(1): a credential each',
    key: ':',
  },
  {
    names: both('systemd.mount-extra', 'systemd.swap-extra'),
    source: 'systemd-fstab-generator(8): a mount or swap each',
  },
];

/** Names whose arguments are pairs: `hugepages=` counts pages of the size that the `hugepagesz=` before it names (Documentation/admin-guide/mm/hugetlbpage.rst). */
export const poolNames: ReadonlySet<string> = new Set(['hugepagesz', 'hugepages']);

interface Meaning {
  readonly type: 'last' | 'each' | 'pool' | 'unknown';
  readonly arg?: RepeatedArg;
}

const canonical = (name: string): string => name.replaceAll('-', '_');
const suffixes = repeatedArgs.flatMap((arg) =>
  arg.names.filter((name) => name.startsWith('*')).map((name) => [name.slice(1), arg] as const),
);
const byName = new Map(
  repeatedArgs.flatMap((arg) => arg.names.map((name) => [canonical(name), arg] as const)),
);
const single = new Set([...singleArgs].map(canonical));

/** What several arguments of a name mean: the last one counts, each does, pairs of pages, or nobody knows. */
export function meaningOf(name: string): Meaning {
  const wanted = canonical(name);
  if (poolNames.has(wanted)) return { type: 'pool' };
  const arg = byName.get(wanted) ?? suffixes.find(([suffix]) => wanted.endsWith(suffix))?.[1];
  if (arg !== undefined) return { type: 'each', arg };
  return { type: single.has(wanted) ? 'last' : 'unknown' };
}
