/** Where a user's journal lies on the target. */
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
  (umask 077; mkdir -p "$rtp_state") || return 1
  case $rtp_state in /var/tmp/*)
    rtp_own "$rtp_state" || { printf 'rtprov: %s is not a folder of this user alone\n' "$rtp_state" >&2; return 1; } ;;
  esac
}
`);
