/**
 * What boots a machine when it is not GRUB with its menu in /boot. What is known of the running boot (variables of the firmware that boot
 * loaders set, systemd's Boot Loader Interface) ranks above files, which may be left over.
 */
import { loaderFiles } from '../../resources/boot/loader-files.js';
import type { LoaderEvidence } from '../../resources/boot/state.js';

export interface OtherLoader {
  readonly name: string;
  /** By what it is known. */
  readonly seen: string;
  readonly byHand: string;
}

interface Known extends Omit<OtherLoader, 'seen'> {
  /** Files by which it is known. */
  readonly files: readonly string[];
  /** LoaderInfo or the firmware's program. */
  readonly running?: RegExp;
  /** It does not put BOOT_IMAGE on the kernel's command line. */
  readonly silent?: true;
  readonly only?: 's390x';
}

const proxmox: Known = {
  name: 'proxmox-boot-tool',
  files: loaderFiles.proxmox,
  byHand:
    'Look at `proxmox-boot-tool status`. Where it says systemd-boot (uefi), write the arguments into the one line of /etc/kernel/cmdline; where it says grub, into GRUB_CMDLINE_LINUX of /etc/default/grub. Then run `proxmox-boot-tool refresh`, and `proxmox-boot-tool kernel pin RELEASE` for a way back.',
};

/** The first that fits is named. */
const loaders: readonly Known[] = [
  {
    name: 'systemd-boot',
    files: loaderFiles.systemdBoot,
    running: /^systemd-boot|^gummiboot|\\systemd-boot|\\EFI\\systemd\\/i,
    silent: true,
    byHand:
      'Write the arguments into /etc/kernel/cmdline and rebuild the entries (`kernel-install add RELEASE /boot/vmlinuz-RELEASE`, on SUSE `sdbootutil update-all-entries`), or into the `options` of the entries below loader/entries.',
  },
  {
    name: 'rEFInd',
    files: loaderFiles.refind,
    running: /^rEFInd|\\refind/i,
    silent: true,
    byHand:
      'Write the arguments into the lines of /boot/refind_linux.conf, or into `options` in refind.conf.',
  },
  {
    name: 'Limine',
    files: loaderFiles.limine,
    running: /^limine|\\limine/i,
    silent: true,
    byHand: 'Write the arguments into `cmdline` of the entry in limine.conf.',
  },
  {
    name: 'ZFSBootMenu',
    files: loaderFiles.zfsBootMenu,
    running: /\\zbm\\|zfsbootmenu/i,
    silent: true,
    byHand: 'Set the arguments with `zfs set org.zfsbootmenu:commandline="..." POOL/ROOT/NAME`.',
  },
  {
    name: 'a kernel that the firmware starts by itself (EFI stub or unified kernel image)',
    files: [],
    running: /^systemd-stub|\\EFI\\Linux\\|vmlinuz/i,
    silent: true,
    byHand:
      'Write the arguments into /etc/kernel/cmdline and rebuild the image (`kernel-install`, `mkinitcpio -P`, `dracut --uefi`); where the firmware gives them, create its entry again with `efibootmgr --unicode`.',
  },
  {
    name: "U-Boot with extlinux's menu (u-boot-menu)",
    files: loaderFiles.uBootMenu,
    byHand: 'Write the arguments into U_BOOT_PARAMETERS of /etc/default/u-boot, and run `u-boot-update`.',
  },
  {
    name: 'extlinux or syslinux',
    files: loaderFiles.extlinux,
    running: /\\syslinux/i,
    byHand:
      'Write the arguments into the `append` lines of extlinux.conf (Debian: EXTLINUX_PARAMETERS of /etc/default/extlinux and `extlinux-update`; Alpine: default_kernel_opts of /etc/update-extlinux.conf and `update-extlinux`).',
  },
  {
    name: "Raspberry Pi's firmware",
    files: loaderFiles.raspberry,
    silent: true,
    byHand:
      'Write the arguments into the one line of /boot/firmware/cmdline.txt (/boot/cmdline.txt on older systems).',
  },
  {
    name: 'U-Boot',
    files: loaderFiles.uBoot,
    byHand:
      'Write the arguments into `extraargs` of /boot/armbianEnv.txt, into `bootargs` of /boot/uEnv.txt, or into LINUX_KERNEL_CMDLINE of /etc/default/flash-kernel and run `flash-kernel`.',
  },
  {
    name: 'zipl',
    files: loaderFiles.zipl,
    only: 's390x',
    byHand: 'Write the arguments into `parameters` of /etc/zipl.conf or of the entries, and run `zipl`.',
  },
  {
    name: 'LILO',
    files: loaderFiles.lilo,
    byHand: 'Write the arguments into `append` of /etc/lilo.conf, and run `lilo`.',
  },
];

export interface Booted {
  readonly container: boolean;
  readonly machine: string;
  /** /proc/cmdline; of no meaning in a container. */
  readonly cmdline: string;
  /** An entry of GRUB's menu is exactly what runs. */
  readonly byMenu: boolean;
  /** The menu that is written here. */
  readonly menu: string;
  /** Names of folders below EFI that may be this system's. */
  readonly vendors: readonly string[];
}

/** The boot loader that boots the machine and reads no menu that GRUB's tools write here. Undefined: GRUB does. */
export function otherLoader(evidence: LoaderEvidence, booted: Booted): OtherLoader | undefined {
  const present = (known: Known): string | undefined =>
    known.files.find((file) => evidence.files.includes(file));
  const uuids = present(proxmox);
  if (uuids !== undefined) return named(proxmox, uuids);
  const { loaderType } = evidence;
  if (loaderType !== undefined && !['', 'grub2', 'grub2-efi', 'grub'].includes(loaderType)) {
    const known = loaders.find(({ name }) => name === loaderType) ?? loaders[0];
    const byHand = known?.byHand ?? '';
    return { name: loaderType, seen: `LOADER_TYPE in /etc/sysconfig/bootloader`, byHand };
  }
  if (!booted.container) {
    const texts = [evidence.info, evidence.efiProgram, evidence.stub].filter((text) => text !== undefined);
    const [first] = texts;
    const isGrub = /^GRUB|\\(?:grub|shim)[^\\]*$/i.test(first ?? '');
    const known = isGrub
      ? undefined
      : loaders.find(({ running }) => texts.some((text) => running?.test(text)));
    if (known !== undefined) return named(known, texts.find((text) => known.running?.test(text)) ?? '');
    if (isGrub || booted.byMenu) return elsewhere(evidence, booted);
  }
  const silent = !booted.container && !/(?:^|\s)BOOT_IMAGE=/.test(booted.cmdline);
  for (const known of loaders) {
    const file = present(known);
    if (file === undefined || (known.only !== undefined && known.only !== booted.machine)) continue;
    if (known.silent === true && !booted.container && !silent) continue;
    return named(known, file);
  }
  return elsewhere(evidence, booted);
}

const named = ({ name, byHand }: Known, seen: string): OtherLoader => ({ name, byHand, seen });

/** GRUB with another menu than the one that is written here. */
function elsewhere(evidence: LoaderEvidence, booted: Booted): OtherLoader | undefined {
  const [, vendor] = /\\EFI\\([^\\]+)\\/i.exec(evidence.efiProgram ?? '') ?? [];
  const vendors = vendor === undefined || booted.container ? booted.vendors : [vendor.toLowerCase()];
  const found = evidence.espMenus.find(({ path, prefix }) => {
    if (path === booted.menu || !vendors.includes(folderOf(path).toLowerCase())) return false;
    return prefix === undefined || !/(?:^|\/)grub2?$/.test(prefix);
  });
  if (found === undefined) return undefined;
  const { path, prefix } = found;
  return {
    name: `GRUB with its menu in ${prefix ?? path}`,
    seen: path,
    byHand: `Write the arguments into GRUB_CMDLINE_LINUX of /etc/default/grub, and rebuild that menu: \`grub-mkconfig -o ${prefix === undefined ? path : `${prefix}/grub.cfg`}\`. Or let the menu on the EFI partition lead to /boot/grub (\`grub-install\`), and run again.`,
  };
}

function folderOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}
