/** The kernel modules' shell: one awk over /proc/modules and the running kernel's module lists (kmod(8)). */
import { library, raw, type Shell } from '../../shell/shell.js';
import { keepLibrary } from '../lib/keep.js';

export const moduleLibrary: Shell = library([
  keepLibrary,
  raw(`
# Can this machine load modules at all? CAP_SYS_MODULE is bit 16 of the bounding set (capabilities(7)).
rtp_module_able() {
  while read -r rtp_k rtp_v; do
    case $rtp_k in CapBnd:) [ $((0x$rtp_v >> 16 & 1)) = 1 ]; return ;; esac
  done </proc/self/status
}
# rtp_module_read NAME...: one line each. Names have underscores.
rtp_module_read() (
  set +eu
  read -r release </proc/sys/kernel/osrelease
  able=false
  if rtp_module_able; then able=true; fi
  dir=/lib/modules/$release
  set -- "$@" -- /dev/null
  for f in /proc/modules "$dir/modules.builtin" "$dir/modules.dep"; do
    if [ -r "$f" ]; then set -- "$@" "$f"; fi
  done
  awk -v able="$able" 'BEGIN {
      for (i = 1; ARGV[i] != "--"; i++) { name[i] = ARGV[i]; want[ARGV[i]] = 1; ARGV[i] = "" }
      n = i - 1
      ARGV[i] = ""
    }
    FILENAME == "/proc/modules" { if ($1 in want) loaded[$1] = 1; next }
    {
      m = $1
      sub(/:$/, "", m); sub(/.*\\//, "", m); sub(/\\.ko(\\..*)?$/, "", m); gsub(/-/, "_", m)
      if (m in want) { if (FILENAME ~ /builtin$/) builtin[m] = 1; else known[m] = 1 }
    }
    END {
      for (i = 1; i <= n; i++) {
        m = name[i]
        print "loaded=" ((m in loaded) || (m in builtin) ? "true" : "false") \\
          " builtin=" (m in builtin ? "true" : "false") \\
          " available=" ((m in builtin) || (m in loaded) || ((m in known) && able == "true") ? "true" : "false")
      }
    }' "$@" || exit 1
)
rtp_module_show() (
  set +eu
  line=$(rtp_module_read "$1") || exit 1
  printf '%s\\n' "\${line%% available=*}"
)
rtp_module_save() ( # KEY
  set +eu
  dir=$(rtp_keep "$1")
  [ -f "$dir/modules" ] && exit 0
  umask 077
  [ -r /proc/modules ] || exit 0
  mkdir -p "$dir" && cut -d ' ' -f 1 /proc/modules 2>/dev/null >"$dir/modules"
)
rtp_module_load() ( # NAME
  set +eu
  rtp_module_able && [ -r /proc/modules ] || { rtp_complain "module $1: this machine is not allowed to load kernel modules (a container?)"; exit 1; }
  out=$(modprobe -- "$1" 2>&1) || { rtp_complain "module $1: \${out:-modprobe failed}"; exit 1; }
)
# rtp_module_unload NAME KEY: what loading it brought along goes too, what was there before stays.
rtp_module_unload() (
  set +eu
  grep -q "^$1 " /proc/modules 2>/dev/null || exit 0
  rtp_module_able || { rtp_complain "module $1: this machine is not allowed to unload kernel modules (a container?)"; exit 1; }
  kept=$(rtp_keep "$2")/modules
  if [ ! -f "$kept" ]; then
    out=$(modprobe -r -- "$1" 2>&1) || { rtp_complain "module $1: \${out:-modprobe -r failed}"; exit 1; }
    exit 0
  fi
  # Every module it needs, the most dependent first (modules.dep(5)).
  needs=$(modprobe -q --show-depends -- "$1" 2>/dev/null | sed -n 's/^insmod .*\\/\\([^ /]*\\)\\.ko.*/\\1/p' | tr - _ | awk '{ l[NR] = $0 } END { for (i = NR; i; i--) print l[i] }')
  out=$(rmmod "$1" 2>&1) || { rtp_complain "module $1: \${out:-rmmod failed}"; exit 1; }
  for need in $needs; do
    grep -qxF -- "$need" "$kept" || ! grep -q "^$need [0-9]* 0 " /proc/modules || rmmod "$need" 2>/dev/null || :
  done
)`),
]);
