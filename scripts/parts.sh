# shellcheck shell=bash
# Parts of a long run, some beside others; to be sourced by a script that has set `results` to a folder. Each part is a process group of
# its own. What it prints goes into a file and is shown when the part is awaited, so that the lines of two parts never mix.
#
#   begin NAME COMMAND...   starts a part
#   await NAME...           shows what parts print until they have ended; fails when one of them does
#   part NAME COMMAND...    both: a part that nothing else runs beside, or that the next one needs
#   end_parts               ends all parts that still run, with their children
#
# In the folder, by part: NAME.begun (the second of the clock), NAME.log (what it printed), NAME.ended (the second; absent when it was ended from
# outside), NAME.json (its counts: a ring of tests leaves its own, any other part counts as one test).

declare -A parts=()

begin() {
  local name=$1
  shift
  date +%s.%N >"$results/$name.begun"
  : >"$results/$name.log"
  # A process group of its own.
  set -m
  (
    trap - EXIT INT TERM HUP
    "$@" >"$results/$name.log" 2>&1
    code=$?
    [ -s "$results/$name.json" ] || echo "{\"passed\":$((code == 0)),\"failed\":$((code != 0))}" >"$results/$name.json"
    date +%s.%N >"$results/$name.ended"
    exit "$code"
  ) </dev/null &
  parts[$name]=$!
  set +m
}

await() {
  local name failed=0
  for name in "$@"; do
    echo "== $name"
    # In the background, since a trap would have to wait for a command in front.
    tail -n +1 -s 0.2 -f --pid="${parts[$name]}" "$results/$name.log" &
    wait $!
    wait "${parts[$name]}" || { failed=1 && echo "FAILED: $name"; }
    unset "parts[$name]"
  done
  return "$failed"
}

part() {
  begin "$@"
  await "$1"
}

end_parts() {
  local pid tries
  for pid in "${parts[@]}"; do kill -TERM -- "-$pid" 2>/dev/null; done
  for pid in "${parts[@]}"; do
    for ((tries = 0; tries < 100; tries++)); do
      kill -0 -- "-$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null
  done
  parts=()
}
