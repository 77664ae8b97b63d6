import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone that this file belongs to. */
export const cloneDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Root file systems and the apt repository, built once and shared by all labs of the machine. */
export const cacheDir = process.env['RTPROV_CACHE'] ?? '/var/cache/rtprov-lab';

/**
 * State of all labs of the machine: outside the clone, so that a lab can be found and taken down after its clone is
 * gone, and because a clone may be on a file system that cannot carry an overlay's upper directory.
 */
export const stateRoot = process.env['RTPROV_LAB_STATE'] ?? '/var/lib/rtprov-lab';

/** The cgroup of all labs. */
export const cgroupRoot = 'rtprov-lab';

/** Locks are files of no content that a reboot clears away; one that was deleted while it is held would guard nothing. */
export const lockRoot = '/run/lock/rtprov-lab';

/** The first two bytes of every address; the third is the lab's subnet number, the fourth the host's. */
export const addressPrefix = '10.213';

/** Where the lab's apt repository is bound read-only in every host. */
export const repoMountPoint = '/srv/lab-repo';

/** Passwords of the user `opspw`. They open only throw-away containers that are cut off from any network. */
export const opspwLoginPassword = 'lab-login-pw';
export const opspwSudoPassword = 'lab-sudo-pw';

/** Names one lab on the machine: six hex digits, so that an interface name (15 bytes) holds them and a host number. */
export function labId(name: string, clone: string = cloneDir): string {
  return createHash('sha256').update(`${clone}\0${name}`).digest('hex').slice(0, 6);
}

/** Every name and path of a lab's parts on the machine; each starts with a fixed prefix, so leftovers can be found. */
export function labNames(id: string) {
  const dir = join(stateRoot, id);
  return {
    dir,
    stateFile: join(dir, 'state.json'),
    lockFile: join(lockRoot, `${id}.lock`),
    bridge: `rtl${id}`,
    /** Of an overlay of read-only layers alone: what an untouched host would show. */
    baseMount: join(dir, 'base'),
    proxyPid: join(dir, 'proxy.pid'),
    proxySocket: join(dir, 'proxy.sock'),
    proxyLog: join(dir, 'proxy.log'),
    hostsDir: join(dir, 'hosts'),
    cgroup: `${cgroupRoot}/${id}`,
    netnsPrefix: `rtl-${id}-`,
    vethPrefix: `rtl${id}.`,
    machinePrefix: `rtl-${id}-`,
  } as const;
}

export function hostNames(id: string, host: string, index: number) {
  const lab = labNames(id);
  const dir = join(lab.hostsDir, host);
  return {
    dir,
    upperDir: join(dir, 'upper'),
    workDir: join(dir, 'work'),
    rootDir: join(dir, 'root'),
    /** What is laid into a fresh upper directory: host key, machine id, authorized keys. */
    seedDir: join(dir, 'seed'),
    script: join(dir, 'run.sh'),
    /** Masks of systemd's generators. */
    generatorsDir: join(dir, 'generators'),
    pidFile: join(dir, 'pid'),
    console: join(dir, 'console.log'),
    machine: `${lab.machinePrefix}${host}`,
    netns: `${lab.netnsPrefix}${host}`,
    veth: `${lab.vethPrefix}${index}`,
    cgroup: `${lab.cgroup}/${host}`,
  } as const;
}

/** A host's own address. `index` counts from 1. */
export function hostAddress(subnet: number, index: number): string {
  return `${addressPrefix}.${subnet}.${10 + index}`;
}

/** The machine's address on a lab's bridge, where the proxies listen. */
export function gatewayAddress(subnet: number): string {
  return `${addressPrefix}.${subnet}.1`;
}

export function proxyPort(index: number): number {
  return 2200 + index;
}
