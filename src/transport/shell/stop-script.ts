/** Stops a script that missed its deadline, with all its children, by the pid of its session's shell. */
import { sh, type Shell } from '../../shell/shell.js';

/**
 * Parents are halted before their children are looked up: else a script whose command is killed would go on with the next
 * one. The session's top shell is not halted (sudo would halt with it); it only waits. `marker` is in that shell's
 * command line, so a reused pid is never hit.
 */
export function stopScript(pid: number, marker: string): Shell {
  return sh`top=${pid}; all=
children() { cat /proc/"$1"/task/*/children 2>/dev/null; }
halt() { kill -STOP "$1" 2>/dev/null; all="$all $1"; for c in $(children "$1"); do halt "$c"; done; }
grep -q ${marker} /proc/"$top"/cmdline 2>/dev/null || exit 0
for p in $(children "$top"); do halt "$p"; done
kill -TERM $all "$top" 2>/dev/null; kill -CONT $all 2>/dev/null
n=0
while [ "$n" -lt 20 ]; do
  left=
  for p in $all; do [ -d "/proc/$p" ] && left="$left $p"; done
  [ -n "$left" ] || exit 0
  sleep 0.1 2>/dev/null || sleep 1
  n=$((n + 1))
done
kill -KILL $left "$top" 2>/dev/null
exit 0`;
}
