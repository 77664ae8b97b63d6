/** The arguments of `apt` that `package` hands on to it, and what they come to. */
import type * as z from 'zod';
import { bool, choice, ignored, int, name, unsupported } from '../args/types.js';
import type { WantedPackages } from './plan-packages.js';

/** Without `name` and `state`. */
export const aptShape = {
  update_cache: bool().optional(),
  cache_valid_time: int({ min: 0 }).default(0),
  upgrade: choice(['no', 'yes', 'safe', 'full', 'dist']).default('no'),
  purge: bool().default(false),
  autoremove: bool().default(false),
  default_release: name().optional(),
  install_recommends: bool().optional(),
  only_upgrade: bool().default(false),
  allow_downgrade: bool().default(false),
  deb: unsupported(
    'Copy the file to the target and install it with a command (apt-get install /path/file.deb).',
  ),
  force: unsupported('It would switch off the checks of signatures and of removals.', false),
  allow_unauthenticated: unsupported('Packages without a trusted signature are never installed.', false),
  allow_change_held_packages: unsupported('Remove the hold first, with apt-mark unhold.', false),
  autoclean: unsupported(
    'It leaves nothing that could be planned: use a command (apt-get autoclean).',
    false,
  ),
  clean: unsupported('It leaves nothing that could be planned: use a command (apt-get clean).', false),
  fail_on_autoremove: unsupported('The plan names each package that would go.', false),
  policy_rc_d: unsupported('Services start as their packages say.'),
  dpkg_options: ignored('Changed configuration files are always kept (force-confdef, force-confold).'),
  force_apt_get: ignored('apt-get is always used.'),
  lock_timeout: ignored('The lock is waited for.'),
  update_cache_retries: ignored('The lists are refreshed once.'),
  update_cache_retry_max_delay: ignored('The lists are refreshed once.'),
  auto_install_module_deps: ignored('Nothing is needed on the target.'),
};

export const aptAliases = {
  update_cache: ['update-cache'],
  default_release: ['default-release'],
  install_recommends: ['install-recommends'],
  allow_unauthenticated: ['allow-unauthenticated'],
  allow_downgrade: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
} as const;

export const aptDocs = {
  update_cache: 'Whether to refresh the package lists first. Default: false, true with `cache_valid_time`.',
  cache_valid_time: 'How old, in seconds, the lists may be without being refreshed. Default: 0.',
  upgrade: 'Upgrades all packages: `safe` (or yes) removes none, `full` and `dist` may. Default: no.',
  purge: 'Whether `absent` takes the configuration files too. Default: false.',
  autoremove: 'Whether packages go that nothing needs any more. Default: false.',
  default_release: 'The release that packages are taken from.',
  install_recommends: "Whether recommended packages come along. Default: apt's own setting.",
  only_upgrade: 'Whether packages that are not installed are left alone. Default: false.',
  allow_downgrade: 'Whether an older version may replace a newer one. Default: false.',
  deb: 'A package file.',
  force: 'Installing without checks.',
  allow_unauthenticated: 'Installing without signatures.',
  allow_change_held_packages: 'Changing packages that are held.',
  autoclean: 'Cleaning the download folder of old packages.',
  clean: 'Cleaning the download folder.',
  fail_on_autoremove: 'Failing where packages would go.',
  policy_rc_d: 'A return value for policy-rc.d.',
  dpkg_options: 'Accepted; changed configuration files are always kept.',
  force_apt_get: 'Accepted; without effect.',
  lock_timeout: 'Accepted; the lock is waited for a minute.',
  update_cache_retries: 'Accepted; without effect.',
  update_cache_retry_max_delay: 'Accepted; without effect.',
  auto_install_module_deps: 'Accepted; nothing is needed on the target.',
};

/** What `state` means. */
export const STATES = {
  present: 'present',
  installed: 'present',
  absent: 'absent',
  removed: 'absent',
  latest: 'latest',
  fixed: 'fixed',
} as const;
const UPGRADES = { no: undefined, yes: 'safe', safe: 'safe', full: 'full', dist: 'dist' } as const;

export function aptWanted(
  names: readonly string[],
  state: keyof typeof STATES,
  given: z.infer<z.ZodObject<typeof aptShape>>,
): WantedPackages {
  return {
    names,
    state: STATES[state],
    // Ansible's rule: whoever says how old the lists may be wants them refreshed.
    updateCache: given.update_cache ?? given.cache_valid_time > 0,
    cacheValidSeconds: given.cache_valid_time,
    upgrade: UPGRADES[given.upgrade],
    purge: given.purge,
    autoremove: given.autoremove,
    onlyUpgrade: given.only_upgrade,
    allowDowngrade: given.allow_downgrade,
    recommends: given.install_recommends,
    defaultRelease: given.default_release,
  };
}
