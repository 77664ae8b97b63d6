#!/usr/bin/env bash
# check-package-project.sh PROGRAM FOLDER: whether the package's project, roles and templates serve a user with a folder of their own.
set -euo pipefail
program=$1
mkdir "$2"
cd "$2"
fail() { echo "$*" >&2; [ ! -e told ] || cat told >&2; exit 1; }

echo '== the project that init makes'
"$program" init machines >told || fail 'init failed'
"$program" lint machines/playbooks/site.yaml -i machines/inventory >told 2>&1 || fail 'the example project has faults'
if "$program" init machines >told 2>&1; then fail 'init wrote over a project'; fi
grep -q PROJECT_EXISTS told || fail 'init does not say that there is a project'

echo '== roles and templates by name, the own ones first'
mkdir -p own/roles/mine/tasks own/templates/systemd
echo '- template: { src: systemd/slice.conf.j2, dest: "{{ playbook_dir }}/slice.conf" }' >own/roles/mine/tasks/main.yaml
cat >own/play.yaml <<'PLAY'
- hosts: localhost
  vars: { rt_isolated_cpus: "1", rt_housekeeping_cpus: "0", item: { key: a.slice, value: "0" } }
  roles: [mine]
  tasks:
    - import_role: { name: rt_preflight }
      when: false
PLAY
own() { "$program" "$@" own/play.yaml -i 'localhost,' -e ansible_connection=local >told 2>&1; }
own run --check --diff || fail 'roles and templates of the package were not found'
grep -q 'AllowedCPUs=0' told || fail "the package's template was not rendered"
echo 'mine' >own/templates/systemd/slice.conf.j2
own run --check --diff || fail 'the run failed'
grep -qx '.*+mine' told || fail 'the own template does not win'
known='The machine is of a kind that these roles know'
own run --list-tasks && grep -q "$known" told || fail "the package's role has no task '$known'"
mkdir -p own/roles/rt_preflight/tasks
echo '- fail: { msg: "mine" }' >own/roles/rt_preflight/tasks/main.yaml
own run --list-tasks || fail 'tasks cannot be listed'
if grep -q "$known" told; then fail 'the own role does not win'; fi

echo '== playbooks only by path'
if "$program" lint site.yaml -i 'localhost,' >told 2>&1; then fail 'a playbook of the package was taken by its name alone'; fi
grep -q 'comes with rtprov' told || fail 'no hint names the playbook of the package'

echo '== a stack trace names lines of source files'
cat >broken.cjs <<'BROKEN'
const fs = require('node:fs');
const { readdirSync } = fs;
fs.readdirSync = (path, ...rest) => {
  if (String(path).endsWith('group_vars')) throw new TypeError('broken on purpose');
  return readdirSync(path, ...rest);
};
BROKEN
if node --require ./broken.cjs "$program" lint machines/playbooks/site.yaml -i machines/inventory >told 2>&1; then fail 'nothing was broken'; fi
grep -Eq 'src/inventory/[a-z/-]+\.ts:[0-9]+' told || fail 'the stack does not name a source file'
grep -q 'rtprov [0-9.]*, Node.js v' told || fail 'the fault does not name the versions'

echo '== another name, a folder with a space, a read-only package'
ln -s "$program" 'rt prov'
[ "$('./rt prov' --version)" = "$("$program" --version)" ] || fail 'it does not run by a link'
cp -a "$(dirname "$(dirname "$program")")" 'read only'
chmod -R a-w 'read only'
run='read only/bin/rtprov'
if [ "$(id -u)" = 0 ]; then
  chmod 755 .. . && mkdir -m 777 for-all
  as() { setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$PWD/for-all" "$@"; }
else
  mkdir for-all
  as() { "$@"; }
fi
as "$run" init for-all/machines >told 2>&1 || fail 'init does not work from a read-only package'
as sh -c 'echo >>for-all/machines/inventory/hosts.yaml' || fail 'what init makes cannot be changed'
as "$run" lint for-all/machines/playbooks/site.yaml -i for-all/machines/inventory >told 2>&1 || fail 'a read-only package does not work'
chmod -R u+w 'read only'
