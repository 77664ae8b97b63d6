#!/usr/bin/env bash
# npm run bench: see bench/main.ts. Installs what it measures with.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/prepare.sh hyperfine ansible-mitogen time
[ -d dist ] || npm run -s build
exec npx tsx bench/main.ts "$@"
