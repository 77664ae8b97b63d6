#!/usr/bin/env bash
# Packs the project, installs the package into an empty folder and runs it there: what users get has to work.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ./rtprov-*.tgz
npx rtprov --version
for path in playbooks/site.yaml templates schema/playbook.json; do
  [ -e "node_modules/rtprov/$path" ] || { echo "the package lacks $path" >&2; exit 1; }
done
echo '- hosts: localhost
  gather_facts: false
  tasks:
    - debug: {msg: "it works"}' >play.yaml
npx rtprov run play.yaml -i 'localhost,' -e ansible_connection=local | grep -q 'it works'
