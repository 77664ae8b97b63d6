/**
 * The settings' shell: one `head` for all values, builtins for the rest. The id of the boot stands between the values: it is a line that
 * no setting has. Writing takes `dd`, which hands over all in one write and says why the kernel refuses it; the builtin `printf` of
 * dash knows only of an "I/O error". `test -w` is not asked: see the library of the sysctl kind.
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';
import { longestValue } from './canon.js';

export const kernelSettingLibrary: Shell = library([
  keepLibrary,
  raw(`
# rtp_kernel_setting_find PATH: what is there in rtp_found; it goes into the folder. No link leads out of the places for settings.
rtp_kernel_setting_find() {
  rtp_value=
  if [ -L "$1" ]; then rtp_found=not-a-file; return; fi
  if [ ! -e "$1" ]; then rtp_found=absent; return; fi
  if [ ! -f "$1" ]; then rtp_found=not-a-file; return; fi
  rtp_found=outside
  cd -P -- "\${1%/*}" 2>/dev/null || return 0
  case $PWD/ in
    /sys/fs/resctrl/* | /sys/firmware/efi/efivars/*) return 0 ;;
    /sys/* | /proc/irq/*) ;;
    *) return 0 ;;
  esac
  if true 2>/dev/null >>"$1"; then rtp_found=writable; else rtp_found=readonly; fi
}
# rtp_kernel_setting_matches PATTERN: what it stands for, a blank before each. Names with odd characters are no settings.
rtp_kernel_setting_matches() {
  rtp_pattern=$1
  IFS=
  set -- $rtp_pattern
  unset IFS
  for rtp_one; do
    case $rtp_one in *[!A-Za-z0-9_.:@,+=#!/-]*) continue ;; esac
    if [ -f "$rtp_one" ]; then printf ' %s' "$rtp_one"; fi
  done
}
# rtp_kernel_setting_read PATH...: a line for each, then the values with the boot's id before, between and after them, then complaints.
rtp_kernel_setting_read() (
  set +euf
  unset IFS
  LC_ALL=C; export LC_ALL
  boot=/proc/sys/kernel/random/boot_id
  for path in "$@"; do
    shift
    case $path in
      *\\**) printf 'matches%s\\n' "$(rtp_kernel_setting_matches "$path")"; rtp_found= ;;
      *) rtp_kernel_setting_find "$path"; printf '%s\\n' "$rtp_found" ;;
    esac
    case $rtp_found in writable | readonly) set -- "$@" "$path" ;; esac
    set -- "$@" "$boot"
  done
  exec 3>&1
  said=$(head -q -c ${longestValue + 1} -- "$boot" "$@" 2>&1 >&3)
  printf '%s\\n' "$said"
)
# rtp_kernel_setting_get PATH: the canonical value in rtp_value; fails when there is none. See canon.ts.
rtp_kernel_setting_get() {
  rtp_kernel_setting_find "$1"
  case $rtp_found in writable | readonly) ;; *) return 1 ;; esac
  { rtp_text=$(head -c ${longestValue + 1} -- "$1"); } 2>/dev/null || return 1
  [ "\${#rtp_text}" -le ${longestValue} ] || return 1
  # Tabs fold to blanks; other characters than those of plain text, and a second line, are not of a setting.
  case $rtp_text in *[!\\	\\ -~]*) return 1 ;; esac
  set -f
  set -- $rtp_text
  set +f
  rtp_value="$*"
  rtp_chosen=
  for rtp_one; do
    case $rtp_one in \\[?*\\]) ;; *) continue ;; esac
    rtp_one=\${rtp_one#?}
    rtp_one=\${rtp_one%?}
    case $rtp_one in *[][]*) ;; *) rtp_chosen="$rtp_chosen $rtp_one" ;; esac
  done
  case \${rtp_chosen# } in '' | *' '*) ;; *) rtp_value=\${rtp_chosen# } ;; esac
  case ,$rtp_value in *[!0-9a-f,]* | *, | *,,*) return 0 ;; esac
  rtp_rest=\${rtp_value#*,}
  [ "\${#rtp_value}" -le 8 ] || case $rtp_value in *,*) [ $((\${#rtp_value} - \${#rtp_rest})) -le 9 ] ;; *) false ;; esac || return 0
  while [ "$rtp_rest" != "$rtp_value" ]; do
    rtp_one=\${rtp_rest%%,*}
    [ "\${#rtp_one}" = 8 ] || return 0
    case $rtp_rest in *,*) rtp_rest=\${rtp_rest#*,} ;; *) break ;; esac
  done
  rtp_value=\${rtp_value#"\${rtp_value%%[1-9a-f]*}"}
  [ -n "$rtp_value" ] || rtp_value=0
}
rtp_kernel_setting_show() (
  set +euf
  unset IFS
  LC_ALL=C; export LC_ALL
  case $1 in
    *\\**) printf 'matches=%s\\n' "$(rtp_kernel_setting_matches "$1")" ;;
    *) if rtp_kernel_setting_get "$1"; then printf 'value=%s\\n' "$rtp_value"; else echo none; fi ;;
  esac
)
# rtp_kernel_setting_write PATH TEXT WANTED: writes TEXT and looks that the canonical value is WANTED then.
rtp_kernel_setting_write() (
  set +euf
  unset IFS
  LC_ALL=C; export LC_ALL
  if rtp_kernel_setting_get "$1" && [ "$rtp_value" = "$3" ]; then exit 0; fi
  case $rtp_found in
    writable) ;;
    readonly) rtp_complain "$1 is read-only here (a container?): it cannot be set"; exit 1 ;;
    *) rtp_complain "$1: the running kernel has no such setting"; exit 1 ;;
  esac
  before=$rtp_value
  said=$(printf '%s\\n' "$2" | dd obs=65536 conv=notrunc of="$1" 2>&1 | sed -n "s/^dd: .*': //p")
  if rtp_kernel_setting_get "$1" && [ "$rtp_value" = "$3" ]; then exit 0; fi
  rtp_complain "$1: the kernel does not accept \\"$2\\"\${said:+ ($said)}: it was \\"$before\\" before and is \\"$rtp_value\\" now"
  exit 1
)`),
]);
