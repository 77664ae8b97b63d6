#!/usr/bin/env bash
# Installs the package as users do and runs it away from the sources: what users get has to work.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${RTPROV_BIN:-$(bash scripts/install-package.sh)}
package=$(dirname "$(dirname "$program")")/lib/node_modules/rtprov

node scripts/check-bundle.mjs "$program"
for path in inventory/hosts.yaml playbooks/site.yaml templates schema/playbook.json LICENSE THIRD-PARTY-NOTICES; do
  [ -e "$package/$path" ] || { echo "the package lacks $path" >&2; exit 1; }
done
if [ -e "$package/node_modules" ]; then
  echo "the package brought other packages along: they belong into the bundle, and package.json names them as devDependencies" >&2
  exit 1
fi

for path in docs/adr docs/development docs/resources docs/architecture.md; do
  [ ! -e "$package/$path" ] || { echo "the package has $path, which is for developers" >&2; exit 1; }
done
size=$(du -sb "$package" | cut -f1)
[ "$size" -le 12000000 ] || { echo "the package has $size bytes; 12000000 were wanted" >&2; exit 1; }
node scripts/check-package-links.mjs "$package"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bash scripts/check-package-project.sh "$program" "$folder/a project"
cd "$folder"
export XDG_STATE_HOME=$folder/state
mkdir here
printf 'included: yes\n' >vars.yaml
printf '{{ inventory_hostname }} has {{ ansible_nodename }}\n' >motd.j2
echo '- debug: { msg: "from a file" }' >tasks.yaml
cat >play.yaml <<'PLAY'
- hosts: localhost
  vars: { here: "{{ playbook_dir }}/here" }
  tasks:
    - copy: { dest: "{{ here }}/text", content: "one\n" }
    - fetch: { src: "{{ here }}/text", dest: fetched/, flat: true }
    - fetch: { src: "{{ here }}/text", dest: fetched }
    - template: { src: motd.j2, dest: "{{ here }}/motd" }
    - lineinfile: { path: "{{ here }}/text", line: two }
    - file: { path: "{{ here }}/folder", state: directory }
    - command: cat {{ here }}/text
      register: read
    - include_vars: vars.yaml
    - include_tasks: tasks.yaml
    - wait_for: { path: "{{ here }}/motd", timeout: 5 }
    - stat: { path: "{{ here }}/text" }
      register: stat
    - slurp: { src: "{{ here }}/text" }
    - assert: { that: [read.stdout == "one\ntwo", included, stat.stat.size == 8] }
    - debug: { msg: "it works" }
PLAY
"$program" --version
rtprov() { "$program" "$1" play.yaml -i 'localhost,' -e ansible_connection=local "${@:2}" >told 2>&1 || { cat told >&2; exit 1; }; }
rtprov lint
rtprov run --check --diff
rtprov run
grep -q 'it works' told || { cat told >&2; exit 1; }
for file in fetched/text "fetched/localhost$folder/here/text"; do
  [ "$(cat "$file")" = one ] || { echo "fetch did not bring $file" >&2; exit 1; }
done
"$program" rollback localhost -i 'localhost,' -e ansible_connection=local >told 2>&1 || { cat told >&2; exit 1; }
[ ! -e here/text ] || { echo 'the rollback left a file' >&2; exit 1; }
