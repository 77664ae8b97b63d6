/**
 * Shell functions for several new files of one folder: they take their places by one mv instead of one for each. For that each
 * has its final name already where it is made. In a room it has it anyway (library-room.ts); in a folder of our own a private
 * folder beside them takes them, named as the temporary file of the last of them, so that it is found and removed as that is.
 */
import { sh } from '../../../shell/shell.js';

export const togetherLibrary = sh`
# rtp_file_gather I...: new files of one folder, the present group's, will be made in a private folder there
rtp_file_gather() {
  if [ -n "$rtp_f_room" ]; then return 0; fi
  for rtp_f_k in "$@"; do :; done
  rtp_file_get "$rtp_f_k"
  # The mode is asked for in so many words: a default access list of the folder above undoes a umask, not this
  rtp_f_err=$(LC_ALL=C mkdir -m 0700 -- "$rtp_f_n" 2>&1) || { rtp_file_fail "$rtp_f_t" "its folder takes no new file: $rtp_f_err"; return 1; }
  rtp_f_gathered="$rtp_f_gathered $rtp_f_k" rtp_f_l=$rtp_f_n
  eval "rtp_f_h_$rtp_f_k=\$rtp_f_l"
  for rtp_f_k in "$@"; do eval "rtp_f_n_$rtp_f_k=\$rtp_f_l/\$\{rtp_f_p_$rtp_f_k##*/}"; done
  # Between mkdir and chmod, where mkdir needs both, somebody on such a list could have put something in
  for rtp_f_k in "$rtp_f_l"/* "$rtp_f_l"/.[!.]* "$rtp_f_l"/..?*; do
    if [ -e "$rtp_f_k" ] || [ -L "$rtp_f_k" ]; then rtp_file_fail "$rtp_f_t" 'its folder was changed by somebody just now'; return 1; fi
  done
}
# rtp_file_swaps TASKS I...: these new files take their places; no directory and no special thing may be there. mv puts them into the
# folder, so that a link at a place is replaced and not followed. When it fails, one by one for the message. TASKS is one or several:
# mv continues after one that fails, so where that would be a later task's, they go one by one when one of them looks as if it could fail
rtp_file_swaps() {
  rtp_f_lx= rtp_f_there= rtp_f_tasks=$1
  shift
  for rtp_f_k in "$@"; do
    rtp_file_get "$rtp_f_k"
    rtp_file_plain plain || return 1
    rtp_f_lx="$rtp_f_lx \"\$rtp_f_n_$rtp_f_k\""
    if [ -e "$rtp_f_p" ] || [ -L "$rtp_f_p" ]; then rtp_f_there="$rtp_f_there \"\$rtp_f_p_$rtp_f_k\""; fi
  done
  if [ "$rtp_f_tasks" = several ] && [ -n "$rtp_f_there" ]; then rtp_file_replaceable || rtp_f_tasks=each; fi
  if [ "$rtp_f_tasks" != each ]; then rtp_file_begin "$@"; fi
  if [ "$rtp_f_tasks" = each ] || ! eval "mv -f --$rtp_f_lx \"\$rtp_f_d\"" 2>/dev/null; then
    for rtp_f_i in "$@"; do
      rtp_file_get "$rtp_f_i"
      if [ -e "$rtp_f_n" ]; then rtp_file_swap "$rtp_f_i" no plain || return 1; fi
    done
  fi
  if [ -z "$rtp_f_room" ]; then rmdir -- "$\{rtp_f_n%/*}" || return 1; fi
}
# rtp_file_replaceable: the files of rtp_f_there can be replaced. What cannot (it is immutable, or something is mounted there)
# can have no second name either
rtp_file_replaceable() {
  mkdir -m 0700 -- "$rtp_f_o" 2>/dev/null && eval "ln --$rtp_f_there \"\$rtp_f_o\"" 2>/dev/null
  rtp_f_status=$?
  rm -rf -- "$rtp_f_o"
  return "$rtp_f_status"
}
# rtp_file_scatter: after a failure, away with the private folders
rtp_file_scatter() {
  for rtp_f_k in $\{rtp_f_gathered-}; do
    eval "rtp_f_n=\$rtp_f_h_$rtp_f_k"
    rm -rf -- "$rtp_f_n" || :
  done
}
`;
