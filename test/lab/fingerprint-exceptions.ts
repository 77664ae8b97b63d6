import type { Fingerprint } from './fingerprint.js';

/** Something that the system's own tools rewrite by themselves, so that an undo cannot and need not restore it. */
export interface Exception {
  /** Of which part; 'files' by default. */
  readonly kind?: keyof Fingerprint;
  /** A path; a folder with all below it when it ends with '/'; or a pattern over the whole name. */
  readonly what: string | RegExp;
  readonly reason: string;
}

/**
 * Found by installing and purging packages on a host and looking at what was different afterwards: each entry was seen.
 * An account that a package makes and its purge leaves, an empty folder, a unit that goes on running are not exceptions:
 * they are what an undo has to care for.
 */
export const FINGERPRINT_EXCEPTIONS: readonly Exception[] = [
  { what: '/var/lib/rtprov/', reason: "rtprov's own journal, kept until the run is pruned" },

  { what: '/var/log/journal/', reason: 'journald writes at every login and every change' },
  { what: '/var/log/wtmp', reason: 'login records: each boot and each login is added' },
  { what: '/var/log/btmp', reason: 'login records: each refused login is added' },
  { what: '/var/log/lastlog', reason: 'login records: the last login of each account' },
  { what: '/var/log/dpkg.log', reason: "dpkg's log" },
  { what: '/var/log/alternatives.log', reason: "update-alternatives' log" },
  { what: '/var/log/apt/', reason: "apt's logs" },
  { what: '/var/log/tuned/', reason: "tuned's log, which its purge leaves" },

  { what: /^\/var\/log\/(dnf[\w.]*|hawkey)\.log$/, reason: "dnf's logs" },
  { what: /^\/var\/log\/(zypper\.log|zypp(\/.*)?)$/, reason: "zypper's logs" },
  { what: '/var/lib/rpm/', reason: "rpm's database, a file of sqlite: tests of rpm compare what is in it" },
  { what: '/var/lib/dnf/', reason: "dnf's history of transactions" },
  { what: '/var/cache/dnf/', reason: "dnf's cache, made again when missing" },
  {
    what: '/var/lib/zypp/',
    reason: 'what a person set in zypper, and the number it gives repositories',
  },
  {
    what: '/srv/rpms/',
    reason: 'librepo notes the checksums of a local repository in attributes of its files',
  },
  { what: '/var/cache/zypp/', reason: "zypper's cache, made again when missing" },

  { what: '/var/cache/apt/', reason: "apt's caches and downloaded packages, made again when missing" },
  { what: '/var/lib/apt/lists/', reason: 'apt-get update brings them up to date' },
  { what: '/var/lib/dpkg/status-old', reason: "dpkg's copy of its status before the last change" },
  {
    what: '/var/lib/dpkg/statoverride-old',
    reason: "dpkg-statoverride's copy of its file before the last change",
  },
  { what: '/var/lib/dpkg/diversions-old', reason: "dpkg-divert's copy of its file before the last change" },
  { what: '/var/cache/debconf/config.dat-old', reason: "debconf's copy of its file before the last change" },
  {
    what: '/var/cache/debconf/templates.dat-old',
    reason: "debconf's copy of its file before the last change",
  },
  {
    what: /^\/var\/lib\/ucf\/(hashfile|registry)\.\d$/,
    reason: "ucf's copies of its files before the last changes",
  },
  {
    what: /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$/,
    reason: "shadow's copies before the last change",
  },
  {
    what: '/var/cache/ldconfig/aux-cache',
    reason: "ldconfig's cache of inode numbers and times of libraries",
  },

  {
    what: /^\/(var\/)?tmp\/systemd-private-/,
    reason: 'folders of PrivateTmp services, named again at each start',
  },
  { what: '/var/lib/systemd/timers/', reason: 'when systemd last fired each persistent timer' },
  { what: '/var/lib/sudo/lectured/', reason: 'sudo notes whom it has shown its lecture' },

  // Of virtual machines, whose kernel is their own.
  { what: '/var/lib/systemd/random-seed', reason: 'systemd-random-seed writes it again at each boot' },
  {
    kind: 'sysctls',
    what: /^kernel\.random\.(uuid|boot_id|entropy_avail)$/,
    reason: 'another at each reading, at each boot, or as the kernel collects it',
  },
  { kind: 'sysctls', what: 'kernel.ns_last_pid', reason: 'the number of the last process' },
  { kind: 'sysctls', what: 'kernel.pty.nr', reason: 'how many terminals are open' },
  {
    kind: 'sysctls',
    what: /^fs\.(dentry-state|inode-nr|inode-state|file-nr|aio-nr|quota\.(syncs|lookups|reads|writes|drops|cache_hits|allocated_dquots|free_dquots))$/,
    reason: 'counts of what the kernel holds at this moment',
  },
  {
    kind: 'units',
    what: /^proc-sys-fs-binfmt_misc\.(automount|mount)$/,
    reason: 'systemd mounts it when anybody looks into that folder for the first time',
  },
  {
    kind: 'sysctls',
    what: /^vm\.(user|admin)_reserve_kbytes$/,
    reason: 'what the kernel works out at boot from the memory that is free then',
  },
];
