/** What random playbooks find on a host: files, trees, links, an account, a unit, packages, and things of odd names. */
import type { LabHost } from '../lab/lab.js';

/** Folders of the world, with all their parents. */
export const WORLD_FOLDERS: ReadonlySet<string> = new Set([
  '/',
  '/etc',
  '/srv',
  '/srv/e2e',
  '/srv/e2e/dir',
  '/srv/e2e/dir/b',
  '/srv/e2e/dir/hollow',
]);

/** Files of the world. */
export const WORLD_FILES: ReadonlySet<string> = new Set([
  '/srv/e2e/text.conf',
  '/srv/e2e/options.ini',
  '/srv/e2e/empty',
  '/srv/e2e/source',
  '/srv/e2e/bytes',
  `/srv/e2e/an odd 'name" $(x).txt`,
  '/srv/e2e/dir/a',
  '/srv/e2e/dir/b/c',
]);

/** Links of the world: where they lead. */
export const WORLD_LINKS: Readonly<Record<string, string>> = {
  '/srv/e2e/link': '/srv/e2e/text.conf',
  '/srv/e2e/linkdir': '/srv/e2e/dir',
  '/srv/e2e/dangling': '/srv/e2e/nowhere',
};

const script = String.raw`set -eu
umask 022
useradd --create-home --uid 3001 --shell /bin/bash --comment 'An old hand' e2eold
groupadd --gid 3002 e2eoldgroup
usermod -a -G e2eoldgroup e2eold
mkdir -p /srv/e2e/dir/b /srv/e2e/dir/hollow
cd /srv/e2e
printf '# settings\nalpha=1\nbeta=2\n#gamma=3\n' >text.conf
printf 'top = 1\n[one]\na = 1\nb = 2\n\n[two]\na = 3\n' >options.ini
: >empty
printf '\000\001\377bytes\n\000' >bytes
printf 'linked\n' >source
printf 'odd\n' >"an odd 'name\" \$(x).txt"
printf 'a of dir\n' >dir/a
printf 'c of dir, no newline' >dir/b/c
ln -s a dir/inner
ln -s text.conf link
ln -s dir linkdir
ln -s nowhere dangling
mkfifo dir/pipe
chmod 0640 text.conf; chown e2eold:e2eoldgroup text.conf
chmod 0600 dir/b/c; chown e2eold dir/b/c
chmod 2775 dir/b; chgrp e2eoldgroup dir/b
chmod 1777 dir/hollow
chmod 4755 dir/a
cat >/etc/systemd/system/e2e-old.service <<'UNIT'
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
UNIT
# Started more often within seconds than systemd lets a service be.
mkdir -p /etc/systemd/system/rtprov-demo-svc.service.d
printf '[Unit]\nStartLimitIntervalSec=0\n' >/etc/systemd/system/rtprov-demo-svc.service.d/limit.conf
systemctl daemon-reload
systemctl enable --now e2e-old.service 2>/dev/null
`;

const withPackages = String.raw`set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
apt-get -q -y install rtprov-demo-a=1.0 rtprov-demo-svc >/dev/null 2>&1
printf 'edited=1\n' >>/etc/rtprov-demo-a.conf
rm -f /usr/share/rtprov-demo-a/data.txt.bak
`;

/** `packages`: with an old version of one demo package, its configuration edited, and the demo service. */
export async function makeWorld(host: LabHost, options: { readonly packages: boolean }): Promise<void> {
  const done = await host.inside(['sh', '-c', options.packages ? `${script}\n${withPackages}` : script]);
  if (done.code !== 0) throw new Error(`the world could not be made on ${host.name}: ${done.stderr}`);
}
