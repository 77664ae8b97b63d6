#!/usr/bin/env bash
# npm run demo: the whole story on two lab hosts, from nothing. On a fresh Debian 12 as root it installs what it needs.
# The hosts stay up afterwards (`npm run lab -- down --name demo` takes them away).
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/prepare.sh
npm run -s build
rtprov() { node dist/cli/main.js "$@"; }
say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

say 'Two hosts with real systemd, sshd, apt and GRUB files'
npm run -s lab -- down --name demo >/dev/null 2>&1 || true
inventory=$(npm run -s lab -- up --name demo --hosts 2 --group rt_hosts | tail -n 1)
echo "$inventory"

say 'The plan: nothing is changed'
rtprov run playbooks/site.yaml -i "$inventory" --check --diff

say 'Converge'
rtprov run playbooks/site.yaml -i "$inventory"

say 'Again: nothing changes'
rtprov run playbooks/site.yaml -i "$inventory" | tee /tmp/rtprov-demo-again.$$
if ! grep -E '^h[12] +:.*changed=0 ' /tmp/rtprov-demo-again.$$ >/dev/null; then
  echo 'the second run was to change nothing' >&2
  exit 1
fi
rm -f /tmp/rtprov-demo-again.$$

say 'Put h1 back as it was'
rtprov rollback h1 -i "$inventory"

say 'The record'
rtprov history
echo 'Records of runs lie in' "${XDG_STATE_HOME:-$HOME/.local/state}/rtprov/runs"
echo 'The hosts are still up: `npm run lab -- ssh --name demo h2`, and away with `npm run lab -- down --name demo`.'
