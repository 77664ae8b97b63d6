/**
 * Shell functions for the items of a batch. An item is a change with a number I: $rtp_f_t_I is its path as the user names it,
 * $rtp_f_p_I the name that works in the present folder, the new thing is made as $rtp_f_n_I and renamed over it; what a rename
 * cannot replace (a directory) first moves to $rtp_f_o_I. For changes in place $rtp_f_n_I is the thing itself.
 *
 * Items whose folders are our own (library-trust.ts) are done together, with new things beside their places. Those of another
 * folder are done in a room there (library-room.ts), and a folder that is changed in place from within itself. The caller
 * defines rtp_file_steps, which does the same steps for the items of the present group, $rtp_f_party.
 */
import { sh } from '../../../shell/shell.js';

export const itemsLibrary = sh`
# rtp_file_item I PATH TAG FOLDER HOW TASK: FOLDER is the folder's number for rtp_file_trust. HOW says when a folder that is there is
# changed in place: no (link: and it is a link; gone: and it is to go), yes, or as the KEY of a kept tree when that is what is there
rtp_file_item() {
  rtp_f_d=$\{2%/*}
  case $2 in /) rtp_f_d= ;; esac
  rtp_f_items="$rtp_f_items $1" rtp_f_batch="$rtp_f_batch $1"
  eval "rtp_f_t_$1=\$2 rtp_f_p_$1=\$2 rtp_f_n_$1=\$2 rtp_f_d_$1=\$\{rtp_f_d:-/} rtp_f_g_$1=0 rtp_f_fx_$1=\$4 rtp_f_how_$1=\$5 rtp_f_who_$1=\$6 rtp_f_tag_$1=\$3 rtp_f_o_$1="
}
rtp_file_get() { eval "rtp_f_t=\$rtp_f_t_$1 rtp_f_p=\$rtp_f_p_$1 rtp_f_n=\$rtp_f_n_$1 rtp_f_o=\$rtp_f_o_$1 rtp_f_d=\$rtp_f_d_$1"; }
# rtp_file_beside I TAG: the item's folder is our own; what a killed run left beside its path goes
rtp_file_beside() {
  rtp_file_get "$1"
  rtp_f_o=$\{rtp_f_d%/}/.rtprov-$2
  eval "rtp_f_n_$1=\$rtp_f_o.new rtp_f_o_$1=\$rtp_f_o.old"
  for rtp_f_l in "$rtp_f_o.new" "$rtp_f_o.old"; do
    if [ -e "$rtp_f_l" ] || [ -L "$rtp_f_l" ]; then
      rm -rf -- "$rtp_f_l" || { rtp_file_fail "$rtp_f_t" "a temporary file of a run before cannot be removed"; return 1; }
    fi
  done
}
# rtp_file_group I: the item's group: 0 for those in our own folders, rN for a room in folder N, dI for a folder from within
rtp_file_group() {
  eval "rtp_f_fx=\$rtp_f_fx_$1 rtp_f_how=\$rtp_f_how_$1"
  eval "rtp_w_class=\$rtp_f_c_$rtp_f_fx"
  if [ "$rtp_w_class" != E ]; then
    eval "rtp_f_l=\$\{rtp_f_r_$rtp_f_fx-}"
    if [ -z "$rtp_f_l" ]; then
      if [ ! -d "$rtp_f_d" ]; then
        if [ "$rtp_f_how" = gone ]; then rtp_f_l=-; eval "rtp_f_g_$1=-"; return 0; fi
        rtp_file_fail "$rtp_f_t" 'its folder: No such file or directory'; return 1
      fi
      rtp_file_walk "$rtp_f_d" || return 1
      eval "rtp_f_c_$rtp_f_fx=\$rtp_w_class rtp_f_r_$rtp_f_fx=\$\{rtp_w_real:-/} rtp_f_u_$rtp_f_fx=\$rtp_w_linker"
    fi
  fi
  if [ "$rtp_w_class" = E ]; then rtp_f_l=0
  else
    rtp_f_l=r$rtp_f_fx
    if [ -d "$rtp_f_p" ] && [ ! -L "$rtp_f_p" ]; then
      case $rtp_f_how in no|link|gone) ;; yes) rtp_f_l=d$1 ;; *) rtp_file_digest "$rtp_f_p"; if [ "$rtp_f_sum" = "$\{rtp_f_how%%-*}" ]; then rtp_f_l=d$1; fi ;; esac
    fi
  fi
  eval "rtp_f_g_$1=\$rtp_f_l"
}
# rtp_file_leg I: adds the item's leg to its group, rtp_f_l. A leg is of items one after the other that are of one task or in one
# group; the legs are done in their order, so that nothing of a later task comes before an earlier task's
rtp_file_leg() {
  eval "rtp_f_who=\$rtp_f_who_$1"
  if [ "$rtp_f_who" = "$rtp_f_leg_who" ]; then
    if [ "$rtp_f_l" != "$rtp_f_leg_group" ]; then rtp_f_leg_group=; fi
  elif [ "$rtp_f_l" = "$rtp_f_leg_group" ]; then rtp_f_leg_who=
  else rtp_f_leg=$((rtp_f_leg + 1)) rtp_f_leg_who=$rtp_f_who rtp_f_leg_group=$rtp_f_l; fi
  rtp_f_l=$rtp_f_l.$rtp_f_leg
  eval "rtp_f_g_$1=\$rtp_f_l"
  case "$rtp_f_groups " in *" $rtp_f_l "*) ;; *) rtp_f_groups="$rtp_f_groups $rtp_f_l" ;; esac
}
# rtp_file_run: does rtp_file_steps for each group of the batch
rtp_file_run() {
  rtp_f_groups= rtp_f_room= rtp_f_leg=0 rtp_f_leg_who= rtp_f_leg_group=
  for rtp_f_k in $rtp_f_batch; do
    rtp_file_get "$rtp_f_k"
    rtp_file_group "$rtp_f_k" || return 1
    case $rtp_f_l in
      -) continue ;;
      0) eval "rtp_f_l=\$rtp_f_tag_$rtp_f_k"; rtp_file_beside "$rtp_f_k" "$rtp_f_l" || return 1; rtp_f_l=0 ;;
    esac
    rtp_file_leg "$rtp_f_k"
  done
  for rtp_f_party in $rtp_f_groups; do
    case $rtp_f_party in
      0.*) rtp_file_steps || return 1 ;;
      *) (rtp_file_apart) || return 1 ;;
    esac
  done
  rtp_f_batch=
}
# rtp_file_apart: the steps for a group in a folder that is not our own
rtp_file_apart() {
  rtp_f_mine=
  for rtp_f_k in $rtp_f_batch; do
    eval "rtp_f_l=\$rtp_f_g_$rtp_f_k"
    if [ "$rtp_f_l" = "$rtp_f_party" ]; then rtp_f_mine="$rtp_f_mine $rtp_f_k"; fi
  done
  rtp_file_get "$\{rtp_f_mine##* }"
  eval "rtp_f_fx=\$rtp_f_fx_$\{rtp_f_mine##* }"
  eval "rtp_w_real=\$rtp_f_r_$rtp_f_fx rtp_w_linker=\$rtp_f_u_$rtp_f_fx"
  rtp_file_goto "$rtp_f_t" || return 1
  case $rtp_f_party in
    d*)
      if cd -P -- "./$\{rtp_f_p##*/}" 2>/dev/null && [ "$(LC_ALL=C stat -c %d:%i ..)" = "$rtp_w_id" ]; then :; else
        rtp_file_fail "$rtp_f_t" 'it was changed by somebody just now'; return 1
      fi
      rtp_f_k=$\{rtp_f_mine# }
      eval "rtp_f_p_$rtp_f_k=. rtp_f_n_$rtp_f_k=. rtp_f_o_$rtp_f_k= rtp_f_d_$rtp_f_k=.."
      rtp_file_steps; return ;;
  esac
  rtp_file_room "$rtp_f_t" || return 1
  for rtp_f_k in $rtp_f_mine; do
    eval "rtp_f_l=\$\{rtp_f_p_$rtp_f_k##*/}"
    eval "rtp_f_p_$rtp_f_k=../../\$rtp_f_l rtp_f_n_$rtp_f_k=./\$rtp_f_l rtp_f_o_$rtp_f_k=../o/\$rtp_f_l rtp_f_d_$rtp_f_k=../.."
  done
  (rtp_f_room=1; rtp_file_steps)
  rtp_f_status=$?
  rtp_file_leave
  return "$rtp_f_status"
}
# rtp_file_some "I..." COMMAND...: the command with those of the items that are in the present group
rtp_file_some() {
  rtp_f_mine=
  for rtp_f_k in $1; do
    eval "rtp_f_l=\$rtp_f_g_$rtp_f_k"
    if [ "$rtp_f_l" = "$rtp_f_party" ]; then rtp_f_mine="$rtp_f_mine $rtp_f_k"; fi
  done
  if [ -z "$rtp_f_mine" ]; then return 0; fi
  shift
  "$@" $rtp_f_mine
}
# rtp_file_one I COMMAND...: the command, when the item is in the present group
rtp_file_one() {
  eval "rtp_f_l=\$rtp_f_g_$1"
  shift
  if [ "$rtp_f_l" = "$rtp_f_party" ]; then "$@"; fi
}
# rtp_file_place I: the item is changed in place; in a room through another name of it, which cannot be swapped
rtp_file_place() {
  rtp_file_get "$1"
  if [ -z "$rtp_f_room" ]; then eval "rtp_f_n_$1=\$rtp_f_p_$1"; return 0; fi
  eval "rtp_f_kept_$1=1 rtp_f_how=\$rtp_f_how_$1"
  rtp_file_try ln -- "$rtp_f_p" "$rtp_f_n" || return 1
  # chmod follows a link.
  if [ -L "$rtp_f_n" ]; then
    if [ "$rtp_f_how" != link ]; then rtp_file_drift; return 1; fi
  elif [ "$rtp_f_how" = link ]; then rtp_file_drift; return 1; fi
  rtp_f_l=$(LC_ALL=C stat -c %u:%h -- "$rtp_f_n") || return 1
  # The folder's owner may do to a file of his own what he likes. Another one may have been put there by a hard link, to have
  # it changed, unless the kernel forbids such links (proc(5), protected_hardlinks).
  if [ "$\{rtp_f_l%:*}" = "$rtp_w_uid" ] && [ "$rtp_w_uid" != 0 ] && [ "$rtp_w_uid" != "$rtp_w_me" ]; then return 0; fi
  read -r rtp_f_word </proc/sys/fs/protected_hardlinks 2>/dev/null || rtp_f_word=0
  if [ "$rtp_f_word" = 0 ]; then
    # Then nobody else may reach any name of it while its names are counted: it comes into the room, and goes back by a rename.
    if [ ! -d ../k ]; then mkdir ../k || return 1; fi
    rtp_file_try mv -f -- "$rtp_f_p" ../k || return 1
    eval "rtp_f_kept_$1="
    rtp_f_word=../k/$\{rtp_f_n#./}
    if [ -d "$rtp_f_word" ] || ! [ "$rtp_f_word" -ef "$rtp_f_n" ] && [ ! -L "$rtp_f_n" ]; then rtp_file_drift; return 1; fi
    rtp_f_l=$(LC_ALL=C stat -c %u:%h -- "$rtp_f_n") || return 1
  fi
  case $rtp_f_l in *:2) return 0 ;; esac
  rtp_file_fail "$rtp_f_t" 'it has another name (a hard link), and others can change its folder: it may be a file of somebody else'
}
# rtp_file_tidy PATH TAG: removes what a killed run left, without a change of the path
rtp_file_tidy() (
  set +eu
  rtp_f_d=$\{1%/*}
  case $1 in ./*|/*) ;; *) rtp_f_d=. ;; esac
  for rtp_f_l in "$rtp_f_d/.rtprov-$2.new" "$rtp_f_d/.rtprov-$2.old" "$rtp_f_d"/.rtprov-*-*-*-*-*; do
    if [ -e "$rtp_f_l" ] || [ -L "$rtp_f_l" ]; then
      rtp_file_walk "$\{rtp_f_d:-/}" && rtp_file_goto "$1" || exit 1
      if [ "$rtp_w_class" = E ]; then rm -rf -- "./.rtprov-$2.new" "./.rtprov-$2.old" || exit 1; fi
      rtp_file_sweep
      exit 0
    fi
  done
)
`;
