/** Distribution facts under Ansible's names, from os-release(5) and the older files that hold more than it does. */
import type { Value } from '../../values/value.js';
import type { Probe } from './sections.js';

/** os-release ID to Ansible's distribution name, where it is not the ID with a capital. */
const names: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  raspbian: 'Debian',
  linuxmint: 'Linux Mint',
  rhel: 'RedHat',
  centos: 'CentOS',
  fedora: 'Fedora',
  rocky: 'Rocky',
  almalinux: 'AlmaLinux',
  ol: 'OracleLinux',
  amzn: 'Amazon',
  sles: 'SLES',
  sled: 'SLED',
  'opensuse-leap': 'openSUSE Leap',
  'opensuse-tumbleweed': 'openSUSE Tumbleweed',
  arch: 'Archlinux',
  alpine: 'Alpine',
  gentoo: 'Gentoo',
};

const families: Readonly<Record<string, readonly string[]>> = {
  Debian: ['Debian', 'Ubuntu', 'Linux Mint', 'Kali', 'Pop!_OS', 'Devuan'],
  RedHat: ['RedHat', 'CentOS', 'Fedora', 'Rocky', 'AlmaLinux', 'OracleLinux', 'Amazon'],
  Suse: ['SLES', 'SLED', 'openSUSE Leap', 'openSUSE Tumbleweed'],
  Archlinux: ['Archlinux'],
  Alpine: ['Alpine'],
  Gentoo: ['Gentoo'],
};

function familyOf(name: string, like: readonly string[]): string {
  for (const [family, members] of Object.entries(families)) if (members.includes(name)) return family;
  if (like.includes('debian') || like.includes('ubuntu')) return 'Debian';
  if (like.includes('rhel') || like.includes('fedora')) return 'RedHat';
  if (like.includes('suse')) return 'Suse';
  return name;
}

function packageManager(probe: Probe, family: string): string {
  const found = probe.target.get('manager') ?? [];
  const has = (name: string): boolean => found.includes(name);
  if (probe.target.get('exists')?.includes('/run/ostree-booted') === true) return 'atomic_container';
  if (family === 'RedHat') {
    const manager = ['dnf5', 'dnf', 'yum'].find(has);
    if (manager !== undefined) return manager;
  }
  if (has('apt-get')) return 'apt';
  const other: Readonly<Record<string, string>> = {
    dnf5: 'dnf5',
    dnf: 'dnf',
    yum: 'yum',
    zypper: 'zypper',
    apk: 'apk',
    pacman: 'pacman',
    emerge: 'portage',
    'xbps-install': 'xbps',
  };
  return other[found[0] ?? ''] ?? 'unknown';
}

export function distributionFacts(probe: Probe): Readonly<Record<string, Value>> {
  const id = (probe.osRelease.get('ID') ?? 'linux').toLowerCase();
  const like = (probe.osRelease.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/);
  const name = names[id] ?? id.charAt(0).toUpperCase() + id.slice(1);
  const release = probe.word('/etc/redhat-release') ?? '';
  const isStream = /CentOS Stream/.test(release);
  let version = probe.osRelease.get('VERSION_ID') ?? '';
  // Debian's point release is in debian_version alone, and the full one of CentOS in redhat-release.
  if (id === 'debian' && /^\d/.test(probe.word('/etc/debian_version') ?? ''))
    version = probe.word('/etc/debian_version') ?? version;
  const [, full] = /release (\d+(?:\.\d+)*)/.exec(release) ?? [];
  if (full !== undefined && !isStream) version = full;
  const [major = '', minor] = version.split('.');
  const codename =
    probe.osRelease.get('VERSION_CODENAME') ??
    (isStream
      ? 'Stream'
      : /\(([^)]+)\)/.exec(release === '' ? (probe.osRelease.get('VERSION') ?? '') : release)?.[1]);
  const family = familyOf(name, like);
  return {
    distribution: name,
    distribution_version: version === '' ? 'NA' : version,
    distribution_major_version: version === '' ? 'NA' : major,
    ...(minor === undefined || family !== 'Debian' ? {} : { distribution_minor_version: minor }),
    distribution_release: codename ?? 'NA',
    os_family: family,
    pkg_mgr: packageManager(probe, family),
    lsb: lsbFacts(probe),
  };
}

/** Only where the lsb tools are installed, as Ansible has it; they take their values from os-release. */
function lsbFacts(probe: Probe): Value {
  if (probe.target.get('exists')?.includes('/usr/bin/lsb_release') !== true) return {};
  const get = (key: string): string => probe.osRelease.get(key) ?? '';
  const release = get('VERSION_ID');
  return {
    id: get('NAME').split(' ')[0] ?? '',
    description: get('PRETTY_NAME'),
    release,
    codename: get('VERSION_CODENAME'),
    major_release: release.split('.')[0] ?? '',
  };
}
