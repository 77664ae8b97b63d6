/**
 * The kernel parameters' shell: one grep for all values, builtins for the rest. `test -w` is not asked:
 * busybox answers yes for root even where the file system is read-only; opening the file for appending
 * changes nothing and shows no error (proc(5)).
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';

export const sysctlLibrary: Shell = library([
  keepLibrary,
  raw(`
# rtp_sysctl_get PATH: the value in rtp_value, white space folded; fails when it cannot be read. The kernel gives
# a number only to a read from the file's beginning, so the shell's own read, byte by byte, would lose digits.
rtp_sysctl_get() {
  rtp_value=$(cat "/proc/sys/$1" 2>/dev/null) || { rtp_value=; return 1; }
  set -f
  set -- $rtp_value
  rtp_value="$*"
  set +f
}
# rtp_sysctl_read PATH...: a line for each, then every value as PATH:LINE.
rtp_sysctl_read() (
  set +eu
  for path in "$@"; do
    if [ ! -f "/proc/sys/$path" ]; then
      echo absent
    elif true 2>/dev/null >>"/proc/sys/$path"; then
      echo writable
    else
      echo readonly
    fi
  done
  cd /proc/sys && grep -asH '' -- "$@" /dev/null || :
)
rtp_sysctl_show() (
  set +eu
  unset IFS
  if [ ! -f "/proc/sys/$1" ]; then echo absent; exit 0; fi
  # Some parameters can only be written (net.ipv4.route.flush): their value is empty.
  rtp_sysctl_get "$1" || :
  printf 'value=%s\\n' "$rtp_value"
)
# Writing one of these sets the other to 0, and 0 itself is not a value (Documentation/admin-guide/sysctl/vm.rst).
rtp_sysctl_partner() {
  case $1 in
    vm/dirty_bytes) echo vm/dirty_ratio ;;
    vm/dirty_ratio) echo vm/dirty_bytes ;;
    vm/dirty_background_bytes) echo vm/dirty_background_ratio ;;
    vm/dirty_background_ratio) echo vm/dirty_background_bytes ;;
    vm/overcommit_kbytes) echo vm/overcommit_ratio ;;
    vm/overcommit_ratio) echo vm/overcommit_kbytes ;;
  esac
}
rtp_sysctl_save() ( # PATH KEY
  set +eu
  unset IFS
  partner=$(rtp_sysctl_partner "$1")
  [ -n "$partner" ] || exit 0
  dir=$(rtp_keep "$2")
  [ -f "$dir/partner" ] && exit 0
  rtp_sysctl_get "$partner" || exit 0
  umask 077
  mkdir -p "$dir" && printf '%s\\n' "$rtp_value" >"$dir/partner"
)
rtp_sysctl_put() { # PATH VALUE
  rtp_said=$( { printf '%s\\n' "$2" >"/proc/sys/$1"; } 2>&1) || :
  if rtp_sysctl_get "$1" && [ "$rtp_value" != "$2" ]; then
    rtp_complain "/proc/sys/$1: the kernel does not accept \\"$2\\", it stays \\"$rtp_value\\"\${rtp_said:+ ($rtp_said)}"
    return 1
  fi
  # What can only be written is judged by what the shell said.
  [ -z "$rtp_said" ] || [ -r "/proc/sys/$1" ] || { rtp_complain "/proc/sys/$1: $rtp_said"; return 1; }
}
rtp_sysctl_write() ( # PATH VALUE KEY
  set +eu
  unset IFS
  if [ ! -f "/proc/sys/$1" ]; then rtp_complain "/proc/sys/$1: the kernel has no such parameter"; exit 1; fi
  if ! true 2>/dev/null >>"/proc/sys/$1"; then
    rtp_complain "/proc/sys/$1 is read-only here (a container?): its live value cannot be set"
    exit 1
  fi
  rtp_sysctl_get "$1" && [ "$rtp_value" = "$2" ] && exit 0
  kept=$(rtp_keep "$3")/partner
  if [ "$2" = 0 ] && [ -f "$kept" ]; then
    read -r value <"$kept"
    if [ "$value" != 0 ]; then rtp_sysctl_put "$(rtp_sysctl_partner "$1")" "$value" || exit 1; fi
    rtp_sysctl_get "$1" && [ "$rtp_value" = 0 ] && exit 0
  fi
  rtp_sysctl_put "$1" "$2"
)`),
]);
