/** Packages of every build that dpkg treats differently, in two versions each, as a script that builds them and a list of what they are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../lab/process.js';

export interface Shape {
  readonly name: string;
  /** Lines of the control file besides the usual ones. */
  readonly control?: readonly string[];
  /** Configuration files that version 1 and version 2 ship, by their last name. */
  readonly conffiles?: readonly [readonly string[], readonly string[]];
  /** Maintainer scripts, without the first line. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly architecture?: 'all' | 'amd64';
  readonly empty?: true;
  /** Files below /usr/share besides the one of its name. */
  readonly files?: readonly string[];
  readonly only?: '1';
}

const conffiles = {
  none: [[], []],
  one: [['a'], ['a']],
  two: [
    ['a', 'b'],
    ['a', 'b'],
  ],
  obsolete: [['a'], []],
  later: [[], ['a']],
} as const;

const scripts = {
  bare: {},
  postrm: { postrm: 'exit 0' },
  purging: {
    postinst: 'mkdir -p /var/lib/$DPKG_MAINTSCRIPT_PACKAGE; touch /var/lib/$DPKG_MAINTSCRIPT_PACKAGE/data',
    postrm: '[ "$1" != purge ] || rm -rf /var/lib/$DPKG_MAINTSCRIPT_PACKAGE',
  },
  others: { preinst: 'exit 0', postinst: 'exit 0', prerm: 'exit 0' },
} as const;

const builds = {
  all: { architecture: 'all' },
  native: { architecture: 'amd64' },
  same: { architecture: 'amd64', control: ['Multi-Arch: same'] },
  foreign: { architecture: 'all', control: ['Multi-Arch: foreign'] },
} as const;

const divert = (kind: string): Readonly<Record<string, string>> => ({
  preinst: `[ "$1" = upgrade ] || dpkg-divert --quiet --package $DPKG_MAINTSCRIPT_PACKAGE --add --rename --divert /usr/share/t-base-${kind}.real /usr/share/t-base-${kind}`,
  postrm: `[ "$1" != remove ] || dpkg-divert --quiet --package $DPKG_MAINTSCRIPT_PACKAGE --remove --rename /usr/share/t-base-${kind}`,
});

const alternative = {
  postinst:
    'update-alternatives --quiet --install /usr/share/t-choice t-choice /usr/share/$DPKG_MAINTSCRIPT_PACKAGE 10',
  prerm:
    '[ "$1" != remove ] || update-alternatives --quiet --remove t-choice /usr/share/$DPKG_MAINTSCRIPT_PACKAGE',
};

/** More than a hundred. */
export const shapes: readonly Shape[] = [
  ...Object.entries(conffiles).flatMap(([c, files]) =>
    Object.entries(scripts).flatMap(([s, texts]) =>
      Object.entries(builds).map(([b, build]): Shape => ({
        name: `t-${c}-${s}-${b}`,
        conffiles: files,
        scripts: texts,
        ...build,
      })),
    ),
  ),
  ...['x', 'y', 'z'].map((k): Shape => ({ name: `t-divert-${k}`, scripts: divert(k) })),
  ...['x', 'y', 'z'].map((k): Shape => ({ name: `t-choice-${k}`, scripts: alternative })),
  {
    name: 't-interest',
    control: ['Section: misc'],
    scripts: { triggers: 'interest-noawait t-trigger', postinst: 'exit 0' },
  },
  { name: 't-activate', scripts: { triggers: 'activate-noawait t-trigger' } },
  { name: 't-awaits', scripts: { triggers: 'activate t-trigger' } },
  { name: 't-provides-a', control: ['Provides: t-virtual'] },
  { name: 't-provides-b', control: ['Provides: t-virtual (= 1.0)'] },
  { name: 't-needs-virtual', control: ['Depends: t-virtual'] },
  { name: 't-needs-one', control: ['Depends: t-one-bare-all'], conffiles: conffiles.one },
  { name: 't-needs-two', control: ['Pre-Depends: t-needs-one'] },
  { name: 't-recommends', control: ['Recommends: t-one-postrm-all'] },
  { name: 't-empty', empty: true },
  { name: 't-empty-postrm', empty: true, scripts: scripts.postrm },
  { name: 't-epoch', control: [], only: '1' },
  ...['a', 'b', 'c', 'd'].map((k, at, all): Shape => ({
    name: `t-chain-${k}`,
    ...(at === 0 ? {} : { control: [`Depends: t-chain-${all[at - 1] ?? ''}`] }),
    ...(at % 2 === 0 ? {} : { conffiles: conffiles.one }),
  })),
];

/** Those that drive others out, installed by themselves. */
export const rivals: readonly Shape[] = [
  { name: 't-rival-bare', control: ['Conflicts: t-none-bare-all', 'Replaces: t-none-bare-all'] },
  {
    name: 't-rival-conf',
    control: ['Conflicts: t-one-bare-all', 'Replaces: t-one-bare-all', 'Provides: t-one-bare-all'],
  },
  { name: 't-rival-postrm', control: ['Conflicts: t-none-postrm-all'] },
  { name: 't-rival-breaks', control: ['Breaks: t-two-bare-all (<< 2)'] },
];

/** Files that one takes over from another (deb-control(5), Replaces). */
const takers: readonly Shape[] = [
  { name: 't-took-part', only: '1', files: ['t-took-part-x'] },
  { name: 't-took-all', only: '1' },
  {
    name: 't-takes-part',
    only: '1',
    control: ['Replaces: t-took-part, t-nobody (<< 2)'],
    files: ['t-took-part-x'],
  },
  { name: 't-takes-all', only: '1', control: ['Replaces: t-took-all'], files: ['t-took-all'] },
  { name: 't-needs-took', only: '1', control: ['Depends: t-took-all'] },
];

/** Each of their scripts fails while there is a file /run/fails/PACKAGE.SCRIPT: what dpkg leaves half done then is in the name. */
export const halves: readonly Shape[] = ['unpacked', 'configuring', 'installing', 'removing'].flatMap(
  (half) =>
    ['present', 'absent', 'purged', 'beside'].map((task): Shape => {
      const fails = '[ ! -e /run/fails/$DPKG_MAINTSCRIPT_PACKAGE.$DPKG_MAINTSCRIPT_NAME ]';
      return {
        name: `t-${half}-${task}`,
        conffiles: conffiles.one,
        scripts: { preinst: fails, postinst: fails, prerm: fails, postrm: fails },
        ...(task === 'present' || task === 'beside' ? {} : { only: '1' }),
      };
    }),
);

/** One that waits for its trigger to be worked through, and one that waits for that. */
const waiters: readonly Shape[] = [
  { name: 't-pending', only: '1', scripts: { triggers: 'interest t-pends', postinst: 'exit 0' } },
  { name: 't-awaiting', only: '1', scripts: { triggers: 'activate t-pends' } },
];

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** Writes the tree of a package in one version; gives the name of its archive. */
function lay(dir: string, shape: Shape, version: '1' | '2'): void {
  const { name } = shape;
  const conf = (shape.conffiles ?? conffiles.none)[version === '1' ? 0 : 1];
  for (const file of conf) write(join(dir, `etc/${name}/${file}`), `${file} of version ${version}\n`);
  if (shape.empty !== true) write(join(dir, `usr/share/${name}`), `${name} ${version}\n`);
  for (const file of shape.files ?? []) write(join(dir, `usr/share/${file}`), `${file} of ${name}\n`);
  if (conf.length > 0)
    write(join(dir, 'DEBIAN/conffiles'), conf.map((file) => `/etc/${name}/${file}\n`).join(''));
  for (const [script, text] of Object.entries(shape.scripts ?? {}))
    write(
      join(dir, 'DEBIAN', script),
      script === 'triggers' ? `${text}\n` : `#!/bin/sh\nset -e\n${text}\n`,
      script === 'triggers' ? 0o644 : 0o755,
    );
  const control = [
    `Package: ${name}`,
    `Version: ${name === 't-epoch' ? '1:' : ''}${version}.0`,
    `Architecture: ${shape.architecture ?? 'all'}`,
    'Maintainer: rtprov tests <root@localhost>',
    'Description: a package of some build',
    ...(shape.control ?? []),
    '',
  ];
  write(join(dir, 'DEBIAN/control'), control.join('\n'));
}

/** Builds all packages into a folder, with the index of a repository. */
export async function buildShapes(repo: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'rtprov-shapes-'));
  try {
    mkdirSync(repo, { recursive: true });
    for (const shape of [...shapes, ...rivals, ...takers, ...halves, ...waiters])
      for (const version of ['1', '2'] as const)
        if (shape.only === undefined || shape.only === version)
          lay(join(work, `${shape.name}_${version}`), shape, version);
    const build = `cd "$0" && for d in *; do dpkg-deb --root-owner-group -Znone --build "$d" "$1/$d.deb" >/dev/null || exit 1; done; cd "$1" && apt-ftparchive packages . >Packages`;
    await run('sh', ['-c', build, work, repo]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
