/**
 * Shell functions that look at paths without starting processes, and small helpers of the others.
 * Variables are `rtp_f_*`. Everything works under `set -e` and `set -u`.
 */
import { sh } from '../../../shell/shell.js';
export const probeLibrary = sh`
rtp_f_nl='
'
# rtp_file_probe PATH: sets rtp_f_at to l(ink) f(ile) v(irtual file of the kernel) d(irectory) o(ther) -(absent) !(not known)
rtp_file_probe() {
  if [ -L "$1" ]; then rtp_f_at=l; return 0; fi
  if [ -f "$1" ]; then
    case $1 in /proc/*|/sys/*) rtp_f_at=v ;; *) rtp_f_at=f ;; esac
    return 0
  fi
  if [ -d "$1" ]; then rtp_f_at=d; return 0; fi
  if [ -e "$1" ]; then rtp_f_at=o; return 0; fi
  # Not there, or below a folder that may not be searched: the nearest folder above that exists shows which.
  rtp_f_up=$1
  while :; do
    case $rtp_f_up in
      /|.) rtp_f_at=-; return 0 ;;
      */*) rtp_f_up=$\{rtp_f_up%/*}; if [ -z "$rtp_f_up" ]; then rtp_f_up=/; fi ;;
      *) rtp_f_up=. ;;
    esac
    if [ -d "$rtp_f_up" ]; then
      if [ -x "$rtp_f_up" ]; then rtp_f_at=-; else rtp_f_at='!'; fi
      return 0
    fi
    if [ -L "$rtp_f_up" ]; then
      # A dangling link, or one into a closed folder.
      case $(LC_ALL=C stat -L -c %f -- "$rtp_f_up" 2>&1 || :) in *'ermission denied'*) rtp_f_at='!' ;; *) rtp_f_at=- ;; esac
      return 0
    fi
    if [ -e "$rtp_f_up" ]; then rtp_f_at=-; return 0; fi
  done
}
# rtp_file_replace TEXT FROM TO: sets rtp_f_e to TEXT with every FROM replaced
rtp_file_replace() {
  rtp_f_e= rtp_f_rest=$1
  while :; do
    case $rtp_f_rest in
      *"$2"*) rtp_f_e=$rtp_f_e$\{rtp_f_rest%%"$2"*}$3; rtp_f_rest=$\{rtp_f_rest#*"$2"} ;;
      *) rtp_f_e=$rtp_f_e$rtp_f_rest; return 0 ;;
    esac
  done
}
# rtp_file_escape TEXT: sets rtp_f_e to TEXT on one line: backslash doubled, newline as \n
rtp_file_escape() {
  case $1 in
    *\\*|*"$rtp_f_nl"*)
      rtp_file_replace "$1" '\' '\\'
      rtp_file_replace "$rtp_f_e" "$rtp_f_nl" '\n' ;;
    *) rtp_f_e=$1 ;;
  esac
}
# rtp_file_fail PATH WHAT: one clear line, and failure
rtp_file_fail() {
  rtp_file_escape "$2"; rtp_f_what=$rtp_f_e
  rtp_file_escape "$1"
  printf 'rtprov: %s: %s\n' "$rtp_f_e" "$rtp_f_what" >&2
  return 1
}
# The target labels files (SELinux is on) / has the tools for extended attributes
rtp_file_labels() { [ -e "$\{rtp_f_selinux_fs:-/sys/fs/selinux}/enforce" ]; }
rtp_file_has_xattrs() { command -v getfattr >/dev/null 2>&1; }
# Kept by the kernel itself (security.ima, security.evm) or apart (security.selinux): not among them
rtp_file_getfattr() { LC_ALL=C getfattr -h -d -m '^(user\.|trusted\.|system\.|security\.capability)' -e base64 --absolute-names -- "$@" 2>/dev/null || :; }
# rtp_file_mounts: sets rtp_f_mounts to where something is mounted, a line each, escaped as the kernel does it (proc_pid_mountinfo(5))
rtp_file_mounts() { rtp_f_mounts=$rtp_f_nl$(cut -d ' ' -f 5 /proc/self/mountinfo 2>/dev/null || :)$rtp_f_nl; }
# rtp_file_mount_name TEXT: sets rtp_f_e to TEXT with that escaping
rtp_file_mount_name() {
  case $1 in
    *\\*|*' '*|*'	'*|*"$rtp_f_nl"*)
      rtp_file_replace "$1" '\' '\134'; rtp_file_replace "$rtp_f_e" ' ' '\040'
      rtp_file_replace "$rtp_f_e" "$rtp_f_nl" '\012'; rtp_file_replace "$rtp_f_e" '	' '\011' ;;
    *) rtp_f_e=$1 ;;
  esac
}
# rtp_file_is_mount PATH: something is mounted at PATH itself. Links above it are seen through: whoever is mounted under the
# same name in the same folder is it
rtp_file_is_mount() {
  rtp_file_mount_name "$1"
  case $rtp_f_mounts in *"$rtp_f_nl$rtp_f_e$rtp_f_nl"*) return 0 ;; esac
  rtp_f_base=/$\{rtp_f_e##*/}
  case $rtp_f_mounts in *"$rtp_f_base$rtp_f_nl"*) ;; *) return 1 ;; esac
  rtp_f_up=$\{1%/*}
  rtp_f_left=$\{rtp_f_mounts#"$rtp_f_nl"}
  while [ -n "$rtp_f_left" ]; do
    rtp_f_mount=$\{rtp_f_left%%"$rtp_f_nl"*} rtp_f_left=$\{rtp_f_left#*"$rtp_f_nl"}
    case $rtp_f_mount in *"$rtp_f_base") ;; *) continue ;; esac
    rtp_f_mount=$\{rtp_f_mount%/*}
    case $rtp_f_mount in
      *\\*)
        rtp_file_replace "$rtp_f_mount" '\040' ' '; rtp_file_replace "$rtp_f_e" '\011' '	'
        rtp_file_replace "$rtp_f_e" '\012' "$rtp_f_nl"; rtp_file_replace "$rtp_f_e" '\134' '\'; rtp_f_mount=$rtp_f_e ;;
    esac
    if [ "$\{rtp_f_up:-/}" -ef "$\{rtp_f_mount:-/}" ]; then return 0; fi
  done
  return 1
}
# rtp_file_patience LINES: sets rtp_f_calm to the words in front of a command that opens files, so that it ends in any case: since a
# file was looked at, somebody may have put a fifo in its place, and open(2) waits for a fifo's writer for ever. LINES begin with
# the files' sizes, SIZE:, and each MiB has a second. Old busybox has another timeout, which is not used
rtp_file_patience() {
  if [ -z "$\{rtp_f_timeout-}" ]; then
    rtp_f_timeout=none
    if timeout 5 true 2>/dev/null; then rtp_f_timeout=timeout; fi
  fi
  rtp_f_calm= rtp_f_mib=$\{rtp_f_patience:-30}
  if [ "$rtp_f_timeout" = none ]; then return 0; fi
  while IFS=: read -r rtp_f_size rtp_f_skip; do
    case $rtp_f_size in ''|*[!0-9]*) ;; *) rtp_f_mib=$((rtp_f_mib + rtp_f_size / 1048576)) ;; esac
  done <<RTP_SIZES
$1
RTP_SIZES
  rtp_f_calm="timeout $rtp_f_mib"
}
# rtp_file_mounted PATH: another file system is mounted below PATH
rtp_file_mounted() {
  rtp_f_real=$(cd -P -- "$1" 2>/dev/null && pwd -P && printf x) || return 1
  rtp_f_real=$\{rtp_f_real%"$rtp_f_nl"x}
  rtp_file_mount_name "$rtp_f_real"
  while IFS=' ' read -r rtp_f_m1 rtp_f_m2 rtp_f_m3 rtp_f_m4 rtp_f_m5 rtp_f_m6; do
    case $rtp_f_m5 in "$rtp_f_e"/*) return 0 ;; esac
  done </proc/self/mountinfo
  return 1
}
`;
