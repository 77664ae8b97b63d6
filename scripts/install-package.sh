#!/usr/bin/env bash
# Builds, packs and installs the package into a folder of its own, and prints the path of the installed program: what users get.
# The installation is kept under the digest of all that goes into it, so a second call takes no time. Calls at the same time are safe.
# RTPROV_PACKAGES names the folder for installations (by default one in the folder for temporary files).
set -euo pipefail
cd "$(dirname "$0")/.."

base=${RTPROV_PACKAGES:-${TMPDIR:-/tmp}/rtprov-packages-$(id -u)}
# The name can be foreseen: somebody else's folder, or a link, is not used.
mkdir -p -m 755 "$base"
if [ -L "$base" ] || [ ! -O "$base" ]; then
  echo "$base belongs to somebody else: set RTPROV_PACKAGES to a folder of yours" >&2
  exit 1
fi

# The program's code cache fits one version of Node alone.
digest() {
  node --version
  find src scripts/build.mjs scripts/notices.mjs scripts/source-map.mjs scripts/launcher.cjs inventory playbooks templates docs package.json package-lock.json README.md LICENSE \
    -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
}
key=$(digest | sha256sum | cut -c1-24)
program=$base/$key/bin/rtprov

if [ ! -x "$program" ]; then
  exec 9>"$base/lock"
  flock 9
fi
if [ ! -x "$program" ]; then
  new=$(mktemp -d "$base/new.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  npm run -s build >&2
  npm pack --silent --pack-destination "$new" >/dev/null
  # All that the program needs is in its bundle: nothing may be fetched.
  npm install --offline --silent --no-audit --no-fund --global --prefix "$new/prefix" "$new"/rtprov-*.tgz >&2
  chmod 755 "$new/prefix"
  rm -rf "${base:?}/$key"
  mv "$new/prefix" "$base/$key"
  # Old installations that nobody used for two days.
  find "$base" -mindepth 1 -maxdepth 1 -type d -mtime +2 ! -name "$key" -exec rm -rf {} +
fi
touch "$base/$key"
echo "$program"
