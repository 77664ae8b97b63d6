/** Facts that modules plan with. */
import { readProbe, type Probe } from './sections.js';

/** The few facts that modules may plan with, from the engine's first batch on the target. */
export interface TargetFacts {
  /** The user that the task runs as, and its primary group. */
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly home: string;
  /** os-release ID and ID_LIKE, lower case. */
  readonly osId: string;
  readonly osIdLike: readonly string[];
  readonly pkgMgr: 'apt' | 'dnf' | 'zypper' | 'unknown';
  readonly container: boolean;
  /** SELinux is on. */
  readonly selinux?: true;
  /** Default mode bits come from umask 022. */
  readonly umask: number;
}

export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export function userOf(probe: Probe): UserEntry {
  const first = (key: string): string => probe.target.get(key)?.[0] ?? '';
  const [name = '', , , , gecos = '', home = '/', shell = '/bin/sh'] = first('passwd').split(':');
  const uid = Number(first('uid'));
  return { name: name === '' ? String(uid) : name, uid, gid: Number(first('gid')), gecos, home, shell };
}

function groupOf(probe: Probe, gid: number): string {
  const name = probe.target.get('group')?.[0] ?? '';
  return name === '' ? String(gid) : name;
}

function isContainer(probe: Probe): boolean {
  const marks = ['/run/systemd/container', '/run/.containerenv', '/.dockerenv', '/.dockerinit'];
  return marks.some((mark) => probe.target.get('exists')?.includes(mark) === true);
}

export function targetFacts(probe: Probe): TargetFacts {
  const user = userOf(probe);
  const manager = probe.target.get('pkg')?.[0];
  return {
    user: user.name,
    uid: user.uid,
    group: groupOf(probe, user.gid),
    home: user.home,
    osId: (probe.osRelease.get('ID') ?? 'linux').toLowerCase(),
    osIdLike: (probe.osRelease.get('ID_LIKE') ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((id) => id !== ''),
    pkgMgr: manager === 'apt' || manager === 'dnf' || manager === 'zypper' ? manager : 'unknown',
    container: isContainer(probe),
    ...(probe.target.get('exists')?.includes('/sys/fs/selinux/enforce') === true ? { selinux: true } : {}),
    umask: Number.parseInt(probe.target.get('umask')?.[0] ?? '022', 8),
  };
}

/** Reads the output of either probe. Throws RtprovError READ_FAILED. */
export function parseTargetFacts(output: Buffer): TargetFacts {
  return targetFacts(readProbe(output));
}
