/**
 * What facts are read from, with a dozen processes whatever the machine's size: one grep brings a hundred small files as
 * PATH:LINE. Sections begin with `::NAME`; the environment comes last, since its values may hold anything.
 */
import { lines, raw, type Shell } from '../../shell/shell.js';

/** Enough for planning: user, distribution, package manager. Three processes at the most. */
export const targetFactsProbe: Shell = raw(`(
echo ::target
rtp_uid=; rtp_name=; rtp_home=
while read -r rtp_k rtp_r rtp_e rtp_rest; do
  case $rtp_k in
    Uid:) rtp_uid=$rtp_e; echo "real_uid=$rtp_r" ;;
    Gid:) echo "real_gid=$rtp_r"; echo "gid=$rtp_e"; rtp_gid=$rtp_e; break ;;
  esac
done </proc/self/status
echo "uid=$rtp_uid"
echo "umask=$(umask)"
rtp_pw=$(getent passwd "$rtp_uid" 2>/dev/null || grep "^[^:]*:[^:]*:$rtp_uid:" /etc/passwd)
printf 'passwd=%s\\n' "$rtp_pw"
rtp_gr=$(getent group "$rtp_gid" 2>/dev/null || grep "^[^:]*:[^:]*:$rtp_gid:" /etc/group)
printf 'group=%s\\n' "\${rtp_gr%%:*}"
for rtp_m in apt-get:apt dnf5:dnf dnf:dnf yum:dnf zypper:zypper; do
  if command -v "\${rtp_m%%:*}" >/dev/null 2>&1; then echo "pkg=\${rtp_m#*:}"; break; fi
done
for rtp_m in apt-get dnf5 dnf yum zypper apk pacman emerge xbps-install; do
  if command -v "$rtp_m" >/dev/null 2>&1; then echo "manager=$rtp_m"; fi
done
for rtp_f in /run/systemd/container /run/.containerenv /.dockerenv /.dockerinit /dev/kvm /proc/vz /proc/bc /proc/xen /sys/kernel/security/apparmor /sys/fs/selinux/enforce /run/systemd/system /usr/bin/lsb_release /run/ostree-booted; do
  if [ -e "$rtp_f" ]; then echo "exists=$rtp_f"; fi
done
if [ -r /run/systemd/container ]; then
  rtp_c=
  read -r rtp_c </run/systemd/container || :
  echo "container=$rtp_c"
fi
grep -s '' /etc/os-release /usr/lib/os-release /dev/null | grep -E '^/etc/os-release:|^/usr/lib/os-release:'
exit 0
)`);

const small = [
  '/etc/debian_version',
  '/etc/redhat-release',
  '/etc/SuSE-release',
  '/etc/alpine-release',
  '/etc/arch-release',
  '/etc/lsb-release',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/machine-id',
  '/var/lib/dbus/machine-id',
  '/etc/iscsi/initiatorname.iscsi',
  '/etc/selinux/config',
  '/etc/ssh/ssh_host_*_key.pub',
  '/proc/cmdline',
  '/proc/meminfo',
  '/proc/loadavg',
  '/proc/uptime',
  '/proc/mounts',
  '/proc/1/comm',
  '/proc/1/cgroup',
  '/proc/modules',
  '/proc/xen/capabilities',
  '/proc/self/status',
  '/proc/sys/kernel/ostype',
  '/proc/sys/kernel/osrelease',
  '/proc/sys/kernel/version',
  '/proc/sys/kernel/hostname',
  '/proc/sys/crypto/fips_enabled',
  '/sys/fs/selinux/enforce',
  '/sys/fs/selinux/policyvers',
  '/sys/devices/virtual/dmi/id/*_*',
  '/sys/class/net/*/address',
  '/sys/class/net/*/mtu',
  '/sys/class/net/*/operstate',
  '/sys/class/net/*/type',
  '/sys/class/net/*/flags',
  '/sys/class/net/*/speed',
  '/sys/class/net/*/bridge/bridge_id',
  '/sys/class/net/*/bridge/stp_state',
  '/sys/class/net/*/brif/*/state',
  '/sys/class/net/*/bonding/slaves',
  '/sys/class/net/*/bonding/mode',
  '/sys/class/net/*/bonding/miimon',
  '/sys/block/*/size',
  '/sys/block/*/removable',
  '/sys/block/*/ro',
  '/sys/block/*/queue/rotational',
  '/sys/block/*/queue/scheduler',
  '/sys/block/*/queue/hw_sector_size',
  '/sys/block/*/device/model',
  '/sys/block/*/device/vendor',
  '/sys/block/*/*/partition',
  '/sys/block/*/*/size',
  '/sys/block/*/*/start',
].join(' ');

export const factsProbe: Shell = lines([
  targetFactsProbe,
  raw(`(
# The environment first: it is the task's, not the probe's.
rtp_env() { cat /proc/self/environ; }
unset rtp_uid
echo ::arch
uname -m
echo ::files
LC_ALL=C grep -asH '' ${small} | grep -av '^/sys/[^:]*/modalias:'
echo ::cpuinfo
LC_ALL=C grep -sE '^(processor|Processor|vendor_id|model name|physical id|core id|cpu cores|siblings|cpu|machine)[[:space:]]*:' /proc/cpuinfo
echo ::date
LC_ALL=C date '+%Y|%m|%A|%w|%W|%d|%H|%M|%S|%s|%Z|%z|%N'
echo ::addr
LC_ALL=C ip addr 2>/dev/null
echo ::route4
LC_ALL=C ip -4 route get 8.8.8.8 2>/dev/null
echo ::route6
LC_ALL=C ip -6 route get 2404:6800:400a:800::1012 2>/dev/null
echo ::links
LC_ALL=C ls -l /dev/disk/by-uuid /dev/disk/by-label /dev/disk/by-id 2>/dev/null
echo ::netlinks
LC_ALL=C ls -ld /sys/class/net/*/device /sys/class/net/*/device/driver/module /sys/block/*/holders/* 2>/dev/null
echo ::root
LC_ALL=C stat -L -c '%d:%i' / /proc/1/root/. 2>/dev/null
echo ::statfs
set --
while read -r rtp_d rtp_m rtp_rest; do
  case $rtp_d in /*|*:/*) case $rtp_m in *\\\\*) ;; *) set -- "$@" "$rtp_m" ;; esac ;; esac
done </proc/mounts
if [ $# -gt 0 ]; then
  if command -v timeout >/dev/null 2>&1; then rtp_t='timeout 5'; else rtp_t=; fi
  LC_ALL=C $rtp_t stat -f -c '%S %b %a %c %d %n' -- "$@" 2>/dev/null
fi
echo ::local
for rtp_f in /etc/ansible/facts.d/*.fact; do
  if [ -f "$rtp_f" ] && [ -r "$rtp_f" ]; then printf '::fact %s\\n' "$rtp_f"; cat -- "$rtp_f"; echo; fi
done
echo ::init
{ tr '\\000' '\\n' </proc/1/environ | grep '^container='; } 2>/dev/null
echo ::env
rtp_env
exit 0
)`),
]);
