/**
 * Kernel arguments of which the last one counts, so that setting one takes the place of all others of its name. Only names that people set
 * on real-time and virtualisation hosts have to be here: an unknown name that occurs once on a line is replaced as well.
 */
const kernel = `
  quiet debug loglevel ignore_loglevel log_buf_len printk.devkmsg panic panic_on_oops oops init rdinit root rootflags rootfstype
  rootdelay rootwait ro rw resume resume_offset noresume nfsroot single
  isolcpus nohz nohz_full rcu_nocbs rcu_nocb_poll rcu_normal rcupdate.rcu_normal rcupdate.rcu_expedited
  rcupdate.rcu_normal_after_boot rcutree.kthread_prio rcutree.enable_skew rcutree.nohz_full_patience_delay irqaffinity kthread_cpus
  threadirqs skew_tick nosoftlockup nowatchdog nmi_watchdog softlockup_panic hung_task_panic watchdog_thresh
  nosmt mitigations spectre_v2 spectre_v2_user spectre_bhi spec_store_bypass_disable l1tf mds tsx tsx_async_abort mmio_stale_data retbleed srbds
  gather_data_sampling reg_file_data_sampling nopti pti nospectre_v1 nospectre_v2 kpti
  idle intel_idle.max_cstate processor.max_cstate processor_idle.max_cstate cpuidle.off cpuidle.governor cpufreq.default_governor cpufreq.off
  intel_pstate amd_pstate amd_prefcore
  clocksource hpet notsc lapic nolapic noapic x2apic_phys nox2apic nohpet highres acpi_enforce_resources acpi_backlight
  acpi_no_memhotplug acpi_pad.disable pcie_aspm pcie_ports pcie_port_pm
  default_hugepagesz hugetlb_cma transparent_hugepage numa_balancing numa_zonelist_order movable_node kernelcore movablecore cma
  vmalloc maxcpus nr_cpus possible_cpus nosmp workqueue.unbound_cpus workqueue.power_efficient workqueue.cpu_intensive_thresh_us
  preempt sched_debug psi audit audit_backlog_limit selinux enforcing apparmor lsm security
  iommu.passthrough iommu.strict kvm.nx_huge_pages kvm.halt_poll_ns kvm_intel.nested kvm_amd.nested kvm_intel.ple_gap kvm_amd.avic
  kvm.enable_virt_at_load nokaslr nomodeset vga nofb fips intremap no_timer_check no_console_suspend slab_nomerge init_on_alloc init_on_free
  page_alloc.shuffle randomize_kstack_offset vsyscall lockdown debugfs module.sig_enforce elevator
  net.ifnames biosdevname usbcore.autosuspend
`;

/** initramfs-tools(7), dracut.cmdline(7), systemd(1), systemd-fsck(8), kernel-command-line(7). */
const userSpace = `
  boot break bootdev nosplash splash rd.shell rd.auto rd.luks rd.lvm rd.md rd.dm rd.multipath rd.neednet rd.peerdns rd.retry rd.timeout
  rd.debug rd.info rd.quiet rd.udev.log_level luks luks.crypttab rd.luks.crypttab
  systemd.unit rd.systemd.unit systemd.log_level systemd.log_target systemd.show_status systemd.unified_cgroup_hierarchy
  systemd.legacy_systemd_cgroup_controller systemd.debug_shell systemd.debug-shell systemd.gpt_auto systemd.gpt-auto systemd.volatile
  systemd.machine_id systemd.hostname systemd.crash_reboot systemd.default_timeout_start_sec systemd.cpu_affinity
  fsck.mode fsck.repair quotacheck.mode mount.usr mount.usrfstype mount.usrflags plymouth.enable vconsole.keymap vconsole.font
  udev.log_level udev.children_max systemd.journald.forward_to_console systemd.journald.forward-to-console
`;

export const singleArgs: ReadonlySet<string> = new Set(`${kernel} ${userSpace}`.trim().split(/\s+/));
