/** Names of the packages that bring a real-time kernel. `tried` says what rtprov's own tests have installed; the rest is from documents. */

export interface KernelPackages {
  /** What gets installed. */
  readonly packages: readonly string[];
  /** The modules of KVM for it, where they are packages of their own. */
  readonly kvmPackages: readonly string[];
  /** A subscription or repository that has to be there first, in words for a person. */
  readonly needs?: string;
  readonly tried: boolean;
  /** Where it is written. */
  readonly source: string;
}

export interface System {
  /** os-release(5) ID, lower case. */
  readonly id: string;
  /** os-release VERSION_ID: `12`, `24.04`, `9.4`; undefined for rolling releases. */
  readonly versionId?: string;
  /** uname -m: `x86_64`, `aarch64`. */
  readonly machine: string;
}

type Answer = KernelPackages | undefined;

/** "9.4" is older than "10.0". */
function atLeast(version: string | undefined, wanted: string): boolean {
  const [left, right] = [version ?? '', wanted].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 2; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function debian({ versionId, machine }: System): Answer {
  const flavour = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'armmp' }[machine];
  if (flavour === undefined) return undefined;
  return {
    packages: [`linux-image-rt-${flavour}`],
    kvmPackages: [],
    tried: flavour === 'amd64' && versionId === '12',
    source: 'packages.debian.org: linux-image-rt-amd64, -arm64, -armmp (bookworm, trixie)',
  };
}

/**
 * 22.04 and 24.04: the documents want Ubuntu Pro (`pro enable realtime-kernel`, or with `--access-only` and then apt), although
 * the archive has ubuntu-realtime in universe of both -updates as well. Later releases have it without: universe, from 26.04 main.
 * The generic flavour makes a Raspberry Pi unbootable (its own is `--variant=raspi`).
 */
function ubuntu({ versionId, machine }: System): Answer {
  if (machine !== 'x86_64' && machine !== 'aarch64') return undefined;
  if (!atLeast(versionId, '22.04')) return undefined;
  const pro = versionId === '22.04' || versionId === '24.04';
  return {
    packages: ['ubuntu-realtime'],
    kvmPackages: [],
    ...(pro ? { needs: 'Ubuntu Pro: pro attach TOKEN, then pro enable realtime-kernel --access-only' } : {}),
    tried: false,
    source:
      'https://documentation.ubuntu.com/real-time (How to enable Real-time Ubuntu; Real-time Ubuntu releases); packages.ubuntu.com/ubuntu-realtime',
  };
}

/** aarch64 is a technology preview in RHEL 10. */
function redHat({ id, versionId, machine }: System): Answer {
  const [major = ''] = (versionId ?? '').split('.');
  if (!['8', '9', '10'].includes(major)) return undefined;
  if (machine !== 'x86_64' && !(machine === 'aarch64' && major !== '8')) return undefined;
  // From 10.1 on the KVM modules come with kernel-rt itself. Centos Stream has no minor version and is ahead of it.
  const ownKvm = major === '10' && (versionId === '10' || atLeast(versionId, '10.1'));
  return {
    packages: ['kernel-rt'],
    kvmPackages: ownKvm ? [] : ['kernel-rt-kvm'],
    needs:
      id === 'rhel'
        ? `the repositories of RHEL for Real Time and NFV (rhel-${major}-server-nfv-rpms)`
        : 'the repositories rt and nfv (dnf config-manager --set-enabled rt nfv)',
    tried: false,
    source:
      'docs.redhat.com, RHEL for Real Time 10: Installing RHEL for Real Time; Configuring virtualization on RHEL 10 for Real Time, chapter 2',
  };
}

function suse({ machine }: System): Answer {
  if (machine !== 'x86_64') return undefined;
  return {
    packages: ['kernel-rt'],
    kvmPackages: [],
    needs:
      'the Real Time module or extension (SUSEConnect -p sle-module-rt/VERSION/x86_64); openSUSE has it in its own repository',
    tried: false,
    source:
      'build.opensuse.org: SUSE Real Time Module (sle-module-rt), package kernel-rt; SUSE Linux Enterprise Real Time Quick Start',
  };
}

const families: Readonly<Record<string, (system: System) => Answer>> = {
  debian,
  ubuntu,
  rhel: redHat,
  centos: redHat,
  rocky: redHat,
  almalinux: redHat,
  sles: suse,
  'sle-micro': suse,
  'sl-micro': suse,
  'opensuse-leap': suse,
  'opensuse-tumbleweed': suse,
};

/** Undefined where no real-time kernel is known for the system; Fedora has none of its own. */
export function kernelPackages(system: System): KernelPackages | undefined {
  return families[system.id]?.(system);
}
