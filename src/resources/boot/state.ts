/** What runs and how it was booted. Plain JSON. */

/** By what boot loaders are known. */
export interface LoaderEvidence {
  /** Files by which boot loaders are known, as boot/loader-files.ts names them; empty ones are left out. */
  readonly files: readonly string[];
  /** LoaderInfo and StubInfo (https://systemd.io/BOOT_LOADER_INTERFACE): `systemd-boot 252.38`. */
  readonly info?: string;
  readonly stub?: string;
  /** The program of the firmware's present boot entry: `\EFI\debian\shimx64.efi`. */
  readonly efiProgram?: string;
  /** LOADER_TYPE of SUSE's /etc/sysconfig/bootloader. */
  readonly loaderType?: string;
  /** A grub.cfg on an EFI partition: with entries of its own, or the prefix that it leads to. */
  readonly espMenus: readonly { readonly path: string; readonly prefix?: string }[];
}

/** GRUB's defaults after a file of /etc/default/grub.d: `rtprov-line` stands for what the later files find. */
export interface LateDefaults {
  readonly linux: string;
  readonly linuxDefault: string;
  /** GRUB_DEFAULT. */
  readonly entry: string;
  /** Who changes which variable, in order; without a line where the file has another file do it. */
  readonly setters: readonly { readonly variable: string; readonly file: string; readonly line?: number }[];
}

/** What runs and how it was booted; as read, never wanted. */
export interface BootState {
  /** uname -r, -v and -m. */
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  /** /proc/cmdline. */
  readonly cmdline: string;
  readonly bootId: string;
  /** os-release's VERSION_ID. */
  readonly osVersion?: string;
  /** Packages of kernels that are installed, with what they need. */
  readonly kernelPackages: readonly { readonly name: string; readonly depends: string }[];
  /** Flags of the first CPU in /proc/cpuinfo. */
  readonly flags: readonly string[];
  /** The default size of huge pages. */
  readonly hugepageKb: number;
  /** Room in the file system of /boot. */
  readonly bootFreeKb: number;
  /** What holds GRUB's environment block, as grub-probe names it; no file system: no GRUB. */
  readonly grubFileSystem?: string;
  readonly grubAbstractions: readonly string[];
  readonly watchdogDevice: boolean;
  /** Modules for watchdog devices that the machine has. */
  readonly watchdogModules: readonly string[];
  readonly failedUnits: readonly string[];
  readonly rcuOffloadThreads: readonly number[];
  /** GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT without rtprov's own file. */
  readonly grubLines: { readonly linux: string; readonly linuxDefault: string };
  /** What files after rtprov's own make of its values; missing where there is no such file. */
  readonly grubLate?: LateDefaults;
  /** The file of GRUB's defaults in which grub-mkconfig would end without a menu, and what a shell says of it; missing where there is none. */
  readonly grubBroken?: { readonly file: string; readonly said: string };
  /** By what other boot loaders than GRUB are known. */
  readonly loader?: LoaderEvidence;
  /** Names and texts of the Boot Loader Specification entries in /boot/loader/entries; each text is cut off after 64 lines. */
  readonly blsEntries: readonly { readonly id: string; readonly text: string }[];
  /** GRUB's environment block. */
  readonly grubVariables: Readonly<Record<string, string>>;
  /** It was started by UEFI. */
  readonly efi: boolean;
  /** Lines of the kernel's log about the command line; undefined when it cannot be read. */
  readonly dmesg?: string;
  /** The target's record of a trial boot (journal/trial.ts). */
  readonly trial?: Readonly<Record<string, string>>;
  /** Small files of /proc and /sys by their path. */
  readonly files: Readonly<Record<string, string>>;
}

declare module '../resource.js' {
  interface StateByKind {
    /** Read only; its one name is `running`. */
    readonly boot: BootState;
  }
}
