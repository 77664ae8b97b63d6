/** The arguments of `dnf` and `zypper` that `package` hands on, and what they come to. */
import type * as z from 'zod';
import { bool, ignored, unsupported } from '../args/types.js';
import type { WantedPackages } from './plan-packages.js';

const REPOSITORIES =
  'Packages come from the repositories that the host has enabled: enable the repository in its file below /etc/yum.repos.d, or disable it there.';
const PLUGINS = 'dnf runs with the plugins that the host has enabled.';
const CHECKS = 'Signatures and certificates are always checked, as the repositories say.';
const CONFLICTS =
  "Conflicts are never solved by taking other packages, so that the plan is the repositories' newest.";
const ADVISORIES = 'rtprov knows no advisories: name the packages.';
const MARKS = 'rpm keeps no marks of why a package came: name what is to go.';
const ELSEWHERE = 'Packages are installed for the host as it runs.';

/** dnf's own, without `name`, `state` and `update_cache`. */
export const dnfShape = {
  autoremove: unsupported(MARKS, false),
  install_weak_deps: bool().optional(),
  update_only: bool().default(false),
  allow_downgrade: unsupported('Versions of packages cannot be chosen with dnf so far.', false),
  allowerasing: unsupported(
    'Packages that stand in the way are never erased: remove them by a task of their own.',
    false,
  ),
  best: unsupported(CONFLICTS, true),
  bugfix: unsupported(ADVISORIES, false),
  cacheonly: unsupported('The metadata is as old as dnf lets it become.', false),
  conf_file: unsupported("dnf's own configuration is used."),
  disable_excludes: unsupported('What the configuration excludes stays out.'),
  disable_gpg_check: unsupported(CHECKS, false),
  disable_plugin: unsupported(PLUGINS),
  disablerepo: unsupported(REPOSITORIES),
  download_dir: unsupported('Packages are installed, not kept as files.'),
  download_only: unsupported('Packages are installed, not kept as files.', false),
  enable_plugin: unsupported(PLUGINS),
  enablerepo: unsupported(REPOSITORIES),
  exclude: unsupported('Name what is to be installed.'),
  install_repoquery: ignored('Nothing is needed on the target.'),
  installroot: unsupported(ELSEWHERE, '/'),
  list: unsupported('Use a command (dnf list).'),
  lock_timeout: ignored('dnf waits for its lock.'),
  nobest: unsupported(CONFLICTS, false),
  releasever: unsupported(ELSEWHERE),
  security: unsupported(ADVISORIES, false),
  skip_broken: unsupported('What cannot be installed fails.', false),
  sslverify: unsupported(CHECKS, true),
  use_backend: unsupported('dnf 4 is spoken.', 'auto'),
  validate_certs: unsupported(CHECKS, true),
} as const;

/** zypper's own (community.general), without `name`, `state` and `update_cache`. */
export const zypperShape = {
  clean_deps: unsupported(MARKS, false),
  disable_recommends: bool().optional(),
  allow_vendor_change: unsupported('Packages keep their vendor.', false),
  auto_import_keys: unsupported(CHECKS, false),
  disable_gpg_check: unsupported(CHECKS, false),
  extra_args: unsupported('What they would do cannot be foreseen.'),
  extra_args_precommand: unsupported('What they would do cannot be foreseen.'),
  force: unsupported('What is installed already is not installed once more.', false),
  force_resolution: unsupported('What cannot be installed fails.', false),
  oldpackage: unsupported('Versions of packages cannot be chosen with zypper so far.', false),
  quiet: ignored('It only changes what is printed.'),
  replacefiles: unsupported('A file of two packages is a failure.', false),
  simple_errors: ignored('It only changes what is printed.'),
  skip_post_errors: unsupported('A script of a package that fails is a failure.', false),
  type: unsupported('Only packages are spoken.', 'package'),
} as const;

export const rpmDocs = {
  install_weak_deps: "Whether what packages recommend comes along. Default: dnf's own setting.",
  update_only: 'Whether packages that are not installed are left alone. Default: false.',
  clean_deps: 'Taking away what nothing needs any more.',
  disable_recommends: "Whether what packages recommend stays out. Default: zypper's own setting.",
  allowerasing: 'Erasing what stands in the way.',
  best: 'Only the newest versions.',
  bugfix: 'Only what mends faults.',
  cacheonly: 'Only the metadata that is there.',
  conf_file: 'Another configuration.',
  disable_excludes: 'Switching off what is excluded.',
  disable_gpg_check: 'Installing without signatures.',
  disable_plugin: 'Plugins to switch off.',
  disablerepo: 'Repositories to leave out.',
  download_dir: 'Where to put packages.',
  download_only: 'Fetching without installing.',
  enable_plugin: 'Plugins to switch on.',
  enablerepo: 'Repositories to use.',
  exclude: 'Packages to leave out.',
  install_repoquery: 'Accepted; without effect.',
  installroot: 'Another root.',
  list: 'Only listing.',
  nobest: 'Also older versions.',
  releasever: 'Another release.',
  security: 'Only what mends security.',
  skip_broken: 'Passing over what cannot be installed.',
  sslverify: 'Whether certificates are checked.',
  use_backend: 'Which dnf.',
  validate_certs: 'Whether certificates are checked.',
  allow_vendor_change: "Another vendor's packages.",
  auto_import_keys: 'Trusting new keys.',
  extra_args: 'Further arguments.',
  extra_args_precommand: 'Further arguments.',
  force_resolution: 'Solving by force.',
  oldpackage: 'Older versions.',
  quiet: 'Accepted; without effect.',
  replacefiles: 'Overwriting files of other packages.',
  simple_errors: 'Accepted; without effect.',
  skip_post_errors: 'Passing over scripts that fail.',
  type: 'Patterns, patches and the like.',
} as const;

type Given<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;
type OfRpm = Pick<WantedPackages, 'onlyUpgrade' | 'recommends'>;

export const dnfWanted = (given: Given<typeof dnfShape>): OfRpm => ({
  onlyUpgrade: given.update_only,
  recommends: given.install_weak_deps,
});

export const zypperWanted = (given: Given<typeof zypperShape>): OfRpm => ({
  onlyUpgrade: false,
  recommends: given.disable_recommends === undefined ? undefined : !given.disable_recommends,
});
