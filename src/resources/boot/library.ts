/**
 * What runs, and how it was booted: read only. One grep for all small files; a value's meaning is in the kernel's
 * Documentation/ABI and admin-guide. Nothing here changes the machine.
 */
import { library, raw, type Shell } from '../../shell/shell.js';
import { bootEntryLibrary } from '../boot-entry/library.js';
import { defaultsLibrary } from './defaults-library.js';
import { loaderLibrary } from './loader-library.js';

/** Small files of one line or a few, by the paths that a reader finds in the kernel's documentation. */
const files = [
  '/proc/cmdline',
  '/proc/sys/kernel/random/boot_id',
  '/proc/sys/kernel/watchdog',
  '/proc/sys/kernel/nmi_watchdog',
  '/proc/sys/kernel/soft_watchdog',
  '/proc/sys/kernel/numa_balancing',
  '/proc/irq/default_smp_affinity',
  '/sys/kernel/realtime',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  '/sys/devices/system/cpu/possible',
  '/sys/devices/system/cpu/present',
  '/sys/devices/system/cpu/online',
  '/sys/devices/system/cpu/isolated',
  '/sys/devices/system/cpu/nohz_full',
  '/sys/devices/system/cpu/smt/control',
  '/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver',
  '/sys/devices/system/cpu/cpuidle/current_driver',
  '/sys/devices/system/clocksource/clocksource0/current_clocksource',
  '/sys/devices/virtual/workqueue/cpumask',
];
/** The same, where there are several of them. */
const patterns = [
  '/sys/devices/system/cpu/vulnerabilities/*',
  '/sys/kernel/mm/hugepages/*/nr_hugepages',
  '/sys/devices/system/node/node*/hugepages/*/nr_hugepages',
  '/sys/module/processor/parameters/*',
  '/sys/module/intel_idle/parameters/*',
  '/sys/module/kvm*/parameters/*',
  '/sys/module/rcutree/parameters/*',
  '/sys/module/rcupdate/parameters/*',
  '/sys/class/watchdog/*/identity',
];

export const bootLibrary: Shell = library([
  bootEntryLibrary,
  loaderLibrary,
  defaultsLibrary,
  raw(`
# rtp_boot_watchdogs: modules of watchdog devices that this machine's buses show; distributions keep them from loading by themselves.
rtp_boot_watchdogs() (
  set +eu
  base=/lib/modules/$(uname -r)
  [ -f "$base/modules.alias" ] || exit 0
  sed -n 's|^kernel/drivers/watchdog/\\([^.:]*\\)\\.ko.*|\\1|p; s|^kernel/drivers/watchdog/.*/\\([^.:]*\\)\\.ko.*|\\1|p' "$base/modules.dep" 2>/dev/null >"$1/drivers"
  cat /sys/bus/pci/devices/*/modalias /sys/bus/platform/devices/*/modalias /sys/bus/acpi/devices/*/modalias 2>/dev/null | sort -u >"$1/devices"
  # Only aliases of watchdog drivers are matched, as the patterns that they are.
  awk 'FNR == NR { driver[$1] = 1; n = $1; gsub(/-/, "_", n); driver[n] = 1; next } $1 == "alias" && ($3 in driver) { print $2, $3 }' "$1/drivers" "$base/modules.alias" >"$1/aliases"
  while read -r alias driver; do
    while read -r device; do
      case $device in $alias) printf '%s\\n' "$driver" ;; esac
    done <"$1/devices"
  done <"$1/aliases" | sort -u
)
rtp_boot_read() (
  set +eu
  LC_ALL=C; export LC_ALL
  sed -n 's/^VERSION_ID="*\\([^"]*\\)"*$/osversion \\1/p' /etc/os-release 2>/dev/null
  dpkg-query -W -f='kernelpackage \${Package} \${db:Status-Status} \${Depends}\\n' 'linux-image*' 'linux-realtime*' 'ubuntu-realtime*' 2>/dev/null
  # RPM distributions: whose are the folders of modules.
  if ! command -v apt-get >/dev/null 2>&1; then
    for rtp_dir in /lib/modules/*/; do printf '%s\\n' "$rtp_dir"; done | sort -V | while IFS= read -r rtp_dir; do
      rpm -qf --qf '%{NAME}\\n' "$rtp_dir" 2>/dev/null | sed -n "s|^\\([^ ]*\\)$|kernelpackage \\1 installed release $(basename "$rtp_dir")|p"
    done
  fi
  printf 'release %s\\nversion %s\\nmachine %s\\n' "$(uname -r)" "$(uname -v)" "$(uname -m)"
  sed -n 's/^flags[[:space:]]*: /flags /p;/^flags/q' /proc/cpuinfo
  awk '/^Hugepagesize:/ { print "hugepagesize " $2 }' /proc/meminfo
  df -Pk /boot 2>/dev/null | awk 'NR == 2 { print "bootfree " $4 }'
  probe=$(command -v grub-probe || command -v grub2-probe) && rtp_boot_env && {
    printf 'grubfs %s\\n' "$("$probe" --target=fs "\${rtp_env%/*}" 2>/dev/null)"
    printf 'grubabstraction %s\\n' "$("$probe" --target=abstraction "\${rtp_env%/*}" 2>/dev/null | tr '\\n' ' ')"
  }
  if rtp_boot_env && [ -f "$rtp_env" ]; then "$rtp_editenv" "$rtp_env" list 2>/dev/null | sed 's/^/grubenv /'; fi
  if [ -d /sys/firmware/efi ]; then echo 'efi yes'; fi
  awk 'FNR == 1 { print "bls " FILENAME } FNR <= 64 { print "blsline " substr($0, 1, 4096) }' /boot/loader/entries/*.conf </dev/null 2>/dev/null
  if [ -e /dev/watchdog0 ] || [ -e /dev/watchdog ]; then echo 'watchdogdevice yes'; fi
  for rtp_file in "$rtp_state/boot/trial"; do if [ -f "$rtp_file" ]; then sed 's/^/trial /' "$rtp_file"; fi; done
  ps -e -o comm= 2>/dev/null | sed -n 's|^rcuo[ps]/\\([0-9][0-9]*\\)$|rcuothread \\1|p'
  systemctl list-units --failed --plain --no-legend --no-pager 2>/dev/null | awk '{ print "failed " $1 }'
  rtp_tmp=$(mktemp -d /tmp/rtprov-boot.XXXXXXXXXX) && { rtp_boot_watchdogs "$rtp_tmp" | sed 's/^/watchdogmodule /'; rm -rf "$rtp_tmp"; }
  rtp_boot_defaults | sed 's/^/grub/'
  rtp_boot_loaders
  dmesg 2>/dev/null | grep -E 'Linux version|Command line:|Offload RCU callbacks|Poll for callbacks|Unknown kernel command line|HugeTLB|passed to user space' | sed 's/^/dmesg /'
  echo ::files
  # shellcheck disable=SC2046,SC2086
  grep -asH '' -- ${files.join(' ')} ${patterns.join(' ')} /dev/null
  :
)`),
]);
