import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './process.js';

interface DemoPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Path to content; a path below /etc is a conffile, as debhelper would mark it. */
  readonly files: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const unit = 'rtprov-demo-svc.service';

// The three scripts are what debhelper 13 (dh_installsystemd) makes for a service of its own.
const svcPostinst = `#!/bin/sh
set -e
if [ "$1" = "configure" ] || [ "$1" = "abort-upgrade" ] || [ "$1" = "abort-deconfigure" ] || [ "$1" = "abort-remove" ] ; then
	# This will only remove masks created by d-s-h on package removal.
	deb-systemd-helper unmask '${unit}' >/dev/null || true
	# was-enabled defaults to true, so new installations run enable.
	if deb-systemd-helper --quiet was-enabled '${unit}'; then
		# Enables the unit on first installation, creates new
		# symlinks on upgrades if the unit file has changed.
		deb-systemd-helper enable '${unit}' >/dev/null || true
	else
		# Update the statefile to add new symlinks (if any), which need to be
		# cleaned up on purge. Also remove old symlinks.
		deb-systemd-helper update-state '${unit}' >/dev/null || true
	fi
	if [ -d /run/systemd/system ]; then
		systemctl --system daemon-reload >/dev/null || true
		if [ -n "$2" ]; then
			_dh_action=restart
		else
			_dh_action=start
		fi
		deb-systemd-invoke $_dh_action '${unit}' >/dev/null || true
	fi
fi
`;

const svcPrerm = `#!/bin/sh
set -e
if [ -z "$DPKG_ROOT" ] && [ "$1" = remove ] && [ -d /run/systemd/system ] ; then
	deb-systemd-invoke stop '${unit}' >/dev/null || true
fi
`;

const svcPostrm = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ] ; then
	systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = "remove" ]; then
	if [ -x "/usr/bin/deb-systemd-helper" ]; then
		deb-systemd-helper mask '${unit}' >/dev/null || true
	fi
fi
if [ "$1" = "purge" ]; then
	if [ -x "/usr/bin/deb-systemd-helper" ]; then
		deb-systemd-helper purge '${unit}' >/dev/null || true
		deb-systemd-helper unmask '${unit}' >/dev/null || true
	fi
fi
`;

function demoA(version: string): DemoPackage {
  return {
    name: 'rtprov-demo-a',
    version,
    files: {
      '/etc/rtprov-demo-a.conf': `# rtprov-demo-a ${version}\nlevel=${version === '1.0' ? 1 : 2}\n`,
      '/usr/share/rtprov-demo-a/data.txt': `data of version ${version}\n`,
    },
  };
}

const demoPackages: readonly DemoPackage[] = [
  demoA('1.0'),
  demoA('2.0'),
  {
    name: 'rtprov-demo-b',
    version: '1.0',
    depends: 'rtprov-demo-a',
    files: { '/usr/share/rtprov-demo-b/data.txt': 'data of b\n' },
  },
  {
    name: 'rtprov-demo-svc',
    version: '1.0',
    depends: 'init-system-helpers (>= 1.54)',
    files: {
      '/etc/rtprov-demo-svc.conf': 'interval=3600\n',
      [`/lib/systemd/system/${unit}`]: [
        '[Unit]',
        'Description=rtprov demo service',
        '[Service]',
        'ExecStart=/bin/sleep infinity',
        '[Install]',
        'WantedBy=multi-user.target',
        '',
      ].join('\n'),
    },
    scripts: { postinst: svcPostinst, prerm: svcPrerm, postrm: svcPostrm },
  },
  {
    name: 'rtprov-demo-broken',
    version: '1.0',
    files: { '/usr/share/rtprov-demo-broken/data.txt': 'data of broken\n' },
    scripts: {
      postinst: '#!/bin/sh\necho "rtprov-demo-broken: this package cannot be configured" >&2\nexit 1\n',
    },
  },
];

function write(file: string, text: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
}

function writeTree(dir: string, pkg: DemoPackage): void {
  for (const [path, text] of Object.entries(pkg.files)) write(join(dir, path), text, 0o644);
  for (const [name, text] of Object.entries(pkg.scripts ?? {})) write(join(dir, 'DEBIAN', name), text, 0o755);
  const conffiles = Object.keys(pkg.files).filter((path) => path.startsWith('/etc/'));
  if (conffiles.length > 0) write(join(dir, 'DEBIAN/conffiles'), `${conffiles.join('\n')}\n`, 0o644);
  const control = [
    `Package: ${pkg.name}`,
    `Version: ${pkg.version}`,
    'Architecture: all',
    'Maintainer: rtprov lab <root@localhost>',
    ...(pkg.depends === undefined ? [] : [`Depends: ${pkg.depends}`]),
    'Section: misc',
    'Priority: optional',
    `Description: test package of the rtprov lab`,
    '',
  ];
  write(join(dir, 'DEBIAN/control'), control.join('\n'), 0o644);
}

/** Builds the small packages whose every file is known, into the folder of a repository. */
export async function buildDemoPackages(repoDir: string): Promise<void> {
  for (const pkg of demoPackages) {
    const dir = mkdtempSync(join(tmpdir(), 'rtprov-demo-'));
    try {
      chmodSync(dir, 0o755);
      writeTree(dir, pkg);
      const file = join(repoDir, `${pkg.name}_${pkg.version}_all.deb`);
      await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', dir, file]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
}
