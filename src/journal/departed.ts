/** Users who go when a run is undone that made them: what rtprov itself has of them on the target goes before. */
import { raw, sh, type Shell } from '../shell/shell.js';

/** Prints PID.START of the shell that waits for a controller's scripts. */
export const shellProcess: Shell = raw('printf \'%s.%s\\n\' "$$" "$(rtp_started "$$")"');

/**
 * Run by the user: removes what rtprov keeps of this user, and the folders that it may have made for it if nothing else is in them.
 */
export const removeJournal: Shell = raw(String.raw`cd / && rm -rf -- "$rtp_state"
case $rtp_state in "$HOME"/.local/state/rtprov) rmdir -- "$HOME/.local/state" "$HOME/.local" 2>/dev/null || : ;; esac`);

/**
 * Waits until shells that were asked to end are gone, and kills what is left of them after five seconds. `shells`: each as
 * `shellProcess` printed it, so that nobody is killed who has got the same number since.
 */
export function awaitShells(shells: readonly string[]): Shell {
  return sh`for rtp_one in ${shells}; do
  rtp_try=0
  while [ "$(rtp_started "${raw('${rtp_one%.*}')}")" = "${raw('${rtp_one#*.}')}" ]; do
    rtp_try=$((rtp_try + 1))
    if [ "$rtp_try" -gt 50 ]; then kill -9 "${raw('${rtp_one%.*}')}" 2>/dev/null; break; fi
    sleep 0.1 2>/dev/null || sleep 1
  done
done`;
}

/** Prints those of the users who exist and in whose home a journal is. */
export function withJournal(users: readonly string[]): Shell {
  return sh`for rtp_one in ${users}; do
  rtp_home=$(awk -F: -v name="$rtp_one" '$1 == name { print $6; exit }' /etc/passwd)
  if [ -n "$rtp_home" ] && [ -d "$rtp_home/.local/state/rtprov" ]; then printf '%s\n' "$rtp_one"; fi
done`;
}

/** In root's journal: this user's part of a run is undone, and goes now with the user (`gone` in read-journal.ts). */
export function markGone(run: string, user: string): Shell {
  const mark = sh`"$rtp_state/runs/"${run}/gone.${user}`;
  return sh`: >${mark} && rtp_sync ${mark} "$rtp_state/runs/"${run}`;
}
