#!/usr/bin/env bash
# Usage: scripts/ring.sh RING RESULTS: runs one ring of tests and leaves its counts in the folder RESULTS.
set -uo pipefail
cd "$(dirname "$0")/.."
export RTPROV_TEST_RESULTS="$2/$1.json"
npx mocha --config "test/mocharc.$1.json"
# A runner that died before it could count is a failure, not nothing.
[ -s "$RTPROV_TEST_RESULTS" ] || echo '{"passed":0,"failed":1}' >"$RTPROV_TEST_RESULTS"
