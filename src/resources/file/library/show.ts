/** Shell functions that print or compare canonical lines (canon.ts makes the same lines in TypeScript). */
import { sh } from '../../../shell/shell.js';
export const showLibrary = sh`
# rtp_file_lines SINK OPTS PATH ARG [OPTS PATH ARG]...: calls SINK PATH ARG with each path's canonical line in rtp_f_line
# (what all compare) and rtp_f_more (what only OPTS ask for: t(ree) x(attributes) s(elinux label); m: no digest of bytes)
rtp_file_lines() {
  rtp_f_sink=$1; shift
  rtp_f_codes= rtp_f_ls= rtp_f_lh= rtp_f_lx= rtp_f_i=1 rtp_f_stats= rtp_f_sums= rtp_f_anyx=
  while [ "$rtp_f_i" -lt "$#" ]; do
    rtp_f_j=$((rtp_f_i + 1))
    eval "rtp_f_opts=\$\{$rtp_f_i} rtp_f_path=\$\{$rtp_f_j}"
    rtp_file_probe "$rtp_f_path"
    rtp_f_word=" \"\$\{$rtp_f_j}\""
    case $rtp_f_at in -|!) ;; *) rtp_f_ls=$rtp_f_ls$rtp_f_word ;; esac
    case $rtp_f_at in
      f|v)
        # A name with a newline or a backslash would make more or other lines than one.
        case $rtp_f_path in
          *\\*|*"$rtp_f_nl"*) rtp_f_at=h ;;
          *) rtp_f_at=f; case $rtp_f_opts in *m*) ;; *) rtp_f_lh=$rtp_f_lh$rtp_f_word ;; esac ;;
        esac ;;
    esac
    case $rtp_f_at$rtp_f_opts in [fhdo]*x*) rtp_f_lx=$rtp_f_lx$rtp_f_word ;; esac
    rtp_f_codes=$rtp_f_codes$rtp_f_at
    rtp_f_i=$((rtp_f_i + 3))
  done
  rtp_f_fmt='%s:%a:%f:%u:%g:%U:%G'
  if rtp_file_labels; then rtp_f_fmt=$rtp_f_fmt:%C; fi
  if [ -n "$rtp_f_ls" ]; then
    rtp_f_stats=$(eval "LC_ALL=C stat -c \"\$rtp_f_fmt\" --$rtp_f_ls" 2>&1) || { rtp_file_fail stat "$rtp_f_stats"; return 1; }
  fi
  if [ -n "$rtp_f_lh" ]; then
    rtp_file_patience "$rtp_f_stats"
    rtp_f_sums=$(eval "LC_ALL=C $rtp_f_calm sha256sum --$rtp_f_lh" 2>&1) || { rtp_file_fail sha256sum "$\{rtp_f_sums:-a file was changed by somebody just now}"; return 1; }
  fi
  if [ -n "$rtp_f_lx" ] && rtp_file_has_xattrs; then rtp_f_anyx=$(eval "rtp_file_getfattr$rtp_f_lx"); fi
  rtp_f_status=0
  while [ "$#" -gt 0 ]; do
    rtp_f_at=$\{rtp_f_codes%"$\{rtp_f_codes#?}"} rtp_f_codes=$\{rtp_f_codes#?}
    rtp_file_line "$1" "$2" || return 1
    "$rtp_f_sink" "$2" "$3" || rtp_f_status=1
    shift 3
  done 3<<RTP_STATS 4<<RTP_SUMS
$rtp_f_stats
RTP_STATS
$rtp_f_sums
RTP_SUMS
  return "$rtp_f_status"
}
# rtp_file_line OPTS PATH: the next line of both lists as rtp_f_line
rtp_file_line() {
  rtp_f_more=
  case $rtp_f_at in
    -) rtp_f_line=absent; return 0 ;;
    !) rtp_f_line=unreadable; return 0 ;;
  esac
  IFS=: read -r rtp_f_size rtp_f_mode rtp_f_raw rtp_f_uid rtp_f_gid rtp_f_owner rtp_f_group rtp_f_label <&3
  case $\{#rtp_f_mode} in 1) rtp_f_mode=000$rtp_f_mode ;; 2) rtp_f_mode=00$rtp_f_mode ;; 3) rtp_f_mode=0$rtp_f_mode ;; esac
  if [ "$rtp_f_owner" = UNKNOWN ]; then rtp_f_owner=$rtp_f_uid; fi
  if [ "$rtp_f_group" = UNKNOWN ]; then rtp_f_group=$rtp_f_gid; fi
  case $rtp_f_raw in
    a???)
      rtp_f_target=$(readlink -n -- "$2" && printf x) || { rtp_file_fail "$2" 'the link cannot be read'; return 1; }
      rtp_file_escape "$\{rtp_f_target%x}"
      rtp_f_line=link:$rtp_f_owner:$rtp_f_group:$rtp_f_e
      return 0 ;;
    8???)
      case $1$rtp_f_at in
        *m*) rtp_f_sum=- ;;
        *h)
          rtp_file_patience "$rtp_f_size"
          rtp_f_sum=$($rtp_f_calm sha256sum -- "$2") || { rtp_file_fail "$2" 'cannot be read'; return 1; }
          rtp_f_sum=$\{rtp_f_sum%% *} rtp_f_sum=$\{rtp_f_sum#'\'} ;;
        *) IFS=' ' read -r rtp_f_sum rtp_f_skip <&4; rtp_f_sum=$\{rtp_f_sum#'\'} ;;
      esac
      rtp_f_line=file:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:$rtp_f_sum ;;
    4???)
      rtp_f_line=directory:$rtp_f_mode:$rtp_f_owner:$rtp_f_group
      case $1 in *t*) rtp_file_digest "$2"; rtp_f_more=" tree=$rtp_f_sum" ;; esac ;;
    1???) rtp_f_line=other:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:fifo ;;
    2???) rtp_f_line="other:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:character special file" ;;
    6???) rtp_f_line="other:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:block special file" ;;
    c???) rtp_f_line=other:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:socket ;;
    *) rtp_f_line=other:$rtp_f_mode:$rtp_f_owner:$rtp_f_group:unknown ;;
  esac
  if [ -n "$rtp_f_anyx" ]; then
    case $1 in *x*) rtp_file_xattrs_of "$2"; if [ -n "$rtp_f_x" ]; then rtp_f_more="$rtp_f_more xattrs=$rtp_f_x"; fi ;; esac
  fi
  case $1 in *s*) if rtp_file_labels && [ "$rtp_f_label" != '?' ]; then rtp_f_more="$rtp_f_more selinux=$rtp_f_label"; fi ;; esac
  return 0
}
# rtp_file_xattrs_of PATH: its extended attributes as one word in rtp_f_x: name=0sBASE64,name=0sBASE64 (getfattr sorts them)
rtp_file_xattrs_of() {
  rtp_f_x= rtp_f_xs=$(rtp_file_getfattr "$1")
  while IFS= read -r rtp_f_xl; do
    case $rtp_f_xl in '#'*|'') ;; *) rtp_f_x=$rtp_f_x$\{rtp_f_x:+,}$rtp_f_xl ;; esac
  done <<RTP_XATTRS
$rtp_f_xs
RTP_XATTRS
}
# Sinks. A state between two states of a change, which only a crash leaves, is shown as the change's second (save.ts).
rtp_file_print() {
  if [ -n "$2" ] && [ -f "$rtp_state/half/$2" ]; then
    while IFS='	' read -r rtp_f_between rtp_f_after; do
      if [ "$rtp_f_between" = "$rtp_f_line" ]; then rtp_f_line=$rtp_f_after; break; fi
    done <"$rtp_state/half/$2"
  fi
  printf '%s\n' "$rtp_f_line$rtp_f_more"
}
rtp_file_drift() {
  rtp_file_escape "$rtp_f_t"; printf 'drift: %s\n' "$rtp_f_e" >&2
  # A window's write marks the entry (guard.ts).
  if command -v rtp_drifted >/dev/null; then rtp_drifted "$rtp_f_t"; fi
  return 1
}
rtp_file_same() {
  if [ "$rtp_f_line$rtp_f_more" = "$2" ]; then return 0; fi
  rtp_f_t=$1
  rtp_file_drift
}
# rtp_file_expect I OPTS LINE OTHERS: what may be at the item's path when it is changed: LINE with all that OPTS ask for, or
# one of OTHERS, the states that a first try of the same change leaves
rtp_file_expect() { eval "rtp_f_x_$1=\$2 rtp_f_e_$1=\$3 rtp_f_a_$1=\$4"; }
rtp_file_meant() {
  eval "rtp_f_t=\$rtp_f_t_$2 rtp_f_l=\$rtp_f_e_$2 rtp_f_others=\$rtp_f_a_$2"
  case $1:$rtp_f_line in ../../*:file:*|../../*:link:*|../../*:other:*) rtp_file_unheld "$1" || return 1 ;; esac
  if [ "$rtp_f_line$rtp_f_more" = "$rtp_f_l" ]; then return 0; fi
  case "$rtp_f_nl$rtp_f_others$rtp_f_nl" in *"$rtp_f_nl$rtp_f_line$rtp_f_nl"*) return 0 ;; esac
  rtp_file_drift
}
# rtp_file_unheld PATH: may what is there be taken for what it looked like, although it has no second name in the room? Where there
# are no hard links; and as a user who cannot link the file of another, and cannot give him one either
rtp_file_unheld() {
  if [ "$rtp_w_me" != 0 ] && [ "$rtp_f_uid" != "$rtp_w_me" ]; then return 0; fi
  if [ ! -e ../o/is ]; then : >../o/is; fi
  if ! ln -f -- ../o/is ../o/is.it 2>/dev/null; then return 0; fi
  case $(LC_ALL=C ln -- "$1" ../o/is.now 2>&1 || :) in
    *'not permitted'*) rtp_file_fail "$rtp_f_t" 'it cannot be linked or replaced (an immutable file?)' ;;
    *) rtp_file_drift ;;
  esac
}
# rtp_file_still VARIABLE I...: nobody has changed what is at $VARIABLE_I since it was read. In a room a second name of it there is
# looked at: else somebody could show a file of his own, have the bytes of another one read through a link, and be given them
rtp_file_still() {
  rtp_f_lx= rtp_f_var=$1; shift
  for rtp_f_k in "$@"; do
    eval "rtp_f_s_$rtp_f_k=\$$\{rtp_f_var}_$rtp_f_k"
    if [ "$rtp_f_room$rtp_f_var" = 1rtp_f_p ]; then
      if eval "ln -- \"\$rtp_f_s_$rtp_f_k\" ../o/is.$rtp_f_k" 2>/dev/null; then eval "rtp_f_s_$rtp_f_k=../o/is.$rtp_f_k"; fi
    fi
    rtp_f_lx="$rtp_f_lx \"\$rtp_f_x_$rtp_f_k\" \"\$rtp_f_s_$rtp_f_k\" $rtp_f_k"
  done
  if eval "rtp_file_lines rtp_file_meant$rtp_f_lx"; then rtp_f_status=0; else rtp_f_status=1; fi
  if [ -n "$rtp_f_room" ]; then rm -f ../o/is ../o/is.*; fi
  return "$rtp_f_status"
}
rtp_file_show() { rtp_file_lines rtp_file_print "$@"; }
rtp_file_check() { rtp_file_lines rtp_file_same "$@"; }
`;
