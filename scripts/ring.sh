#!/usr/bin/env bash
# Usage: scripts/ring.sh RING RESULTS [FILE or option of mocha]...: runs one ring of tests and leaves its counts in the folder RESULTS.
set -uo pipefail
cd "$(dirname "$0")/.."
export RTPROV_TEST_RESULTS="$2/$1.json"
node --import tsx scripts/mocha.ts "$1" "${@:3}"
code=$?
# A runner that died before it could count, or was stopped on its way, is a failure, not nothing.
if [ ! -s "$RTPROV_TEST_RESULTS" ] || { [ "$code" != 0 ] && grep -q '"failed":0,' "$RTPROV_TEST_RESULTS"; }; then
  echo '{"passed":0,"failed":1}' >"$RTPROV_TEST_RESULTS"
fi
exit "$code"
