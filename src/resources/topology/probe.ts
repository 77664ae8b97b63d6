/**
 * What a machine's topology is read from, in one batch: four short processes and two for each running guest, whatever the machine's
 * size. One awk reads all files of sysfs and procfs by itself. It prints `>FOLDER` and below it `NAME=LINE` for each line of a file; the
 * counts of /proc/interrupts, which would be megabytes on large machines, and the rest of /proc/cpuinfo are left out on the target.
 * A core's second thread shows the caches of its first one, so they are read once for each core.
 * What the user may not read is absent.
 *
 * Everybody can give a process QEMU's name, a guest's name, and CPUs. So only processes of system accounts count as guests: user IDs below
 * 1000, and from 61184 to 65533, where services have theirs (systemd's UIDS-GIDS; Debian's libvirt-qemu is 64055).
 */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';

const filesProgram = String.raw`
function put(folder, name,  path, line, n) { # prints a file; gives the number of its lines
  path = folder "/" name; n = 0
  while (n < 4096 && (getline line < path) > 0) { head(folder); print name "=" line; n++ }
  close(path)
  return n
}
function head(folder) { if (folder != last) { last = folder; print ">" substr(folder, length(root) + 1) } }
function first(folder, names,  name, i, n) { # the first of several files that is there
  n = split(names, name, " ")
  for (i = 1; i <= n; i++) if (put(folder, name[i])) return
}
function all(folder, names,  name, i, n) {
  n = split(names, name, " ")
  for (i = 1; i <= n; i++) put(folder, name[i])
}
function there(folder, name,  path, line) { # an empty file is there too
  path = folder "/" name
  if ((getline line < path) >= 0) { head(folder); print name "=" }
  close(path)
}
function leads(folder,  line, own) { # whether a CPU is the first of its core that shows a topology
  line = ""
  if ((getline line < (folder "/topology/core_cpus_list")) <= 0)
    if ((getline line < (folder "/topology/thread_siblings_list")) <= 0) line = ""
  close(folder "/topology/core_cpus_list"); close(folder "/topology/thread_siblings_list")
  if (!match(line, /^[0-9]+/)) return 1
  own = substr(line, 1, RLENGTH)
  line = folder; sub(/[0-9]+$/, own, line)
  if (line == folder) return 1
  own = 1
  if ((getline folder < (line "/topology/physical_package_id")) > 0) own = 0
  close(line "/topology/physical_package_id")
  return own
}
function cpu(folder,  i) {
  head(folder)
  all(folder, "online cpu_capacity")
  first(folder "/topology", "core_cpus_list core_cpus thread_siblings_list thread_siblings")
  all(folder "/topology", "physical_package_id die_id cluster_id core_id")
  if (leads(folder))
    for (i = 0; i < 8; i++) if (put(folder "/cache/index" i, "level")) {
      all(folder "/cache/index" i, "type size id ways_of_associativity")
      first(folder "/cache/index" i, "shared_cpu_list shared_cpu_map")
    }
}
function node(folder) { head(folder); first(folder, "cpulist cpumap"); put(folder, "distance"); grepped(folder, "meminfo", "MemTotal:", 1) }
function grepped(folder, name, word, most,  path, line, n) {
  path = folder "/" name; n = 0
  while (n < most && (getline line < path) > 0) if (index(line, word)) { head(folder); print name "=" line; n++ }
  close(path)
}
function interrupts(folder,  path, line, n, i, columns, word) {
  path = folder "/interrupts"
  if ((getline line < path) > 0) columns = split(line, word, " ")
  while ((getline line < path) > 0) {
    n = split(line, word, " ")
    if (word[1] !~ /^[0-9]+:$/) continue
    line = word[1]
    for (i = columns + 2; i <= n; i++) line = line " " word[i]
    head(folder); print "interrupts=" line
  }
  close(path)
}
BEGIN {
  root = ENVIRON["rtp_root"]
  all(root "/sys/devices/system/cpu", "possible present online isolated nohz_full")
  all(root "/sys/devices/system/cpu/smt", "control active")
  put(root "/sys/devices/cpu_core", "cpus"); put(root "/sys/devices/cpu_atom", "cpus")
  all(root "/sys/devices/system/node", "online has_memory has_normal_memory")
  grepped(root "/proc", "cpuinfo", "flags", 1)
  grepped(root "/proc", "meminfo", "MemTotal:", 1)
  grepped(root "/proc", "mounts", " resctrl ", 4)
  interrupts(root "/proc")
  put(root "/proc/sys/kernel", "osrelease"); put(root "/sys/kernel/security", "lockdown")
  there(root "/sys/fs/cgroup/system.slice", "cpuset.cpus"); there(root "/sys/fs/cgroup/system.slice", "cpuset.cpus.exclusive")
}
/\/cpu[0-9]+$/ { cpu($0); next }
/\/node[0-9]+$/ { node($0); next }
/\/hugepages-[0-9]+kB$/ { all($0, "nr_hugepages free_hugepages"); next }
/\/proc\/irq\// { all($0, "smp_affinity_list effective_affinity_list"); next }
/\/msi_irqs\// { name = $0; sub(/\/[^\/]*$/, ""); head($0); print substr(name, length($0) + 2) "="; next }
/\/bus\/pci\// { all($0, "class numa_node"); next }
/\/info\/[^\/]*$/ { all($0, "cbm_mask min_cbm_bits num_closids shareable_bits bit_usage sparse_masks"); next }
{ all($0, "schemata cpus_list") }
`;

const threadsProgram = String.raw`
function word(path, line) { line = ""; getline line < path; close(path); return line }
{
  comm = word($0 "/comm"); stat = word($0 "/stat"); allowed = ""
  while ((getline line < ($0 "/status")) > 0) if (line ~ /^Cpus_allowed_list:/) { allowed = substr(line, 20); gsub(/[ \t]/, "", allowed) }
  close($0 "/status")
  # The name in the middle may hold anything; fields 40 and 41 of proc(5) are the 38th and 39th after it.
  while ((at = index(stat, ") ")) > 0) stat = substr(stat, at + 2)
  split(stat, field, " ")
  tid = $0; sub(/.*\//, "", tid)
  if (allowed != "") print "thread=" tid " " field[39] " " field[38] " " allowed " " comm
}
`;

/** `root`: where the machine's `/` is; tests give a folder. */
export function topologyProbe(root = ''): Shell {
  return lines([
    sh`(
rtp_root=${root}; export rtp_root LC_ALL=C`,
    raw(`rtp_s=$rtp_root/sys/devices/system
rtp_r=
while read -r rtp_d rtp_m rtp_t rtp_rest; do
  if [ "$rtp_t" = resctrl ]; then rtp_r=$rtp_root$rtp_m; fi
done 2>/dev/null <"$rtp_root/proc/mounts"
echo ::files
for rtp_f in "$rtp_s"/cpu/cpu[0-9]* "$rtp_s"/node/node[0-9]* "$rtp_s"/node/node[0-9]*/hugepages/hugepages-* \\
  "$rtp_root"/sys/kernel/mm/hugepages/hugepages-* "$rtp_root"/sys/bus/pci/devices/* "$rtp_root"/sys/bus/pci/devices/*/msi_irqs/* \\
  "$rtp_root"/proc/irq/[0-9]* \${rtp_r:+"$rtp_r" "$rtp_r"/info/* "$rtp_r"/*/}; do
  if [ -e "$rtp_f" ]; then printf '%s\\n' "\${rtp_f%/}"; fi
done | awk '${filesProgram}' 2>/dev/null
echo ::guests
for rtp_p in "$rtp_root"/proc/[0-9]*; do
  rtp_c=
  read -r rtp_c <"$rtp_p/comm" || continue
  case $rtp_c in qemu-*|qemu|kvm) ;; *) continue ;; esac
  rtp_u=
  while read -r rtp_k rtp_n rtp_rest; do
    if [ "$rtp_k" = Uid: ]; then rtp_u=$rtp_n; break; fi
  done <"$rtp_p/status"
  if ! { [ "$rtp_u" -lt 1000 ] || { [ "$rtp_u" -ge 61184 ] && [ "$rtp_u" -lt 65534 ]; }; }; then continue; fi
  printf 'pid=%s\\n' "\${rtp_p##*/}"
  tr '\\000' '\\n' <"$rtp_p/cmdline" | awk 'on { print "name=" $0; exit } $0 == "-name" { on = 1 }'
  printf '%s\\n' "$rtp_p"/task/[0-9]* | awk '${threadsProgram}'
done 2>/dev/null
echo ::domains
if [ -z "$rtp_root" ] && command -v virsh >/dev/null 2>&1; then
  rtp_v='virsh -r -c qemu:///system'
  if command -v timeout >/dev/null 2>&1; then rtp_v="timeout 20 $rtp_v"; fi
  rtp_on=$($rtp_v list --name 2>/dev/null)
  $rtp_v list --all --name 2>/dev/null | while IFS= read -r rtp_d; do
    if [ -z "$rtp_d" ]; then continue; fi
    printf 'domain=%s\\n' "$rtp_d"
    case "
$rtp_on
" in *"
$rtp_d
"*) echo running=1 ;; esac
    $rtp_v dumpxml -- "$rtp_d" 2>/dev/null </dev/null | grep -oE "<(vcpupin|emulatorpin|iothreadpin|cachetune)[ >][^>]*"
  done
fi
echo ::end
exit 0
)`),
  ]);
}
