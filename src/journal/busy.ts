/**
 * The script that runs under a lock. A script outlives its connection, and its commands may outlive the shell that
 * reads it: so it writes down in the lock who it is, and nobody else takes the lock while anything of it lives.
 *
 *     lock/busy     BOOT PID START GROUP WHAT: boot id, the script's process and when that was started (proc(5), stat), its
 *                   process group when it is the session's own (0 when it is shared with others), and what it does
 */
import { raw, type Shell } from '../shell/shell.js';

export const busyLibrary: Shell = raw(String.raw`
# When a process that lives was started, in ticks since the boot.
rtp_started() { sed -n 's/.*) \([^ZX] \)/\1/p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
# rtp_busy WHAT: this script runs from here on; rtp_idle: no more.
rtp_busy() {
  [ -d "$rtp_state/lock" ] && read -r rtp_stat </proc/self/stat || return 0
  set -- "$1" "${'$'}{rtp_stat%% *}" ${'$'}{rtp_stat##*) }
  rtp_group=0
  [ "$5" != "$$" ] || rtp_group=$5
  printf '%s %s %s %s %s\n' "$(cat /proc/sys/kernel/random/boot_id)" "$2" "${'$'}{22}" "$rtp_group" "$1" >"$rtp_state/lock/busy"
}
rtp_idle() { rm -f "$rtp_state/lock/busy"; }
# rtp_below PID START GROUP [BUT]: a process and all below it, each as PID.START, itself first; with a group that is not 0 also what
# else began after it there. BUT is left out, with all below it.
rtp_below() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) /\1 /' |
    awk -v top="$1" -v born="$2" -v group="$3" -v but="${'$'}{4-}" '
      $2 ~ /[ZX]/ || $1 == but { next }
      { parent[$1] = $3; start[$1] = $21 }
      $1 == top && $21 == born { ours[$1] = 1 }
      group > 0 && $4 == group && $1 != group && $21 >= born { ours[$1] = 1 }
      END {
        do {
          more = 0
          for (p in parent) if (!(p in ours) && (parent[p] in ours)) { ours[p] = 1; more = 1 }
        } while (more)
        for (p in ours) print (p == top ? 0 : 1), p "." start[p]
      }' | sort -k 1,1n -k 2,2n | cut -d ' ' -f 2
}
# The processes of the script that is noted.
rtp_script() {
  rtp_s_boot=; rtp_s_pid=; rtp_s_start=; rtp_s_group=; rtp_s_what=
  if [ -r "$rtp_state/lock/busy" ]; then
    read -r rtp_s_boot rtp_s_pid rtp_s_start rtp_s_group rtp_s_what <"$rtp_state/lock/busy"
  fi
  [ -n "$rtp_s_what" ] && [ "$rtp_s_boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 0
  rtp_below "$rtp_s_pid" "$rtp_s_start" "$rtp_s_group"
}
# Its process and what it does, on one line; nothing when nothing of it lives.
rtp_script_said() {
  rtp_first=$(rtp_script | head -n 1)
  [ -z "$rtp_first" ] || printf '%s %s\n' "${'$'}{rtp_first%%.*}" "$(cut -d ' ' -f 5- "$rtp_state/lock/busy" 2>/dev/null)"
}
# rtp_script_end SECONDS: waits so long for it, and then stops it.
rtp_script_end() {
  rtp_left=$1
  while [ -n "$(rtp_script)" ] && [ "$rtp_left" -gt 0 ]; do
    sleep 1
    rtp_left=$((rtp_left - 1))
  done
  rtp_end 5 rtp_script
}
# rtp_end SECONDS COMMAND: stops the processes that the command lists; what lives after so many seconds is killed. Parents are halted
# before anything is killed: else a script whose command is killed would go on with the next one.
rtp_end() {
  rtp_ours=
  while rtp_found=$("$2"); [ "$rtp_found" != "$rtp_ours" ]; do
    rtp_ours=$rtp_found
    rtp_script_kill STOP
  done
  rtp_script_kill TERM
  rtp_script_kill CONT
  sleep 0.1 2>/dev/null || sleep 1
  rtp_left=$1
  while rtp_script_kill 0; do
    rtp_left=$((rtp_left - 1))
    [ "$rtp_left" -ne 0 ] || rtp_script_kill KILL
    [ "$rtp_left" -gt -5 ] || return 1
    sleep 1
  done
  return 0
}
# Sends a signal to those of $rtp_ours that live; fails when none does.
rtp_script_kill() {
  rtp_any=1
  for rtp_one in $rtp_ours; do
    if [ "$(rtp_started "${'$'}{rtp_one%.*}")" = "${'$'}{rtp_one#*.}" ] && kill -s "$1" "${'$'}{rtp_one%.*}" 2>/dev/null; then rtp_any=0; fi
  done
  return "$rtp_any"
}
`);
