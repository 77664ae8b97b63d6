/**
 * Modules that public roles use and rtprov does not have, by their short names, and what to write instead. In the sentences, names
 * of rtprov's own modules are in backquotes.
 */

const COMMAND =
  '`command` with `creates` or `changed_when`, and with `undo` and `touches` (docs/modules/command.md)';

const inPackages = 'Use `package`, which takes the same arguments on hosts with that package manager.';
const notOurs = `rtprov supports apt, dnf and zypper; use ${COMMAND}.`;
const key = 'Use `copy` for the key below /etc/apt/keyrings, and name it in the source with signed-by.';
const source =
  'Use `copy` or `template` for the file below /etc/apt/sources.list.d, and then `apt` with update_cache.';
const container =
  'Use `copy` or `template` for a unit that runs the container, and `systemd` to enable and start it.';
const libvirt =
  'Use `copy` or `template` for the XML, and `command` with virsh define (docs/modules/command.md).';
const rule =
  'Use `copy` or `template` for the file of rules and `systemd` for the service that loads it (nftables, firewalld).';
const selinux = 'Use `lineinfile` in /etc/selinux/config, and `reboot`.';
const labels = `Use ${COMMAND} that calls semanage or setsebool.`;
const fetched = 'Download it to the controller and use `copy`, which shows what changes and can be undone.';

const INSTEAD: Readonly<Record<string, string>> = {
  acl: `Use ${COMMAND} that calls setfacl.`,
  add_host: 'Name the host in the inventory: rtprov knows all hosts before a run.',
  alternatives:
    'Use `file` with state link for the link below /etc/alternatives, or `command` with update-alternatives.',
  apk: notOurs,
  apt_key: key,
  apt_repository: source,
  archive: `Use ${COMMAND} that calls tar.`,
  assemble: 'Use `template` with all parts, or one `copy` for each file of a folder such as NAME.d.',
  authorized_key:
    'Use `lineinfile` with the whole key in ~/.ssh/authorized_keys, or `copy` for all keys; the folder with `file` before it.',
  capabilities: `Use ${COMMAND} that calls setcap.`,
  cron: 'Use `copy` for a file below /etc/cron.d, whose lines also name the user, or a systemd timer.',
  crypttab: 'Use `lineinfile` in /etc/crypttab.',
  deb822_repository: source,
  debconf: 'Use `command` with debconf-set-selections (docs/modules/command.md).',
  dnf: inPackages,
  dnf5: inPackages,
  docker_container: container,
  docker_image: container,
  expect: 'Use `command` with `stdin`, or the option of the program that disables questions.',
  filesystem: `Use ${COMMAND} that calls mkfs.`,
  find: 'Use `command` with find and `changed_when: false`, and register its lines.',
  firewalld: rule,
  get_url: fetched,
  getent: 'Use `command` with getent and `changed_when: false`, and register its lines.',
  git: `Use ${COMMAND} that calls git, or \`copy\` the files from the controller.`,
  group_by: 'Use `when` on the tasks, or name the group in the inventory.',
  hostname:
    'Use `copy` for /etc/hostname, and `command` with hostnamectl set-hostname (docs/modules/command.md).',
  htpasswd: 'Use `lineinfile` or `copy` with the line as htpasswd prints it.',
  iptables: rule,
  known_hosts: 'Use `lineinfile` in /etc/ssh/ssh_known_hosts or ~/.ssh/known_hosts.',
  locale_gen: 'Use `lineinfile` in /etc/locale.gen, and `command` with locale-gen as a handler.',
  lvg: `Use ${COMMAND} that calls vgcreate.`,
  lvol: `Use ${COMMAND} that calls lvcreate.`,
  mount:
    'Use `copy` for a systemd .mount unit and `systemd` to enable and start it, or `lineinfile` in /etc/fstab.',
  nmcli:
    'Use `copy` for the connection below /etc/NetworkManager/system-connections, and a handler that reloads it.',
  npm: `Use ${COMMAND}.`,
  openssh_keypair: 'Use `command` with ssh-keygen and `creates` (docs/modules/command.md).',
  package_facts:
    'Use `command` with dpkg-query or rpm and `changed_when: false`; `package` changes nothing that is already right.',
  pacman: notOurs,
  pam_limits: 'Use `copy` for a file below /etc/security/limits.d.',
  parted: `Use ${COMMAND} that calls parted.`,
  patch: 'Use `copy` with the whole file, or `replace` and `lineinfile` for parts of it.',
  ping: 'Use `wait_for_connection`, or nothing: each run begins by connecting to the host.',
  pip: 'Use `package` for the packages of the distribution, or `command` with `creates` (docs/modules/command.md).',
  podman_container: container,
  rpm_key: 'Use `copy` for the key below /etc/pki/rpm-gpg, and name it in the repository with gpgkey.',
  seboolean: labels,
  sefcontext: labels,
  selinux,
  seport: labels,
  service_facts:
    'Use `command` with systemctl and `changed_when: false`; `systemd` changes nothing that is already right.',
  set_stats: 'Use `set_fact` or `debug`; rtprov keeps records of its runs by itself.',
  snap: `Use ${COMMAND} that calls snap.`,
  subversion: `Use ${COMMAND} that calls svn, or \`copy\` the files from the controller.`,
  synchronize: 'Use `copy` with a folder as src, which shows what changes and can be undone.',
  sysvinit: 'Use `service`.',
  tempfile:
    'Use `file` with a path of your own; a path that is new each time would be a change in every run.',
  timezone:
    'Use `file` with state link from /etc/localtime to the file below /usr/share/zoneinfo, or `command` with timedatectl (docs/modules/command.md).',
  ufw: `Use ${COMMAND} that calls ufw, or \`copy\` for a file of nftables.`,
  unarchive: `Unpack it on the controller and use \`copy\` with the folder, or ${COMMAND} that calls tar.`,
  uri: 'Use `command` with curl and `changed_when: false`, or lookup("url", ...) on the controller.',
  virt: libvirt,
  virt_net: libvirt,
  virt_pool: libvirt,
  xml: 'Use `replace`, or `template` for the whole file.',
  yum: inPackages,
  yum_repository: 'Use `ini_file` or `copy` for a file below /etc/yum.repos.d.',
  zypper: inPackages,
  zypper_repository: 'Use `ini_file` or `copy` for a file below /etc/zypp/repos.d.',
};

/** Every name that has such a sentence. */
export const OTHER_MODULES: readonly string[] = Object.keys(INSTEAD);

/** What to write instead of a module, by its name with or without a collection. */
export function insteadOfModule(name: string): string | undefined {
  const short = name.split('.').at(-1) ?? name;
  return Object.hasOwn(INSTEAD, short) ? INSTEAD[short] : undefined;
}
