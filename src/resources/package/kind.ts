/** Packages of Debian and of RPM distributions. A task's changes are one transaction. See docs/resources/package.md. */
import { library, raw, sh, type Shell } from '../../shell/shell.js';
import { putLibrary } from '../file/library/put.js';
import { menuLibrary } from '../boot-entry/menu-library.js';
import { fieldDiff, yesNo } from '../lib/fields.js';
import { keepLibrary, recordKey, unchanged } from '../lib/keep.js';
import type { Change, ResourceKind } from '../resource.js';
import type { PackageState } from './state.js';
import { packageArchiveLibrary } from './archive-library.js';
import { packageKeepLibrary } from './keep-library.js';
import { checkPackageName, checkVersion, versionsOf } from './name.js';
import { packageCanon, parsePackages } from './parse.js';
import { packageReadLibrary } from './read-library.js';
import { packageSweepLibrary } from './sweep-library.js';
import { packageWriteLibrary } from './write-library.js';

/** One record a transaction: undo gets the same changes swapped, in any order. */
function transactionKey(changes: readonly Change<'package'>[], swapped: boolean): string {
  const of = (side: (change: Change<'package'>) => PackageState): string =>
    [...changes]
      .map((change) => `${change.id.name} ${packageCanon(change.id.name, side(change))}`)
      .sort()
      .join('\n');
  const [from, to] = [of((change) => change.from), of((change) => change.to)];
  return swapped ? recordKey('package', '', to, from) : recordKey('package', '', from, to);
}

function write(changes: readonly Change<'package'>[]): Shell {
  if (changes.length === 0) return raw('');
  const wanted = changes.map(({ id, from, to }) =>
    [
      checkPackageName(id.name),
      to.version === undefined ? '-' : checkVersion(to.version),
      to.auto,
      to.held,
      to.configFiles,
      from.held,
      from.version === undefined ? '-' : checkVersion(from.version),
    ].join(' '),
  );
  return sh`rtp_package_write ${transactionKey(changes, false)} ${transactionKey(changes, true)} <<'RTP_END' || exit 1
${raw(wanted.join('\n'))}
RTP_END`;
}

/** The canonical lines; of a package that is half done, those of what it counts as. */
function seen(names: readonly string[]): Shell {
  return sh`rtp_package_seen ${names.map(checkPackageName)}`;
}

/** The archives of all versions that will be replaced or removed. */
function save(changes: readonly Change<'package'>[]): Shell {
  if (changes.length === 0) return raw('');
  const present = seen(changes.map(({ id }) => id.name));
  const check = unchanged({ kind: 'package', canon: packageCanon }, changes, present);
  const old = changes.flatMap(({ id, from, to }) => {
    const stays = versionsOf(to.version);
    return to.irreversible === true
      ? []
      : versionsOf(from.version)
          .filter((version) => !stays.includes(version))
          .map((version) => `${checkPackageName(id.name)} ${checkVersion(version)}`);
  });
  if (old.length === 0) return check;
  return sh`${check}
rtp_package_save <<'RTP_END' || exit 1
${raw(old.join('\n'))}
RTP_END`;
}

export const packageKind: ResourceKind<'package'> = {
  kind: 'package',
  library: library([
    keepLibrary,
    putLibrary,
    menuLibrary,
    packageReadLibrary,
    packageKeepLibrary,
    packageArchiveLibrary,
    packageSweepLibrary,
    packageWriteLibrary,
  ]),
  read: (requests) =>
    requests.length === 0
      ? raw('')
      : sh`rtp_package_list ${requests.map(({ name }) => checkPackageName(name))}`,
  parse: parsePackages,
  canon: packageCanon,
  show: (name) => sh`rtp_package_show ${checkPackageName(name)}`,
  showAll: seen,
  save,
  unfinished: (changes) => sh`[ -e "$(rtp_keep ${transactionKey(changes, false)})/began" ]`,
  write,
  diff: ({ from, to }) => fieldDiff(fields(from), fields(to)),
  blobs: () => [],
  disturbedBy: () => ['package'],
  oneTransaction: true,
  forgetAfter: true,
  runsPrograms: true,
  takesAlong: true,
  notUndoable: ({ id, from, to }) => {
    // Nothing brings a half done package back. A run that left it so takes it back, with all that came of it since.
    if (from.half === true)
      return `${id.name} is half installed, and undo cannot restore that state; if an interrupted run caused it, rolling back that run restores the state before it`;
    if (to.irreversible === true) return `${id.name} ${from.version ?? ''} is no longer available`;
    if (from.version === undefined && from.configFiles && to.version === undefined && !to.configFiles) {
      return `the configuration files that ${id.name} left cannot be registered with dpkg again`;
    }
    return undefined;
  },
};

function fields(state: PackageState): Record<string, string | undefined> {
  return {
    version: state.version,
    ...(state.version === undefined ? {} : { auto: yesNo(state.auto) }),
    ...(state.held ? { held: 'yes' } : {}),
    ...(state.half === true
      ? { 'half installed': 'yes' }
      : state.configFiles
        ? { 'configuration files': 'kept' }
        : {}),
  };
}
