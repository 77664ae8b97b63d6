#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks for the tests and the demo: Debian packages and node_modules.
# Does nothing, in milliseconds, where all is there. Run as root.
set -euo pipefail
cd "$(dirname "$0")/.."

# The lab (test/lab) installs its own tools; these are what the tests call themselves. Without lsb-release Ansible, which facts are
# compared with, does not see Debian's point release.
packages=(openssh-server openssh-client busybox dash bash sudo attr acl procps iproute2 systemd-container mmdebstrap
  dpkg-dev apt-utils ansible-core python3-apt lsb-release grub-common strace xz-utils bzip2 hwloc-nox)
missing=()
for package in "${packages[@]}" "$@"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "These Debian packages are missing and only root can install them: ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund
fi
