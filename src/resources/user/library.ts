/** The users' shell, over the shadow tools. A password hash never is in any argv: it goes through chpasswd's stdin. */
import { library, raw, type Shell } from '../../shell/shell.js';
import { accountLibrary } from '../account/library.js';

export const userLibrary: Shell = library([
  accountLibrary,
  raw(`
rtp_user_groups() { # NAME: supplementary groups of the group file, sorted, with commas
  getent group | awk -F : -v name="$1" 'index("," $4 ",", "," name ",") { print $1 }' | sort -u | tr '\\n' , | sed 's/,$//'
}
rtp_user_show() (
  set +eu
  LC_ALL=C; export LC_ALL
  line=$(getent passwd "$1") || { echo exists=false; exit 0; }
  IFS=: read -r name x uid gid comment home shell <<RTP_END
$line
RTP_END
  group=$(getent group "$gid") || group=$gid
  shadow=$(getent shadow "$1")
  hash=\${shadow#*:}
  hash=$(printf %s "\${hash%%:*}" | sha256sum)
  printf 'exists=true uid=%s group=%s groups=%s home=%s shell=%s password=%.16s comment=%s\\n' \\
    "$uid" "\${group%%:*}" "$(rtp_user_groups "$1")" "$home" "$shell" "$hash" "$comment"
)
rtp_user_add() ( # NAME UID GROUP HOME SHELL COMMENT
  set +eu
  getent passwd "$1" >/dev/null && exit 0
  name=$1; uid=$2; group=$3; home=$4; shell=$5; comment=$6
  set -- -M -l -d "$home" -s "$shell" -c "$comment"
  if [ -n "$uid" ]; then
    set -- "$@" -u "$uid"
    # A system account gets neither an expiry nor subordinate ids.
    if [ "$uid" -lt 1000 ]; then set -- "$@" -r; fi
  fi
  if getent group "$group" >/dev/null; then set -- "$@" -g "$group"
  elif [ "$group" = "$name" ]; then set -- "$@" -U
  else rtp_complain "useradd: there is no group $group"; exit 1
  fi
  rtp_account_run useradd "$@" -- "$name"
)
rtp_user_modify() ( # NAME UID GROUP HOME SHELL COMMENT
  set +eu
  name=$1; uid=$2; group=$3; home=$4; shell=$5; comment=$6
  line=$(getent passwd "$name") || exit 1
  IFS=: read -r n x u g c h s <<RTP_END
$line
RTP_END
  gname=$(getent group "$g") || gname=$g
  set --
  if [ -n "$uid" ] && [ "$uid" != "$u" ]; then set -- "$@" -u "$uid"; fi
  if [ "$group" != "\${gname%%:*}" ]; then set -- "$@" -g "$group"; fi
  if [ "$home" != "$h" ]; then set -- "$@" -d "$home"; fi
  if [ "$shell" != "$s" ]; then set -- "$@" -s "$shell"; fi
  if [ "$comment" != "$c" ]; then set -- "$@" -c "$comment"; fi
  [ $# = 0 ] || rtp_account_run usermod "$@" -- "$name"
)
rtp_user_join() ( # NAME GROUPS
  set +eu
  LC_ALL=C; export LC_ALL
  [ "$(rtp_user_groups "$1")" = "$2" ] || rtp_account_run usermod -G "$2" -- "$1"
)
rtp_user_hash() ( # NAME, the hash on stdin
  set +eu
  read -r wanted || :
  shadow=$(getent shadow "$1")
  hash=\${shadow#*:}
  [ "\${hash%%:*}" = "$wanted" ] && exit 0
  said=$(printf '%s:%s\\n' "$1" "$wanted" | chpasswd -e 2>&1) || {
    rtp_complain "chpasswd: the password of $1 could not be set"; exit 1; }
)
rtp_user_remove() (
  set +eu
  getent passwd "$1" >/dev/null || exit 0
  rtp_account_run userdel -- "$1"
)`),
]);
