/** Parameters that the kernel keeps in step with others of another name (Documentation/admin-guide/sysctl). */
const twins: Readonly<Record<string, string>> = {
  ip_forward: 'forwarding',
  dirty_bytes: 'dirty_ratio',
  dirty_background_bytes: 'dirty_background_ratio',
  overcommit_kbytes: 'overcommit_ratio',
  nr_hugepages_mempolicy: 'nr_hugepages',
  perf_cpu_time_max_percent: 'perf_event_max_sample_rate',
  max_user_watches: 'max_inotify_watches',
  max_user_instances: 'max_inotify_instances',
};

/** `net.ipv4.conf.all.forwarding` sets that of each interface: the last part of the name says what belongs together. */
export function family(name: string): string {
  const last = name.split(/[./]/).at(-1) ?? name;
  return twins[last] ?? last;
}
