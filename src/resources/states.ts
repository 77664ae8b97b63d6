/** States of the kinds other than files. All are plain JSON. */
import type { FileState } from './file-state.js';

/** A package by name (`name` or `name:arch`). Versions as dpkg prints them, or rpm's [EPOCH:]VERSION-RELEASE. */
export interface PackageState {
  /** Undefined when it is not installed. Of rpm's kernels several versions may be, with commas between. */
  readonly version?: string;
  /** Removed but with configuration files left (dpkg state `rc`). */
  readonly configFiles: boolean;
  /** Marked as automatically installed (apt-mark). */
  readonly auto: boolean;
  readonly held: boolean;
  /** Left half done by a dpkg that was killed; counts as not installed. */
  readonly half?: true;
  /** Only in wanted states: the version that this change replaces can be had nowhere any more (TransactionState.unavailable). */
  readonly irreversible?: boolean;
}

/** A systemd unit by full name (`ssh.service`). Terms are systemctl(1)'s. */
export interface UnitState {
  /** Is there a unit file (or a generated unit)? */
  readonly exists: boolean;
  /** UnitFileState: enabled, disabled, static, masked, indirect, alias, generated, transient, enabled-runtime, ... or empty. */
  readonly enabled: string;
  readonly masked: boolean;
  /** ActiveState is active, reloading or activating. */
  readonly active: boolean;
}

/** A kernel parameter by its dotted name. */
export interface SysctlState {
  /** White space folded to single blanks. Undefined when the kernel has no such parameter. */
  readonly value?: string;
  /** False where /proc/sys is read-only for it (a container): live values are then not applicable. */
  readonly writable: boolean;
}

/** A kernel module (underscores, as /proc/modules names it). */
export interface ModuleState {
  readonly loaded: boolean;
  /** Built in: always there, cannot be removed. */
  readonly builtin: boolean;
  /** modinfo or modules.dep knows it for the running kernel. */
  readonly available: boolean;
}

export interface UserState {
  readonly exists: boolean;
  readonly uid?: number;
  /** Primary group by name. */
  readonly group?: string;
  /** Supplementary groups by name, sorted. */
  readonly groups?: readonly string[];
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  /** The hash field of /etc/shadow; a secret: never shown, masked in diffs. */
  readonly passwordHash?: string;
  readonly locked?: boolean;
  /** As read: ids that are free as uid and as gid. */
  readonly free?: FreeIds;
  /** As read, when a number was asked for and nobody is called so: the user of that uid. */
  readonly named?: string;
}

/** Ids that useradd and groupadd would choose next. */
export interface FreeIds {
  readonly normal: number;
  readonly system: number;
  /** All ids in use, each as often as it is, and login.defs' ranges: a plan with several new accounts finds the next ones with them. */
  readonly taken?: readonly number[];
  readonly ranges?: Readonly<Record<string, number>>;
}

export interface GroupState {
  readonly exists: boolean;
  readonly gid?: number;
  /** Members named in /etc/group, sorted. */
  readonly members?: readonly string[];
  /** Users whose primary group it is, sorted. Such a group cannot be removed. */
  readonly primaryOf?: readonly string[];
  /** As read: ids that are free as uid and as gid. */
  readonly free?: FreeIds;
  /** As read, when a number was asked for and no group is called so: the group of that gid. */
  readonly named?: string;
}

/** A boot entry that GRUB keeps in its environment block. */
export interface BootEntryState {
  /** Is there a GRUB at all? */
  readonly grub: boolean;
  /** The entry's id, or the ids of its submenus and its own with `>` between them; undefined: none is set. */
  readonly entry?: string;
}

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

/** Asks what a package transaction would do. Canonical JSON of it is the resource's name. */
export interface TransactionRequest {
  /** `name`, `name=version`, in the task's order. */
  readonly install: readonly string[];
  readonly remove: readonly string[];
  readonly purge: boolean;
  readonly autoremove: boolean;
  readonly upgrade?: 'safe' | 'full' | 'dist';
  /** Upgrade named packages that are installed already (state latest). */
  readonly latest: boolean;
  readonly allowDowngrade: boolean;
  readonly recommends?: boolean;
  readonly defaultRelease?: string;
  /** Refresh the package lists first. In check mode into private folders that are removed afterwards. */
  readonly updateCache: boolean;
  readonly cacheValidSeconds: number;
  /** Also look into the packages that would be new: what files and units they ship (check mode). */
  readonly look: boolean;
}

export interface TransactionState {
  /** Every package whose version changes, dependencies included, with its versions; as the package manager itself says. */
  readonly changes: readonly {
    readonly name: string;
    readonly from?: string;
    readonly to?: string;
    readonly auto: boolean;
    /** It goes, and dpkg remembers it until it is purged: it has configuration files, or a script that a purge calls. */
    readonly leaves?: true;
  }[];
  /** The package manager's complaint (no such package, held broken packages, ...), first lines. */
  readonly error?: string;
  /** The lists would really be refreshed (update_cache and older than cacheValidSeconds). */
  readonly refreshes: boolean;
  /** Only with `look`: what new packages ship, by absolute path. */
  readonly ships?: Readonly<Record<string, FileState>>;
  /** Only with `look`: what new packages ship besides, by absolute path; too large or not text, so without a state. */
  readonly paths?: readonly string[];
  /** Only with `look`: which of `ships` are configuration files of dpkg, kept when they are there already. */
  readonly conffiles?: readonly string[];
  /** Only with `look`: configuration files that are as the package of before shipped them; dpkg replaces only these. */
  readonly unedited?: readonly string[];
  /** Only with `look`: files of the packages of before. */
  readonly owned?: readonly string[];
  /** Only with `look`: files and units that go. */
  readonly removes?: {
    readonly files: readonly string[];
    readonly units: readonly { readonly name: string; readonly state: UnitState }[];
  };
  /** Only with `look`: units that new packages ship, with the state that their maintainer scripts give them; unknown ones are left out of the prediction by `certain: false`. */
  readonly units?: readonly { readonly name: string; readonly state: UnitState; readonly certain: boolean }[];
  /** Names of packages whose present versions no source has any more, and that undo would have to bring back. */
  readonly unavailable: readonly string[];
  /** Releases (uname -r) of the kernels among the new packages, where the package manager knows them (dnf: `kernel-uname-r`). */
  readonly kernels?: readonly string[];
}
