/** Where a user's journal is on the target. */
import { raw, type Shell } from '../shell/shell.js';

/**
 * `rtp_place` sets `rtp_state`: `/var/lib/rtprov` for root, `~/.local/state/rtprov` for others. Who cannot write to his home (nobody,
 * daemon) has `/var/tmp/rtprov-UID`, and keeps it. That name can be guessed, so the folder counts only when it is this user's and
 * nobody else can write to it: in a sticky folder nobody but its owner and root can then put another in its place.
 */
export const folderLibrary: Shell = raw(String.raw`
rtp_own() { # FOLDER; one reading, because whoever made it could exchange it between two
  [ "$(LC_ALL=C stat -c '%u %a %F' -- "$1" 2>/dev/null)" = "$(id -u) 700 directory" ]
}
rtp_place() {
  rtp_state=/var/lib/rtprov
  rtp_user=$(id -u)
  [ "$rtp_user" = 0 ] && return 0
  rtp_state=$HOME/.local/state/rtprov
  rtp_spare=/var/tmp/rtprov-$rtp_user
  if rtp_own "$rtp_spare"; then rtp_state=$rtp_spare; return 0; fi
  [ -d "$rtp_state" ] || [ -w "$HOME" ] || [ -e "$rtp_spare" ] || [ -L "$rtp_spare" ] || rtp_state=$rtp_spare
}
rtp_make_place() {
  rtp_place_mine || return 1
  rtp_said=$( (umask 077; LC_ALL=C mkdir -p "$rtp_state") 2>&1) || { printf 'rtprov: %s\n' "${'$'}{rtp_said#mkdir: }" >&2; rtp_spare_taken; return 1; }
  case $rtp_state in /var/tmp/*)
    rtp_own "$rtp_state" || { printf 'rtprov: %s is not a folder of this user alone\n' "$rtp_state" >&2; return 1; } ;;
  esac
}
# Where the home is none, somebody else may have made the other folder.
rtp_spare_taken() {
  [ "${'$'}{rtp_user-0}" != 0 ] && [ ! -w "$HOME" ] || return 0
  { [ -e "$rtp_spare" ] || [ -L "$rtp_spare" ]; } && printf 'rtprov: %s is not a folder of this user alone\n' "$rtp_spare" >&2
  return 0
}
# Undo runs with this user's rights what is there.
rtp_place_mine() {
  [ -e "$rtp_state" ] || return 0
  rtp_said=$(stat -L -c '%u %U' -- "$rtp_state" 2>/dev/null) || return 0
  [ "${'$'}{rtp_said%% *}" != "$(id -u)" ] || return 0
  printf 'rtprov: %s belongs to another user, %s\n' "$rtp_state" "${'$'}{rtp_said#* }" >&2
  return 1
}
# rtp_place_able: could the folder and the lock in it be made? Changes nothing: rmdir(2) of a name that is not there shows a file
# system that cannot be written, which busybox's test -w does not.
rtp_place_able() (
  set +eu
  LC_ALL=C; export LC_ALL
  rtp_place_mine || exit 1
  place=$rtp_state
  while [ ! -e "$place" ] && [ ! -L "$place" ]; do
    place=${'$'}{place%/*}
    [ -n "$place" ] || place=/
  done
  if [ ! -d "$place" ]; then printf 'rtprov: %s: Not a directory\n' "$place" >&2; exit 1; fi
  case $(rmdir "$place/.rtprov-none" 2>&1) in *'Read-only file system'*) printf 'rtprov: %s: Read-only file system\n' "$place" >&2; exit 1 ;; esac
  if [ ! -w "$place" ] || [ ! -x "$place" ]; then printf 'rtprov: %s: Permission denied\n' "$place" >&2; exit 1; fi
  if [ -e "$rtp_state/lock" ] && [ ! -d "$rtp_state/lock" ]; then printf 'rtprov: %s/lock: Not a directory\n' "$rtp_state" >&2; exit 1; fi
)
`);
