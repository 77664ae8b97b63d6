/** `apt`: Debian packages. */
import * as z from 'zod';
import { bool, choice, ignored, int, list, name, unsupported } from './args/types.js';
import type { Module } from './module.js';
import { packageWord } from './packages/names.js';
import { packageNeeds, planPackages, type WantedPackages } from './packages/plan-packages.js';
import { failed } from './plan-result.js';

const args = z.strictObject({
  name: list().default([]),
  state: choice(['present', 'absent', 'latest', 'fixed', 'installed', 'removed']).default('present'),
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
  allow_change_held_packages: unsupported('Take the hold away first, with apt-mark unhold.', false),
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
});
export type AptArgs = z.infer<typeof args>;

const STATES = {
  present: 'present',
  installed: 'present',
  absent: 'absent',
  removed: 'absent',
  latest: 'latest',
  fixed: 'fixed',
} as const;
const UPGRADES = { no: undefined, yes: 'safe', safe: 'safe', full: 'full', dist: 'dist' } as const;

function wantedOf(given: AptArgs): WantedPackages {
  return {
    names: given.name,
    state: STATES[given.state],
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

export const apt: Module<AptArgs> = {
  name: 'apt',
  fullNames: ['ansible.builtin.apt', 'ansible.legacy.apt'],
  barrier: false,
  args,
  aliases: {
    name: ['package', 'pkg'],
    update_cache: ['update-cache'],
    default_release: ['default-release'],
    install_recommends: ['install-recommends'],
    allow_unauthenticated: ['allow-unauthenticated'],
    allow_downgrade: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
  },
  rules: [
    { type: 'exclusive', args: ['name', 'deb', 'upgrade'] },
    { type: 'one-of', args: ['name', 'deb', 'upgrade', 'update_cache', 'autoremove', 'autoclean', 'clean'] },
  ],
  doc: {
    summary:
      'Installs, upgrades and removes Debian packages. The plan lists every package of the transaction.',
    args: {
      name: 'Packages: `name`, `name:arch`, `name=version`, `name/release`; `*` and `?` match.',
      state: '`present`, `latest`, `absent`, or `fixed` (mends what is broken). Default: present.',
      update_cache:
        'Whether to refresh the package lists first. Default: false, true with `cache_valid_time`.',
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
    },
    examples: [
      '- apt:\n    name: [tuned, rt-tests]\n    update_cache: true\n    cache_valid_time: 3600',
      '- apt:\n    name: irqbalance\n    state: absent\n    purge: true',
    ],
  },
  touches: (given) => {
    const names: unknown = given['name'];
    if (typeof names !== 'string') return undefined;
    return names.split(',').flatMap((text) => {
      const word = packageWord(text.trim());
      return word === undefined || word.pattern ? [] : [{ kind: 'package', name: word.name } as const];
    });
  },
  needs: (given, context) => (context.facts.pkgMgr === 'apt' ? packageNeeds(wantedOf(given), context) : []),
  plan: (given, context) =>
    context.facts.pkgMgr === 'apt'
      ? planPackages(wantedOf(given), context)
      : failed(
          `This host has no apt: it is ${context.facts.osId}. \`package\` takes its own package manager.`,
        ),
};
