/** Shell functions that make new things and put them in their places. library-items.ts says what an item is. */
import { sh } from '../../../shell/shell.js';

export const writeLibrary = sh`
# rtp_file_quit: ends the write after a failure; what was made and has not taken its place goes
rtp_file_quit() {
  rtp_file_scatter
  for rtp_f_k in $\{rtp_f_items-}; do
    rtp_file_get "$rtp_f_k"
    if [ "$rtp_f_n" != "$rtp_f_p" ]; then
      if [ -e "$rtp_f_n" ] || [ -L "$rtp_f_n" ]; then rm -rf -- "$rtp_f_n" || :; fi
    fi
  done
  exit 1
}
# rtp_file_begin I...: from now on the items' paths may be another thing
rtp_file_begin() { if [ -n "$rtp_f_begun" ]; then printf '%s\n' "$@" >>"$rtp_f_begun"; fi; }
# rtp_file_unbegun [ENTRY I]...: marks the entries of the items that the write did not come to
rtp_file_unbegun() {
  rtp_f_lx=' ' rtp_f_l=
  if [ -f "$rtp_stage/begun" ]; then
    while IFS= read -r rtp_f_k; do rtp_f_lx="$rtp_f_lx$rtp_f_k "; done <"$rtp_stage/begun"
  fi
  while [ "$#" -gt 1 ]; do
    case $rtp_f_lx in *" $2 "*) ;; *) rtp_f_l="$rtp_f_l $1" ;; esac
    shift 2
  done
  if [ -n "$rtp_f_l" ]; then rtp_untouched $rtp_f_l; fi
}
# rtp_file_try COMMAND...: runs it for the item in rtp_f_t; when it fails, once more for its message
rtp_file_try() {
  if "$@" 2>/dev/null; then return 0; fi
  if rtp_f_err=$(LC_ALL=C "$@" 2>&1); then return 0; fi
  rtp_file_fail "$rtp_f_t" "$rtp_f_err"
}
# rtp_file_each VARIABLE COMMAND ... -- I...: the command with $VARIABLE_I of all items at once; one by one when that fails
rtp_file_each() {
  rtp_f_var=$1 rtp_f_words= rtp_f_lx= rtp_f_i=2
  while :; do
    eval "rtp_f_word=\$\{$rtp_f_i}"
    if [ "$rtp_f_word" = -- ]; then break; fi
    rtp_f_words="$rtp_f_words \"\$\{$rtp_f_i}\""
    rtp_f_i=$((rtp_f_i + 1))
  done
  rtp_f_first=$((rtp_f_i + 1)) rtp_f_i=$((rtp_f_i + 1))
  while [ "$rtp_f_i" -le "$#" ]; do
    eval "rtp_f_k=\$\{$rtp_f_i}"
    rtp_f_lx="$rtp_f_lx \"\$$\{rtp_f_var}_$rtp_f_k\""
    rtp_f_i=$((rtp_f_i + 1))
  done
  if eval "$rtp_f_words --$rtp_f_lx" 2>/dev/null; then return 0; fi
  rtp_f_i=$rtp_f_first
  while [ "$rtp_f_i" -le "$#" ]; do
    eval "rtp_f_word=\$\{$rtp_f_i}"
    rtp_file_get "$rtp_f_word"
    eval "rtp_file_try $rtp_f_words -- \"\$$\{rtp_f_var}_$rtp_f_word\"" || return 1
    rtp_f_i=$((rtp_f_i + 1))
  done
}
# rtp_file_need I SHA [I SHA]...: the bytes are on the target and are what their names say
rtp_file_need() {
  rtp_f_list= rtp_f_i=1
  while [ "$rtp_f_i" -lt "$#" ]; do
    eval "rtp_f_k=\$\{$rtp_f_i} rtp_f_sha=\$\{$((rtp_f_i + 1))}"
    # What rtp_blob would say, without a process for each of the usual ones.
    rtp_f_b=$rtp_stage/$rtp_f_sha
    if [ ! -f "$rtp_f_b" ]; then rtp_f_b=$(rtp_blob "$rtp_f_sha"); fi
    eval "rtp_f_b_$rtp_f_k=\$rtp_f_b"
    if [ ! -f "$rtp_f_b" ]; then rtp_file_get "$rtp_f_k"; rtp_file_fail "$rtp_f_t" "the bytes $rtp_f_sha are not on the target"; return 1; fi
    rtp_f_list="$rtp_f_list$rtp_f_sha  $rtp_f_b$rtp_f_nl"
    rtp_f_i=$((rtp_f_i + 2))
  done
  if rtp_file_sums "$rtp_f_list"; then return 0; fi
  while [ "$#" -gt 0 ]; do
    eval "rtp_f_b=\$rtp_f_b_$1"
    if ! rtp_file_sums "$2  $rtp_f_b$rtp_f_nl"; then rtp_file_get "$1"; rtp_file_fail "$rtp_f_t" "the bytes $2 on the target are damaged"; return 1; fi
    shift 2
  done
  return 1
}
rtp_file_sums() {
  sha256sum -c - >/dev/null 2>&1 <<RTP_LIST
$\{1%"$rtp_f_nl"}
RTP_LIST
}
rtp_file_pour() { cat -- "$1" >"$2"; }
# rtp_file_bytes I HOW: the bytes into the new file, which must not be there (set -C). HOW: a (small), b (big), and
# k keeps what else the present file has: extended attributes, access list, label (GNU cp alone can)
rtp_file_bytes() {
  rtp_file_get "$1"
  eval "rtp_f_b=\$rtp_f_b_$1"
  case $2 in
    b*)
      { true >"$rtp_f_n"; } 2>/dev/null || { rtp_file_fail "$rtp_f_t" "its folder takes no new file"; return 1; }
      rtp_file_try rtp_file_copy "$rtp_f_b" "$rtp_f_n" || return 1 ;;
    *)
      if { rtp_file_pour "$rtp_f_b" "$rtp_f_n"; } 2>/dev/null; then :; else
        rm -f -- "$rtp_f_n" 2>/dev/null || :
        rtp_f_err=$( { rtp_file_pour "$rtp_f_b" "$rtp_f_n"; } 2>&1 ) || { rtp_file_fail "$rtp_f_t" "cannot write beside it: $rtp_f_err"; return 1; }
      fi ;;
  esac
  case $2 in
    *k)
      rtp_f_l=$rtp_f_p
      # In a room by a name that cannot be swapped.
      if [ -n "$rtp_f_room" ]; then rtp_f_l=../o/kept; rm -f ../o/kept; ln -- "$rtp_f_p" ../o/kept 2>/dev/null || :; fi
      if [ -f "$rtp_f_l" ] && [ ! -L "$rtp_f_l" ]; then cp -a --no-preserve=timestamps --attributes-only -T -- "$rtp_f_l" "$rtp_f_n" 2>/dev/null || :; fi
      if [ -n "$rtp_f_room" ]; then rm -f ../o/kept; fi ;;
  esac
}
rtp_file_mkdir() {
  rtp_file_get "$1"
  if [ -d "$rtp_f_p" ] && [ ! -L "$rtp_f_p" ]; then rtp_file_there "$1"; else rtp_file_try mkdir -- "$rtp_f_n"; fi
}
# rtp_file_there I: the folder that is to be made is there already, and is looked at before it becomes what it is to be
rtp_file_there() {
  eval "rtp_f_l=\$\{rtp_f_x_$1-}"
  if [ -n "$rtp_f_l" ]; then rtp_file_still rtp_f_p "$1" || return 1; fi
  rtp_file_begin "$1"
  rtp_file_place "$1"
}
rtp_file_link() {
  rtp_file_get "$1"
  rtp_file_try ln -s -- "$2" "$rtp_f_n"
}
rtp_file_fifo() { rtp_file_get "$1"; rtp_file_try mkfifo -- "$rtp_f_n"; }
# rtp_file_untree I KEY: the kept tree again, exactly
rtp_file_untree() {
  rtp_file_get "$1"
  if [ -d "$rtp_f_p" ] && [ ! -L "$rtp_f_p" ]; then
    rtp_file_digest "$rtp_f_p"
    if [ "$rtp_f_sum" = "$\{2%%-*}" ]; then rtp_file_there "$1"; return; fi
  fi
  if [ ! -d "$rtp_state/trees/$2" ]; then rtp_file_fail "$rtp_f_t" "its kept tree $2 is not on the target"; return 1; fi
  rtp_file_try cp -a -- "$rtp_state/trees/$2" "$rtp_f_n" || return 1
  rtp_file_digest "$rtp_f_n"
  if [ "$rtp_f_sum" != "$\{2%%-*}" ]; then rtp_file_fail "$rtp_f_t" "its kept tree cannot be restored exactly"; return 1; fi
  sync -f -- "$rtp_f_n" 2>/dev/null || sync
}
# rtp_file_flush VARIABLE I...: to disk (fsync; a sync that takes no names syncs all)
rtp_file_flush() {
  rtp_f_lx= rtp_f_var=$1; shift
  for rtp_f_k in "$@"; do
    eval "rtp_f_l=\$$\{rtp_f_var}_$rtp_f_k"
    if [ -f "$rtp_f_l" ] || [ -d "$rtp_f_l" ]; then rtp_f_lx="$rtp_f_lx \"\$$\{rtp_f_var}_$rtp_f_k\""; fi
  done
  if [ -n "$rtp_f_lx" ]; then eval "sync --$rtp_f_lx" 2>/dev/null || sync; fi
}
# rtp_file_away KEY: the directory of the item moves aside, to be removed; in a room it must be the one that was kept, or KEY is any
rtp_file_away() {
  if rtp_file_mounted "$rtp_f_p"; then rtp_file_fail "$rtp_f_t" 'another file system is mounted below it'; return 1; fi
  rtp_file_try mv -f -- "$rtp_f_p" "$rtp_f_o" || return 1
  if [ -z "$rtp_f_room" ]; then return 0; fi
  if [ "$1" != any ]; then rtp_file_digest "$rtp_f_o"; fi
  if [ -d "$rtp_f_o" ] && [ ! -L "$rtp_f_o" ] && { [ "$1" = any ] || [ "$rtp_f_sum" = "$\{1%%-*}" ]; }; then return 0; fi
  rtp_file_back
  rtp_file_drift
}
rtp_file_back() { if [ -z "$rtp_f_room" ]; then mv -f -- "$rtp_f_o" "$rtp_f_p" || :; else mv -f -- "$rtp_f_o" ../.. || :; fi; }
# The new thing by one rename, and at the place of what moved aside, or that back. Out of a room it goes into the folder, so
# that no link or folder that somebody puts there just then leads it elsewhere
rtp_file_rename() {
  if [ -z "$rtp_f_room" ]; then rtp_file_try mv -f -- "$rtp_f_n" "$rtp_f_p"; else rtp_file_try mv -f -- "$rtp_f_n" ../..; fi
}
rtp_file_instead() {
  if rtp_file_rename; then return 0; fi
  rtp_file_back
  return 1
}
# rtp_file_swap I DIRECTORY SPECIAL: the new thing takes its place. DIRECTORY says what may happen to a directory that is
# there: the key of its kept tree, or any (it and all below goes), empty (it goes when it is empty), no. SPECIAL: see rtp_file_plain
rtp_file_swap() {
  rtp_file_get "$1"
  eval "rtp_f_l=\$\{rtp_f_kept_$1-}"
  if [ -n "$rtp_f_l" ] || [ "$rtp_f_n" = "$rtp_f_p" ]; then return 0; fi
  rtp_file_plain "$3" || return 1
  rtp_file_begin "$1"
  if [ -d "$rtp_f_p" ] && [ ! -L "$rtp_f_p" ]; then
    case $2 in
      empty) rtp_file_try rmdir -- "$rtp_f_p" && rtp_file_rename ;;
      no) rtp_file_fail "$rtp_f_t" 'is a directory'; return 1 ;;
      *) rtp_file_away "$2" && rtp_file_instead && rtp_file_try rtp_file_wipe "$rtp_f_o" ;;
    esac
    return
  fi
  # A rename does not put a directory in the place of something else; and GNU mv does not put a link in the
  # place of the very file that it leads to.
  if { [ -d "$rtp_f_n" ] && [ ! -L "$rtp_f_n" ]; } || { [ -L "$rtp_f_n" ] && [ "$rtp_f_n" -ef "$rtp_f_p" ]; }; then
    if [ -e "$rtp_f_p" ] || [ -L "$rtp_f_p" ]; then
      rtp_file_try mv -f -- "$rtp_f_p" "$rtp_f_o" || return 1
      if [ -d "$rtp_f_o" ] && [ ! -L "$rtp_f_o" ]; then rtp_file_back; rtp_file_drift; return 1; fi
      rtp_file_instead && rtp_file_try rm -f -- "$rtp_f_o"
      return
    fi
  fi
  if [ -L "$rtp_f_p" ] && { [ -d "$rtp_f_p" ] || [ ! -e "$rtp_f_p" ]; }; then
    # mv would move it into the directory that the link names, and busybox looks in vain where a link leads that leads to
    # itself; busybox has no -T that helps.
    if [ -z "$rtp_f_room" ] && mv -f -T -- "$rtp_f_n" "$rtp_f_p" 2>/dev/null; then return 0; fi
    if { [ -n "$rtp_f_room" ] || [ ! -e "$rtp_f_p" ]; } && rtp_file_rename 2>/dev/null; then return 0; fi
    rtp_file_try rm -f -- "$rtp_f_p" || return 1
  fi
  rtp_file_rename
}
# rtp_file_plain SPECIAL: no device, fifo or socket is at the place, unless it says special: one may be
rtp_file_plain() {
  if [ -L "$rtp_f_p" ] || [ -f "$rtp_f_p" ] || [ -d "$rtp_f_p" ] || [ ! -e "$rtp_f_p" ] || [ "$1" = special ]; then return 0; fi
  rtp_file_fail "$rtp_f_t" 'a device, fifo or socket is at its place, and stays there'
}
# rtp_file_removable I DIRECTORY SPECIAL
rtp_file_removable() { rtp_file_get "$1"; rtp_file_plain "$3"; }
# rtp_file_rm I...: files, links and special things
rtp_file_rm() { rtp_file_begin "$@"; rtp_file_each rtp_f_p rm -f -- "$@"; }
# rtp_file_rmdir I: a directory with nothing in it
rtp_file_rmdir() {
  rtp_file_get "$1"
  rtp_file_begin "$1"
  if [ -e "$rtp_f_p" ] || [ -L "$rtp_f_p" ]; then rtp_file_try rmdir -- "$rtp_f_p"; fi
}
# rtp_file_rmtree I KEY: a directory with all below; in one step from the outside. KEY any: whatever is there, and rtp_file_rm does the rest
rtp_file_rmtree() {
  rtp_file_get "$1"
  rtp_file_begin "$1"
  if [ -d "$rtp_f_p" ] && [ ! -L "$rtp_f_p" ]; then
    rtp_file_away "$2" && rtp_file_try rtp_file_wipe "$rtp_f_o"
  elif [ "$2" = any ]; then rtp_file_plain plain
  elif [ -e "$rtp_f_p" ] || [ -L "$rtp_f_p" ]; then
    rtp_file_fail "$rtp_f_t" 'is not a directory'
  fi
}
`;
