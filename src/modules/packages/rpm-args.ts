/** The arguments of `dnf` and `zypper` that `package` hands on, and what they come to. */
import type * as z from 'zod';
import { bool, ignored, unsupported } from '../args/types.js';
import type { WantedPackages } from './plan-packages.js';

const REPOSITORIES =
  'Packages come from the repositories that the host has enabled: enable the repository in its file below /etc/yum.repos.d, or disable it there.';
const PLUGINS = 'dnf runs with the plugins that the host has enabled.';
const CHECKS = 'Signatures and certificates are always checked, as the repositories define.';
const CONFLICTS =
  'Conflicts are never solved by choosing other packages, so the plan always uses the newest packages of the repositories.';
const ADVISORIES = 'rtprov does not read advisories: name the packages.';
const MARKS = 'rpm does not record why a package was installed: name the packages to remove.';
const ELSEWHERE = 'Packages are installed for the running host.';

/** dnf's own, without `name`, `state` and `update_cache`. */
export const dnfShape = {
  autoremove: unsupported(MARKS, false),
  install_weak_deps: bool().optional(),
  update_only: bool().default(false),
  allow_downgrade: unsupported('Package versions cannot be chosen with dnf yet.', false),
  allowerasing: unsupported(
    'Conflicting packages are never erased: remove them with a separate task.',
    false,
  ),
  best: unsupported(CONFLICTS, true),
  bugfix: unsupported(ADVISORIES, false),
  cacheonly: unsupported('dnf decides when the metadata is too old.', false),
  conf_file: unsupported("dnf's own configuration is used."),
  disable_excludes: unsupported('Packages that the configuration excludes are not installed.'),
  disable_gpg_check: unsupported(CHECKS, false),
  disable_plugin: unsupported(PLUGINS),
  disablerepo: unsupported(REPOSITORIES),
  download_dir: unsupported('Packages are installed, not kept as files.'),
  download_only: unsupported('Packages are installed, not kept as files.', false),
  enable_plugin: unsupported(PLUGINS),
  enablerepo: unsupported(REPOSITORIES),
  exclude: unsupported('Name the packages to install.'),
  install_repoquery: ignored('The target needs no extra packages.'),
  installroot: unsupported(ELSEWHERE, '/'),
  list: unsupported('Use a command (dnf list).'),
  lock_timeout: ignored('dnf waits for its lock.'),
  nobest: unsupported(CONFLICTS, false),
  releasever: unsupported(ELSEWHERE),
  security: unsupported(ADVISORIES, false),
  skip_broken: unsupported('A package that cannot be installed makes the task fail.', false),
  sslverify: unsupported(CHECKS, true),
  use_backend: unsupported('rtprov uses dnf 4.', 'auto'),
  validate_certs: unsupported(CHECKS, true),
} as const;

/** zypper's own (community.general), without `name`, `state` and `update_cache`. */
export const zypperShape = {
  clean_deps: unsupported(MARKS, false),
  disable_recommends: bool().optional(),
  allow_vendor_change: unsupported('Packages keep their vendor.', false),
  auto_import_keys: unsupported(CHECKS, false),
  disable_gpg_check: unsupported(CHECKS, false),
  extra_args: unsupported('Their effect cannot be predicted.'),
  extra_args_precommand: unsupported('Their effect cannot be predicted.'),
  force: unsupported('A package that is installed already is not installed again.', false),
  force_resolution: unsupported('A package that cannot be installed makes the task fail.', false),
  oldpackage: unsupported('Package versions cannot be chosen with zypper yet.', false),
  quiet: ignored('It only changes what is printed.'),
  replacefiles: unsupported('A file that is in two packages is a failure.', false),
  simple_errors: ignored('It only changes what is printed.'),
  skip_post_errors: unsupported('A failing package script is a failure.', false),
  type: unsupported('Only packages are supported.', 'package'),
} as const;

export const rpmDocs = {
  install_weak_deps: "Whether recommended packages are installed too. Default: dnf's own setting.",
  update_only: 'Whether packages that are not installed are ignored. Default: false.',
  clean_deps: 'Removing packages that are no longer needed.',
  disable_recommends: "Whether recommended packages are not installed. Default: zypper's own setting.",
  allowerasing: 'Erasing conflicting packages.',
  best: 'Only the newest versions.',
  bugfix: 'Only bug fixes.',
  cacheonly: 'Only the existing metadata.',
  conf_file: 'A different configuration file.',
  disable_excludes: 'Disabling exclusions.',
  disable_gpg_check: 'Installing without signatures.',
  disable_plugin: 'Plugins to disable.',
  disablerepo: 'Repositories to disable.',
  download_dir: 'Where to put packages.',
  download_only: 'Downloading without installing.',
  enable_plugin: 'Plugins to enable.',
  enablerepo: 'Repositories to use.',
  exclude: 'Packages to exclude.',
  install_repoquery: 'Accepted, but has no effect.',
  installroot: 'A different root folder.',
  list: 'Only listing packages.',
  nobest: 'Also installing older versions.',
  releasever: 'A different release.',
  security: 'Only security fixes.',
  skip_broken: 'Skipping packages that cannot be installed.',
  sslverify: 'Whether certificates are checked.',
  use_backend: 'Which version of dnf.',
  validate_certs: 'Whether certificates are checked.',
  allow_vendor_change: 'Packages of another vendor.',
  auto_import_keys: 'Trusting new keys.',
  extra_args: 'Further arguments.',
  extra_args_precommand: 'Further arguments.',
  force_resolution: 'Solving conflicts by force.',
  oldpackage: 'Older versions.',
  quiet: 'Accepted, but has no effect.',
  replacefiles: 'Overwriting files of other packages.',
  simple_errors: 'Accepted, but has no effect.',
  skip_post_errors: 'Ignoring failing scripts.',
  type: 'Patterns, patches and other types.',
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
