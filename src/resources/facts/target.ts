/** The few facts that modules plan with. */
import { readProbe, type Probe } from './sections.js';

/** The shape of TargetFacts in src/modules/core/module.ts, which this layer may not import. */
export interface TargetFactsShape {
  readonly user: string;
  readonly uid: number;
  /** Primary group. */
  readonly group: string;
  readonly home: string;
  readonly osId: string;
  readonly osIdLike: readonly string[];
  readonly pkgMgr: 'apt' | 'dnf' | 'zypper' | 'unknown';
  readonly container: boolean;
  readonly selinux?: true;
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

export function targetFacts(probe: Probe): TargetFactsShape {
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
export function parseTargetFacts(output: Buffer): TargetFactsShape {
  return targetFacts(readProbe(output));
}
