#!/usr/bin/env bash
# npm test: the pure ring and the ring of container hosts. On a fresh Debian 12 as root it installs what it needs.
# Usage: scripts/test.sh [pure|hosts|vm]... [FILE or option of mocha]...   (the first two rings by default; FILE alone of a ring).
# Ends with one line `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."

rings=()
while [[ "${1:-}" =~ ^(pure|hosts|vm)$ ]]; do
  rings+=("$1")
  shift
done
[ "${#rings[@]}" -gt 0 ] || rings=(pure hosts)
bash scripts/prepare.sh || exit 1
case " ${rings[*]} " in
  *' hosts '* | *' vm '*)
    # These rings run what users run.
    RTPROV_BIN=$(bash scripts/install-package.sh) || { echo '0 passed, 1 failed'; exit 1; }
    export RTPROV_BIN
    ;;
esac
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for ring in "${rings[@]}"; do
  bash scripts/ring.sh "$ring" "$results" "$@"
done
node scripts/sum-results.mjs "$results"
