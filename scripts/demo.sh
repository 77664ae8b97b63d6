#!/usr/bin/env bash
# npm run demo: the whole story on two lab hosts, from nothing. On a fresh Debian 12 as root it installs what it needs.
# npm run demo -- --vm: the same on one virtual machine, with the real-time kernel booted on trial (some 15 minutes of emulation).
# The hosts stay up afterwards (`npm run lab -- down --name demo` removes them).
set -euo pipefail
cd "$(dirname "$0")/.."
kind=containers
if [ "${1:-}" = --vm ]; then
  kind=vm
elif [ $# -gt 0 ]; then
  echo "usage: npm run demo [-- --vm]" >&2
  exit 2
fi
bash scripts/prepare.sh
npm run -s build
rtprov() { node dist/cli/main.cjs "$@"; }
say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

npm run -s lab -- down --name demo >/dev/null 2>&1 || true
if [ "$kind" = vm ]; then
  say 'A virtual machine with real GRUB, systemd, sshd and apt'
  host=m1
  # The machine is a guest that has its packages' source on a disk of its own: there are no lists to refresh.
  extra=(-e rt_package_lists_valid=0)
  inventory=$(npm run -s lab -- up --vm m1 --name demo --group rt_guests | tail -n 1)
else
  say 'Two hosts with real systemd, sshd, apt and GRUB files'
  host=h1
  extra=()
  inventory=$(npm run -s lab -- up --name demo --hosts 2 --group rt_hosts | tail -n 1)
fi
echo "$inventory"

say 'The plan: nothing is changed'
rtprov run playbooks/site.yaml -i "$inventory" "${extra[@]}" --check --diff

say 'Converge'
rtprov run playbooks/site.yaml -i "$inventory" "${extra[@]}"

say 'Again: nothing changes'
again=$(mktemp)
trap 'rm -f "$again"' EXIT
rtprov run playbooks/site.yaml -i "$inventory" "${extra[@]}" | tee "$again"
if ! grep -E "^$host +:.*changed=0 " "$again" >/dev/null; then
  echo 'the second run was to change nothing' >&2
  exit 1
fi

say "Put $host back as it was"
rtprov rollback "$host" -i "$inventory"

say 'The record'
rtprov history
echo 'Records of runs lie in' "${XDG_STATE_HOME:-$HOME/.local/state}/rtprov/runs"
echo "Still up: \`npm run lab -- ssh --name demo $host\`, and away with \`npm run lab -- down --name demo\`."
