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
  force: unsupported('It would disable the checks of signatures and of removals.', false),
  allow_unauthenticated: unsupported('Packages without a trusted signature are never installed.', false),
  allow_change_held_packages: unsupported('Remove the hold first, with apt-mark unhold.', false),
  autoclean: unsupported(
    'It changes nothing that a plan could show: use a command (apt-get autoclean).',
    false,
  ),
  clean: unsupported('It changes nothing that a plan could show: use a command (apt-get clean).', false),
  fail_on_autoremove: unsupported('The plan names each package that would be removed.', false),
  policy_rc_d: unsupported('Services start as their packages define.'),
  dpkg_options: ignored('Changed configuration files are always kept (force-confdef, force-confold).'),
  force_apt_get: ignored('apt-get is always used.'),
  lock_timeout: ignored('rtprov waits for the lock.'),
  update_cache_retries: ignored('The lists are refreshed once.'),
  update_cache_retry_max_delay: ignored('The lists are refreshed once.'),
  auto_install_module_deps: ignored('The target needs no extra packages.'),
};

export const aptAliases = {
  update_cache: ['update-cache'],
  default_release: ['default-release'],
  install_recommends: ['install-recommends'],
  allow_unauthenticated: ['allow-unauthenticated'],
  allow_downgrade: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
} as const;

export const aptDocs = {
  update_cache:
    'Whether to refresh the package lists first. `cache_valid_time` asks for it too. Default: false.',
  cache_valid_time:
    'Refresh the package lists only when they are older than this, in seconds. Default: 0, which refreshes them each time.',
  upgrade: 'Upgrades all packages: `safe` (or yes) removes none, `full` and `dist` may. Default: no.',
  purge: 'Whether `absent` also removes the configuration files. Default: false.',
  autoremove: 'Whether packages that are no longer needed are removed. Default: false.',
  default_release: 'The release that packages are taken from.',
  install_recommends: "Whether recommended packages are installed too. Default: apt's own setting.",
  only_upgrade: 'Whether packages that are not installed are ignored. Default: false.',
  allow_downgrade: 'Whether an older version may replace a newer one. Default: false.',
  deb: 'A package file.',
  force: 'Installing without checks.',
  allow_unauthenticated: 'Installing without signatures.',
  allow_change_held_packages: 'Changing packages that are held.',
  autoclean: 'Cleaning the download folder of old packages.',
  clean: 'Cleaning the download folder.',
  fail_on_autoremove: 'Failing when packages would be removed.',
  policy_rc_d: 'A return value for policy-rc.d.',
  dpkg_options: 'Accepted, but changed configuration files are always kept.',
  force_apt_get: 'Accepted, but has no effect.',
  lock_timeout: 'Accepted, but rtprov waits one minute for the lock.',
  update_cache_retries: 'Accepted, but has no effect.',
  update_cache_retry_max_delay: 'Accepted, but has no effect.',
  auto_install_module_deps: 'Accepted, but the target needs no extra packages.',
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
    updateCache: given.update_cache === true || given.cache_valid_time > 0,
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
