/**
 * Shell functions for kinds that put back files by themselves (packages): each does one thing to one path, in a folder of
 * anybody, without a name that somebody could swap meanwhile.
 */
import { library, sh } from '../../../shell/shell.js';
import { probeLibrary } from './probe.js';
import { roomLibrary } from './room.js';
import { trustLibrary } from './trust.js';

const putFunctions = sh`
# rtp_file_ours FOLDER: nobody else can change it or a name on the way to it. The last answer is remembered
rtp_file_ours() {
  if [ "$1" != "$\{rtp_w_asked-}" ]; then
    rtp_w_asked=$1
    rtp_file_walk "$1" 2>/dev/null || rtp_w_class=O
    rtp_w_answer=$rtp_w_class
  fi
  [ "$rtp_w_answer" = E ]
}
rtp_file_above() { rtp_w_base=$\{1##*/} rtp_w_folder=$\{1%/*}; rtp_w_folder=$\{rtp_w_folder:-/}; }
# rtp_file_put SOURCE PATH: a copy of SOURCE, with owner, mode and all, takes the place of PATH in one step. SOURCE is ours alone
rtp_file_put() {
  rtp_file_above "$2"
  if rtp_file_ours "$rtp_w_folder"; then
    rm -rf -- "$\{rtp_w_folder%/}/.rtprov-put"
    cp -a -- "$1" "$\{rtp_w_folder%/}/.rtprov-put" && mv -Tf -- "$\{rtp_w_folder%/}/.rtprov-put" "$2"
    return
  fi
  (
    umask 077
    rtp_file_walk "$rtp_w_folder" && rtp_file_goto "$2" && rtp_file_room "$2" || exit 1
    (cp -a -- "$1" "./$rtp_w_base" && mv -f -- "./$rtp_w_base" ../..)
    rtp_w_status=$?
    rtp_file_leave
    exit "$rtp_w_status"
  )
}
# rtp_file_hard SOURCE PATH: PATH becomes another name of SOURCE in one step
rtp_file_hard() {
  rtp_file_above "$2"
  if rtp_file_ours "$rtp_w_folder"; then ln -f -- "$1" "$2"; return; fi
  (
    rtp_file_walk "$rtp_w_folder" && rtp_file_goto "$2" && rtp_file_room "$2" || exit 1
    (ln -- "$1" "./$rtp_w_base" && mv -f -- "./$rtp_w_base" ../..)
    rtp_w_status=$?
    rtp_file_leave
    exit "$rtp_w_status"
  )
}
# rtp_file_folder PATH MODE OWNER: a folder, made when it is not there
rtp_file_folder() {
  rtp_file_above "$1"
  if rtp_file_ours "$rtp_w_folder"; then mkdir -p -- "$1" && chown -h -- "$3" "$1" && chmod -- "$2" "$1"; return; fi
  (
    umask 077
    rtp_file_walk "$rtp_w_folder" && rtp_file_goto "$1" || exit 1
    if [ -d "./$rtp_w_base" ] && [ ! -L "./$rtp_w_base" ]; then
      cd -P "./$rtp_w_base" && [ "$(LC_ALL=C stat -c %d:%i ..)" = "$rtp_w_id" ] && chown -h -- "$3" . && chmod -- "$2" .
      exit
    fi
    rtp_file_room "$1" || exit 1
    (mkdir -- "./$rtp_w_base" && chown -h -- "$3" "./$rtp_w_base" && chmod -- "$2" "./$rtp_w_base" && mv -f -- "./$rtp_w_base" ../..)
    rtp_w_status=$?
    rtp_file_leave
    exit "$rtp_w_status"
  )
}
# rtp_file_retime PATH WORDS...: touch with these words, where it is there; in the folder itself, so that nobody leads it elsewhere
rtp_file_retime() {
  rtp_file_above "$1"
  if [ ! -d "$rtp_w_folder" ]; then return 0; fi
  (
    if rtp_file_ours "$rtp_w_folder"; then cd -P -- "$rtp_w_folder"; else rtp_file_walk "$rtp_w_folder" && rtp_file_goto "$1"; fi || exit 1
    shift
    touch -c "$@" -- "./$rtp_w_base"
  )
}
# rtp_file_drop HOW PATH: away with it. HOW: rm, rmdir, or all (a folder with all below)
rtp_file_drop() {
  rtp_file_above "$2"
  (
    if rtp_file_ours "$rtp_w_folder"; then cd -P -- "$rtp_w_folder"; else rtp_file_walk "$rtp_w_folder" && rtp_file_goto "$2"; fi || exit 1
    case $1 in
      rm) rm -f -- "./$rtp_w_base" ;;
      rmdir) rmdir -- "./$rtp_w_base" ;;
      all) rtp_file_wipe "./$rtp_w_base" ;;
    esac
  )
}
`;

export const putLibrary = library([probeLibrary, trustLibrary, roomLibrary, putFunctions]);
