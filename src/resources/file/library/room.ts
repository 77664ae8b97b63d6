/**
 * Shell functions for work in a folder that somebody else can change. A private folder ("room") is made in it: new things get
 * their bytes, owner and mode there, where no other user can reach them, and come out by one rename; what is there already is
 * changed through a hard link in the room. The present folder is `ROOM/n`, so that `../..` is the folder itself whatever its
 * owner does to names, and `../o` takes what moves aside. docs/adr/0010 has the reasons.
 */
import { sh } from '../../../shell/shell.js';

export const roomLibrary = sh`
# rtp_file_wipe NAME: all of it, out of a room. Somebody may still be in a folder below and swap its names, and not every
# rm is safe against that: such folders become ours first, from the top
rtp_file_wipe() {
  if [ -d "$1" ] && [ ! -L "$1" ]; then
    case $(rm --version 2>&1 || :) in *GNU*) ;; *)
      find "$1" -type d -exec chown "$rtp_w_me" {} \; -exec chmod 0700 {} \; 2>/dev/null || : ;;
    esac
  fi
  rm -rf -- "$1"
}
# rtp_file_sweep: away with the rooms of killed runs in the present folder (the one of rtp_file_goto)
rtp_file_sweep() {
  for rtp_w_room in ./.rtprov-*-*-*-*-*; do
    if [ -L "$rtp_w_room" ] || [ ! -d "$rtp_w_room" ] || [ ! -O "$rtp_w_room" ]; then continue; fi
    (
      cd -P -- "$rtp_w_room" && rtp_file_within || exit 1
      for rtp_w_name in * .[!.]*; do
        case $rtp_w_name in n|o|k|'*'|'.[!.]*') ;; *) exit 1 ;; esac
      done
      rtp_file_return
      if [ -d o ]; then rtp_file_wipe ./o; fi
      if [ -d n ]; then rm -rf ./n; fi
    ) 2>/dev/null && rmdir -- "$rtp_w_room" 2>/dev/null || :
  done
}
# rtp_file_room PATH: makes a room in the present folder and goes into it. The kernel's random names cannot be guessed; mkdir
# follows no link; and that it is this very folder which was entered is looked at before anything is done in it
rtp_file_room() {
  rtp_file_sweep
  read -r rtp_w_room </proc/sys/kernel/random/uuid || return 1
  rtp_w_room=./.rtprov-$rtp_w_room
  rtp_w_said=$(umask 077; LC_ALL=C mkdir -- "$rtp_w_room" 2>&1) || { rtp_file_fail "$1" "its folder takes no new file: $rtp_w_said"; return 1; }
  if cd -P -- "$rtp_w_room" 2>/dev/null && rtp_file_lone && mkdir n o && cd -P ./n; then return 0; fi
  rtp_file_fail "$1" 'its folder was changed by somebody just now'
}
# A default access list of the folder above widens the mode that mkdir was asked for; it is taken back while the room is empty
rtp_file_lone() {
  for rtp_w_name in * .[!.]*; do case $rtp_w_name in '*'|'.[!.]*') ;; *) return 1 ;; esac; done
  if rtp_file_within; then return 0; fi
  case $rtp_w_self in *":$rtp_w_me:"*) ;; *) return 1 ;; esac
  case $rtp_w_above in "$rtp_w_id":*) chmod 0700 . && rtp_file_within ;; *) return 1 ;; esac
}
# rtp_file_return: what was moved into ROOM/k to be looked at goes back to its place, unless something else is there by now
rtp_file_return() {
  for rtp_w_name in k/* k/.[!.]* k/..?*; do
    if [ ! -e "$rtp_w_name" ] && [ ! -L "$rtp_w_name" ]; then continue; fi
    if [ -d "$rtp_w_name" ] && [ ! -L "$rtp_w_name" ]; then mv -- "$rtp_w_name" ..; continue; fi
    ln -- "$rtp_w_name" ".././$\{rtp_w_name#k/}" 2>/dev/null || [ -e ".././$\{rtp_w_name#k/}" ] || continue
    rm -f -- "$rtp_w_name"
  done
  if [ -d k ]; then rmdir k; fi
}
# rtp_file_leave: from ROOM/n back to the folder. The room goes, unless something moved aside could not be put back
rtp_file_leave() {
  cd -P .. || return 1
  rtp_file_return 2>/dev/null
  rm -rf ./n; rmdir ./o 2>/dev/null || return 0
  cd -P .. && rmdir -- "$rtp_w_room" 2>/dev/null || :
}
`;
