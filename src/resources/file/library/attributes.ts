/** Shell functions that set owner, mode, label, time and extended attributes of items (see library-write.ts). */
import { sh } from '../../../shell/shell.js';

export const attributesLibrary = sh`
rtp_file_chown() { rtp_f_to=$1; shift; rtp_file_each rtp_f_n chown -h "$rtp_f_to" -- "$@"; }
rtp_file_chmod() { rtp_f_to=$1; shift; rtp_file_each rtp_f_n chmod "$rtp_f_to" -- "$@"; }
rtp_file_label() { rtp_f_to=$1; shift; rtp_file_each rtp_f_n chcon -h "$rtp_f_to" -- "$@"; }
# busybox has no fractions of a second
rtp_file_stamp() { touch -h -c -m -d "@$1" "$2" "$3" 2>/dev/null || touch -h -c -m -d "@$\{1%.*}" "$2" "$3"; }
rtp_file_touch() {
  rtp_f_to=$1; shift
  for rtp_f_k in "$@"; do
    rtp_file_get "$rtp_f_k"
    rtp_file_try rtp_file_stamp "$rtp_f_to" -- "$rtp_f_n" || return 1
  done
}
# Where files are labelled, a new file gets the label that the policy has for its final name
rtp_file_relabel() {
  if rtp_file_labels && command -v restorecon >/dev/null 2>&1; then rtp_file_each rtp_f_p restorecon -- "$@"; fi
}
# rtp_file_dump I LINES: exactly these extended attributes (lines of a getfattr dump, perhaps none)
rtp_file_dump() {
  rtp_file_get "$1"
  if ! rtp_file_has_xattrs; then
    if [ -z "$2" ]; then return 0; fi
    rtp_file_fail "$rtp_f_t" 'its extended attributes need getfattr and setfattr (package attr)'; return 1
  fi
  rtp_f_xs=$(rtp_file_getfattr "$rtp_f_n")
  rtp_f_extra=
  while IFS= read -r rtp_f_xl; do
    case $rtp_f_xl in
      '#'*|'') ;;
      *) case "$rtp_f_nl$2" in *"$rtp_f_nl$\{rtp_f_xl%%=*}="*) ;; *) rtp_f_extra="$rtp_f_extra$\{rtp_f_xl%%=*}$rtp_f_nl" ;; esac ;;
    esac
  done <<RTP_XATTRS
$rtp_f_xs
RTP_XATTRS
  if [ -n "$rtp_f_extra" ]; then
    while IFS= read -r rtp_f_xl; do
      if [ -n "$rtp_f_xl" ]; then
        rtp_file_replace "$rtp_f_xl" '\' '\0'; rtp_f_xl=$(printf '%b.' "$rtp_f_e"); rtp_file_try setfattr -h -x "$\{rtp_f_xl%.}" -- "$rtp_f_n" </dev/null || return 1
      fi
    done <<RTP_XATTRS
$rtp_f_extra
RTP_XATTRS
  fi
  if [ -z "$2" ]; then return 0; fi
  rtp_file_replace "$rtp_f_n" '\' '\134'; rtp_file_replace "$rtp_f_e" "$rtp_f_nl" '\012'
  rtp_file_try rtp_file_setfattr "$rtp_f_e" "$2"
}
rtp_file_setfattr() {
  setfattr -h --restore=- <<RTP_DUMP
# file: $1
$2
RTP_DUMP
}
# rtp_file_bare I...: no extended attributes (a folder's default access list gives some to what is made in it)
rtp_file_bare() {
  if ! rtp_file_has_xattrs; then return 0; fi
  rtp_f_lx=
  for rtp_f_k in "$@"; do rtp_f_lx="$rtp_f_lx \"\$rtp_f_n_$rtp_f_k\""; done
  rtp_f_xs=$(eval "rtp_file_getfattr$rtp_f_lx")
  if [ -z "$rtp_f_xs" ]; then return 0; fi
  for rtp_f_k in "$@"; do rtp_file_dump "$rtp_f_k" '' || return 1; done
}
`;
