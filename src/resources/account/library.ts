/**
 * Users and groups: reading them all with three processes, and putting single lines of /etc/passwd and its
 * sisters back byte for byte. vipw and vigr hold the locks that useradd and its like hold (passwd(5), vipw(8)).
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';

export const accountLibrary: Shell = library([
  keepLibrary,
  raw(`
# rtp_account_list NAME...: passwd, group and shadow lines, and the ranges of ids, in sections.
rtp_account_list() (
  set +eu
  LC_ALL=C; export LC_ALL
  getent passwd
  if [ $# -gt 0 ]; then getent passwd "$@"; fi
  echo ::group
  getent group
  echo ::shadow
  if [ $# -gt 0 ]; then getent shadow "$@"; fi
  echo ::ranges
  while read -r key value _; do
    case $key in UID_MIN|UID_MAX|SYS_UID_MIN|SYS_UID_MAX|GID_MIN|GID_MAX|SYS_GID_MIN|SYS_GID_MAX) echo "$key $value" ;; esac
  done </etc/login.defs
  exit 0
) 2>/dev/null
# rtp_account_keep KEY: the account files as they are.
rtp_account_keep() (
  set +eu
  dir=$(rtp_keep "$1")
  [ -d "$dir/etc" ] && exit 0
  umask 077
  rm -rf "$dir/etc.new" && mkdir -p "$dir/etc.new" || exit 1
  for f in passwd shadow group gshadow subuid subgid; do
    for g in "$f" "$f-"; do
      if [ -f "/etc/$g" ]; then cp -p "/etc/$g" "$dir/etc.new/$g" || exit 1; fi
    done
  done
  mv "$dir/etc.new" "$dir/etc"
)
# rtp_account_merge KEPT NOW MODE NAME: NOW with the lines of NAME as KEPT has them.
# Mode line: lines whose first field is NAME, at their old places. Mode member: NAME in the lists of members.
rtp_account_merge() {
  awk -F : -v mode="$3" -v name="$4" -v now="$2" '
    function without(list,   n, parts, i, out) {
      n = split(list, parts, ","); out = ""
      for (i = 1; i <= n; i++) if (parts[i] != name) out = out (out == "" ? "" : ",") parts[i]
      return out
    }
    function has(list) { return index("," list ",", "," name ",") > 0 }
    function set(line, column, list,   n, parts, i, out) {
      n = split(line, parts, ":"); parts[column] = list; out = parts[1]
      for (i = 2; i <= (n < column ? column : n); i++) out = out ":" parts[i]
      return out
    }
    function put(line) { if (mode == "line" && line in after && !(line in done)) { done[line] = 1; printf "%s", after[line] } }
    # The kept file: where were the lines of NAME, and who was a member of what?
    FILENAME != now {
      kept[$1] = $0
      if ($1 == name) { here = here $0 "\\n" } else { if (here != "") { place[previous] = here; here = "" } previous = $1 }
      next
    }
    FNR == 1 {
      begun = 1
      if (here != "") place[previous] = here
      if (mode == "line" && ("" in place)) { printf "%s", place[""]; placed[""] = 1 }
    }
    mode == "line" {
      if ($1 == name) next
      print
      if ($1 in place) { printf "%s", place[$1]; placed[$1] = 1 }
      next
    }
    {
      line = $0
      if ($1 in kept) {
        n = split(kept[$1], k, ":")
        same = 1
        for (i = 1; i <= (n > NF ? n : NF); i++) {
          old = k[i]; new = $i
          if (i >= 3) { old = without(old); new = without(new) }
          if (old != new) same = 0
        }
        if (same) line = kept[$1]
        else if (has(k[4]) && !has($4)) line = set($0, 4, ($4 == "" ? "" : $4 ",") name)
        else if (!has(k[4]) && has($4)) line = set($0, 4, without($4))
      } else if (has($4)) line = set($0, 4, without($4))
      print line
    }
    # A file that is empty now has no first line.
    END { if (!begun && here != "") place[previous] = here; if (mode == "line") for (p in place) if (!(p in placed)) printf "%s", place[p] }
  ' "$1" "$2"
}
# rtp_account_edit KEPT FILE MODE NAME: one file, under its lock.
rtp_account_edit() (
  set +eu
  kept=$1/$2
  [ -f "$kept" ] && [ -f "/etc/$2" ] || exit 0
  rtp_account_merge "$kept" "/etc/$2" "$3" "$4" >"$1/.wanted" || exit 1
  if ! cmp -s "$1/.wanted" "/etc/$2"; then
    case $2 in
      passwd) tool='vipw -q' ;;
      shadow) tool='vipw -q -s' ;;
      group) tool='vigr -q' ;;
      gshadow) tool='vigr -q -s' ;;
      *) tool= ;;
    esac
    if [ -n "$tool" ]; then
      # The library is not there in the editor's shell: the text was made above, and is taken only if the file is still the same.
      cp -p "/etc/$2" "$1/.seen" || exit 1
      printf '%s\\n' 'cmp -s "$1" "$RTP_DIR/.seen" || exit 1' 'cat "$RTP_DIR/.wanted" >"$1" || exit 1' \\
        't=$(stat -c %Y "$RTP_DIR/.seen")' 'touch -d "@$((t - 1))" "$1"' >"$1/.edit"
      RTP_DIR=$1 EDITOR="sh '$1/.edit'" VISUAL="sh '$1/.edit'" $tool >"$1/.said" 2>&1 || {
        rtp_complain "/etc/$2 could not be restored: $(tail -n 1 "$1/.said")"; exit 1; }
    else
      cp -p "/etc/$2" "/etc/.rtprov-$2" && cat "$1/.wanted" >"/etc/.rtprov-$2" && mv -f "/etc/.rtprov-$2" "/etc/$2" || exit 1
    fi
  fi
  # Once the whole file is as it was, so are its time and its old backup.
  if cmp -s "$kept" "/etc/$2"; then
    touch -r "$kept" "/etc/$2"
    if [ -f "$kept-" ]; then cp -p "$kept-" "/etc/$2-"; else rm -f "/etc/$2-"; fi
  else
    touch "/etc/$2"
  fi
  rm -f "$1/.wanted" "$1/.seen" "$1/.edit" "$1/.said"
)
# rtp_account_back KEY user|group NAME
rtp_account_back() (
  set +eu
  dir=$(rtp_keep "$1")/etc
  [ -d "$dir" ] || exit 0
  umask 077
  if [ "$2" = user ]; then
    for f in passwd shadow subuid subgid; do rtp_account_edit "$dir" "$f" line "$3" || exit 1; done
    for f in group gshadow; do rtp_account_edit "$dir" "$f" member "$3" || exit 1; done
    # The user's own group goes and comes with it; any other is a group resource.
    if ! grep -q "^$3:" "$dir/group" || ! grep -q "^$3:" /etc/group; then
      for f in group gshadow; do rtp_account_edit "$dir" "$f" line "$3" || exit 1; done
    fi
  else
    for f in group gshadow; do rtp_account_edit "$dir" "$f" line "$3" || exit 1; done
  fi
)
rtp_account_run() {
  rtp_said=$("$@" 2>&1) && return 0
  rtp_complain "$1: $(printf '%s' "$rtp_said" | tail -n 1)"
  return 1
}`),
]);
