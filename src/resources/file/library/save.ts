/** Shell functions that keep on the target what undo needs. */
import { sh } from '../../../shell/shell.js';

export const saveLibrary = sh`
# rtp_file_copy FROM TO: the bytes, shared with the original where the file system can (cp --reflink). With -R and -P neither a
# link is followed nor a device read that somebody puts in the place of the file
rtp_file_copy() {
  if [ -z "$\{rtp_f_cp-}" ]; then
    case $(cp --help 2>&1 || :) in *--reflink*) rtp_f_cp=--reflink=auto ;; *) rtp_f_cp=-f ;; esac
  fi
  # In a folder of somebody else a fifo may come between cp's look and its open.
  rtp_f_calm=
  if [ ! -O "$\{1%/*}" ]; then rtp_file_patience "$(stat -c %s: -- "$1" 2>/dev/null)"; fi
  $rtp_f_calm cp -R -P "$rtp_f_cp" -- "$1" "$2"
}
# rtp_file_keep SHA PATH [SHA PATH]...: old bytes into $rtp_state/blobs, verified after the copy
rtp_file_keep() (
  set +eu
  umask 077
  rtp_f_new=$rtp_state/blobs/.rtprov-new rtp_f_any=
  if [ ! -d "$rtp_state/blobs" ]; then mkdir -p -- "$rtp_state/blobs" || exit 1; fi
  if [ -e "$rtp_f_new" ]; then rm -rf -- "$rtp_f_new" || exit 1; fi
  rtp_f_i=1
  while [ "$rtp_f_i" -lt "$#" ]; do
    eval "rtp_f_sha=\$\{$rtp_f_i} rtp_f_path=\$\{$((rtp_f_i + 1))}"
    if [ ! -f "$rtp_state/blobs/$rtp_f_sha" ] && [ ! -f "$rtp_f_new/$rtp_f_sha" ]; then
      if [ -z "$rtp_f_any" ]; then mkdir -- "$rtp_f_new" || exit 1; rtp_f_any=1; fi
      rtp_f_t=$rtp_f_path
      rtp_file_try rtp_file_copy "$rtp_f_path" "$rtp_f_new/$rtp_f_sha" || exit 1
      # Of a link or a folder that somebody put there just now, nothing was read.
      if [ -L "$rtp_f_new/$rtp_f_sha" ] || [ ! -f "$rtp_f_new/$rtp_f_sha" ]; then rm -rf -- "$rtp_f_new"; rtp_file_drift; exit 1; fi
    fi
    rtp_f_i=$((rtp_f_i + 2))
  done
  if [ -z "$rtp_f_any" ]; then exit 0; fi
  cd -- "$rtp_f_new" || exit 1
  chmod 0600 -- * || exit 1
  rtp_f_sums=$(sha256sum -- *) || exit 1
  while IFS=' ' read -r rtp_f_sha rtp_f_name; do
    if [ "$rtp_f_sha" != "$rtp_f_name" ]; then
      while [ "$1" != "$rtp_f_name" ]; do shift 2; done
      rtp_file_escape "$2"
      printf 'drift: %s\n' "$rtp_f_e" >&2
      exit 1
    fi
  done <<RTP_SUMS
$rtp_f_sums
RTP_SUMS
  mv -f -- * .. && cd .. && rmdir -- "$rtp_f_new"
)
# rtp_file_keep_tree PATH KEY: the directory with all below into $rtp_state/trees; KEY is DIGEST-TIMES
rtp_file_keep_tree() (
  set +eu
  umask 077
  rtp_f_new=$rtp_state/trees/.rtprov-new
  if rtp_file_mounted "$1"; then rtp_file_fail "$1" 'another file system is mounted below it'; exit 1; fi
  if [ -d "$rtp_state/trees/$2" ]; then exit 0; fi
  if [ ! -d "$rtp_state/trees" ]; then mkdir -p -- "$rtp_state/trees" || exit 1; fi
  if [ -e "$rtp_f_new" ]; then rm -rf -- "$rtp_f_new" || exit 1; fi
  rtp_f_err=$(cp -a -- "$1" "$rtp_f_new" 2>&1) || { rtp_file_fail "$1" "its tree cannot be kept: $rtp_f_err"; exit 1; }
  # A link that somebody put in its place just now would lead to whatever he likes.
  if [ -L "$rtp_f_new" ] || [ ! -d "$rtp_f_new" ]; then rm -rf -- "$rtp_f_new"; rtp_f_t=$1; rtp_file_drift; exit 1; fi
  rtp_file_digest "$rtp_f_new"
  if [ "$rtp_f_sum" != "$\{2%%-*}" ]; then
    rm -rf -- "$rtp_f_new"
    rtp_file_fail "$1" 'its tree cannot be kept exactly on this target'; exit 1
  fi
  { sync -f -- "$rtp_f_new" 2>/dev/null || sync; } && mv -- "$rtp_f_new" "$rtp_state/trees/$2"
)
# rtp_file_half TAG LINES [TAG LINES]...: states that only a crash within a change leaves, BETWEEN<tab>AFTER
rtp_file_half() (
  umask 077
  if [ ! -d "$rtp_state/half" ]; then mkdir -p -- "$rtp_state/half" || exit 1; fi
  rtp_f_lx= rtp_f_i=1
  while [ "$rtp_f_i" -lt "$#" ]; do
    eval "rtp_f_tag=\$\{$rtp_f_i} rtp_f_lines=\$\{$((rtp_f_i + 1))}"
    rtp_f_lx="$rtp_f_lx \"\$rtp_state/half/$rtp_f_tag\""
    rtp_f_known=
    if [ -f "$rtp_state/half/$rtp_f_tag" ]; then
      while IFS= read -r rtp_f_l; do
        case $rtp_f_nl$rtp_f_lines$rtp_f_nl in *"$rtp_f_nl$rtp_f_l$rtp_f_nl"*) rtp_f_known=1 ;; esac
      done <"$rtp_state/half/$rtp_f_tag"
    fi
    if [ -z "$rtp_f_known" ]; then printf '%s\n' "$rtp_f_lines" >>"$rtp_state/half/$rtp_f_tag" || exit 1; fi
    rtp_f_i=$((rtp_f_i + 2))
  done
  eval "sync --$rtp_f_lx" 2>/dev/null || sync
)
`;
