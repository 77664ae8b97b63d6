/**
 * Shell functions that say whose a folder is. A folder is *our own* when nobody but root and the present user can change it
 * or any name on the way to it. In any other folder somebody else may swap names between two steps of ours, so nothing is
 * made, opened or changed there by its name: see library-room.ts and docs/adr/0010. Variables are `rtp_w_*`.
 */
import { sh } from '../../../shell/shell.js';

export const trustLibrary = sh`
rtp_w_nl='
'
# rtp_file_judge RAWMODE UID: rtp_w_class of the folder above becomes that of the name in it. E: our own; T: others may add
# names but not change ours (sticky); O: somebody else can change it, or what it is
rtp_file_judge() {
  if [ -z "$\{rtp_w_me-}" ]; then rtp_w_me=$(id -u); fi
  case $1 in 4???) ;; *) rtp_w_class=O; return 0 ;; esac
  case $2 in 0|"$rtp_w_me") ;; *) rtp_w_class=O; return 0 ;; esac
  case $rtp_w_class in E|T) ;; *) return 0 ;; esac
  if [ $((0x$1 & 0x12)) = 0 ]; then rtp_w_class=E
  elif [ $((0x$1 & 0x200)) != 0 ]; then rtp_w_class=T
  else rtp_w_class=O; fi
}
# rtp_file_trust PARENT FOLDER [PARENT FOLDER]...: the class of the Nth folder as rtp_f_c_N; PARENT is the number of the
# folder above, which comes first, or 0. By one stat for all of them; what is not known is O
rtp_file_trust() {
  rtp_w_list= rtp_w_seen= rtp_w_i=2
  while [ "$rtp_w_i" -le "$#" ]; do
    eval "rtp_w_path=\$\{$rtp_w_i}"
    if [ -e "$rtp_w_path" ] || [ -L "$rtp_w_path" ]; then rtp_w_list="$rtp_w_list \"\$\{$rtp_w_i}\"" rtp_w_seen=$\{rtp_w_seen}y
    else rtp_w_seen=$\{rtp_w_seen}n; fi
    rtp_w_i=$((rtp_w_i + 2))
  done
  rtp_w_stats=$(eval "LC_ALL=C stat -c %f:%u --$rtp_w_list" 2>/dev/null) || rtp_w_stats=
  rtp_w_i=0
  while [ "$#" -gt 1 ]; do
    rtp_w_i=$((rtp_w_i + 1)) rtp_w_raw= rtp_w_uid=
    case $rtp_w_seen in y*) IFS=: read -r rtp_w_raw rtp_w_uid <&3 || : ;; esac
    rtp_w_seen=$\{rtp_w_seen#?}
    case $1:$2 in 0:/) rtp_w_class=E ;; 0:*) rtp_w_class=O ;; *) eval "rtp_w_class=\$rtp_f_c_$1" ;; esac
    rtp_file_judge "$rtp_w_raw" "$rtp_w_uid"
    eval "rtp_f_c_$rtp_w_i=\$rtp_w_class rtp_f_r_$rtp_w_i="
    shift 2
  done 3<<RTP_TRUST
$rtp_w_stats
RTP_TRUST
}
# rtp_file_class PATH: rtp_w_class of a folder whose path is absolute and leads over no link
rtp_file_class() {
  rtp_w_cur= rtp_w_left=$\{1#/}
  set -- /
  while [ -n "$rtp_w_left" ]; do
    rtp_w_cur=$rtp_w_cur/$\{rtp_w_left%%/*}
    set -- "$@" "$rtp_w_cur"
    case $rtp_w_left in */*) rtp_w_left=$\{rtp_w_left#*/} ;; *) rtp_w_left= ;; esac
  done
  rtp_w_class=O
  rtp_w_stats=$(LC_ALL=C stat -c %f:%u -- "$@" 2>/dev/null) || return 0
  rtp_w_class=E
  while IFS=: read -r rtp_w_raw rtp_w_uid; do rtp_file_judge "$rtp_w_raw" "$rtp_w_uid"; done <<RTP_TRUST
$rtp_w_stats
RTP_TRUST
}
# rtp_file_walk FOLDER: rtp_w_real is its path without links, rtp_w_class its class. rtp_w_linker is the user whose own link
# was followed where somebody else than we could put it: what such a link leads to must belong to that user too
rtp_file_walk() {
  rtp_w_rest=$1 rtp_w_real= rtp_w_hops=0 rtp_w_linker=
  case $1 in
    /*) ;;
    *) rtp_w_cwd=$(readlink /proc/self/cwd && printf x) || return 1; rtp_w_rest=$\{rtp_w_cwd%"$rtp_w_nl"x}/$1 ;;
  esac
  while [ -n "$rtp_w_rest" ]; do
    rtp_w_name=$\{rtp_w_rest%%/*}
    case $rtp_w_rest in */*) rtp_w_rest=$\{rtp_w_rest#*/} ;; *) rtp_w_rest= ;; esac
    case $rtp_w_name in
      ''|.) continue ;;
      ..) rtp_w_real=$\{rtp_w_real%/*}; continue ;;
    esac
    if [ ! -L "$rtp_w_real/$rtp_w_name" ]; then rtp_w_real=$rtp_w_real/$rtp_w_name; continue; fi
    rtp_w_hops=$((rtp_w_hops + 1))
    if [ "$rtp_w_hops" -gt 40 ]; then rtp_file_fail "$1" 'too many links on the way'; return 1; fi
    rtp_w_text=$(readlink -- "$rtp_w_real/$rtp_w_name" && printf x) || { rtp_file_fail "$1" 'a link on the way cannot be read'; return 1; }
    rtp_w_text=$\{rtp_w_text%x}; rtp_w_text=$\{rtp_w_text%"$rtp_w_nl"}
    rtp_w_owner=$(LC_ALL=C stat -c %u -- "$rtp_w_real/$rtp_w_name" 2>/dev/null) || rtp_w_owner=-
    rtp_file_class "$rtp_w_real"
    if [ "$rtp_w_class" != E ] && [ "$rtp_w_owner" != 0 ] && [ "$rtp_w_owner" != "$rtp_w_me" ]; then
      case $rtp_w_linker in
        ''|"$rtp_w_owner") rtp_w_linker=$rtp_w_owner ;;
        *) rtp_file_fail "$1" 'it leads over links of several users'; return 1 ;;
      esac
    fi
    case $rtp_w_text in /*) rtp_w_real= ;; esac
    rtp_w_rest=$rtp_w_text/$rtp_w_rest
  done
  rtp_file_class "$\{rtp_w_real:-/}"
  if [ -n "$rtp_w_linker" ] && [ "$(LC_ALL=C stat -c %u -- "$\{rtp_w_real:-/}" 2>/dev/null)" != "$rtp_w_linker" ]; then
    rtp_file_fail "$1" "a link of the user with the id $rtp_w_linker leads to a folder of somebody else"; return 1
  fi
}
# rtp_file_goto FOLDER: the present folder becomes it, and it is the one that was walked to. After this no name on the way
# counts any more: rtp_w_id and rtp_w_uid are the folder's
rtp_file_goto() {
  rtp_w_real=$\{rtp_w_real:-/}
  if cd -P -- "$rtp_w_real" 2>/dev/null && rtp_w_cwd=$(readlink /proc/self/cwd && printf x) &&
    [ "$\{rtp_w_cwd%"$rtp_w_nl"x}" = "$rtp_w_real" ] && rtp_w_id=$(LC_ALL=C stat -c %d:%i:%u .); then
    rtp_w_uid=$\{rtp_w_id##*:} rtp_w_id=$\{rtp_w_id%:*}
    case $rtp_w_linker in ''|"$rtp_w_uid") return 0 ;; esac
  fi
  rtp_file_fail "$1" 'its folder is not there, or was changed by somebody just now'
}
# rtp_file_within: the present folder is in the one of rtp_file_goto, is ours, and nobody else can look into it
rtp_file_within() {
  rtp_w_stats=$(LC_ALL=C stat -c %d:%i:%u:%a . ..) || return 1
  rtp_w_self=$\{rtp_w_stats%%"$rtp_w_nl"*} rtp_w_above=$\{rtp_w_stats#*"$rtp_w_nl"}
  case $rtp_w_self in *":$rtp_w_me:700"|*":$rtp_w_me:2700") ;; *) return 1 ;; esac
  case $rtp_w_above in "$rtp_w_id":*) return 0 ;; *) return 1 ;; esac
}
`;
