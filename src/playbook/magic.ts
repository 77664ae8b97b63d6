/** Names that exist without anybody defining them. */

const EVERYWHERE = `
  hostvars groups group_names inventory_hostname inventory_hostname_short inventory_dir inventory_file
  playbook_dir play_hosts omit vars environment role_name role_names role_path role_uuid
  ansible_play_hosts ansible_play_hosts_all ansible_play_batch ansible_play_name ansible_play_role_names
  ansible_playbook_python ansible_check_mode ansible_diff_mode ansible_forks ansible_verbosity ansible_version
  ansible_run_tags ansible_skip_tags ansible_limit ansible_config_file ansible_inventory_sources rtprov_version
  ansible_role_name ansible_role_names ansible_parent_role_names ansible_parent_role_paths ansible_dependent_role_names
  ansible_collection_name ansible_search_path ansible_delegated_vars ansible_facts ansible_local ansible_failed_task
  ansible_failed_result ansible_loop_var ansible_index_var ansible_managed ansible_omit_token
`;

const CONNECTION = `
  ansible_host ansible_port ansible_user ansible_password ansible_connection ansible_ssh_host ansible_ssh_port ansible_ssh_user
  ansible_ssh_pass ansible_ssh_private_key_file ansible_private_key_file ansible_ssh_common_args ansible_ssh_extra_args
  ansible_ssh_args ansible_ssh_executable ansible_ssh_retries ansible_ssh_pipelining ansible_pipelining ansible_become
  ansible_become_user ansible_become_method ansible_become_password ansible_become_pass ansible_become_exe ansible_become_flags
  ansible_sudo_pass ansible_shell_type ansible_shell_executable ansible_python_interpreter ansible_remote_user ansible_remote_tmp
  ansible_timeout ansible_host_key_checking ansible_ssh_timeout ansible_sftp_extra_args ansible_scp_extra_args
  ansible_ssh_transfer_method ansible_group_priority ansible_ssh_password ansible_ssh_host_key_checking ansible_sudo_user ansible_sudo_flags
`;

const FACTS = `
  ansible_all_ipv4_addresses ansible_all_ipv6_addresses ansible_apparmor ansible_architecture ansible_bios_date ansible_bios_vendor
  ansible_bios_version ansible_board_asset_tag ansible_board_name ansible_board_serial ansible_board_vendor ansible_board_version
  ansible_chassis_asset_tag ansible_chassis_serial ansible_chassis_vendor ansible_chassis_version ansible_cmdline ansible_date_time
  ansible_default_ipv4 ansible_default_ipv6 ansible_device_links ansible_devices ansible_distribution ansible_distribution_file_parsed
  ansible_distribution_file_path ansible_distribution_file_variety ansible_distribution_major_version
  ansible_distribution_minor_version ansible_distribution_release ansible_distribution_version ansible_dns ansible_domain
  ansible_effective_group_id ansible_effective_user_id ansible_env ansible_fibre_channel_wwn ansible_fips ansible_form_factor
  ansible_fqdn ansible_hostname ansible_hostnqn ansible_interfaces ansible_is_chroot ansible_iscsi_iqn ansible_kernel
  ansible_kernel_version ansible_loadavg ansible_lsb ansible_lvm ansible_machine ansible_machine_id ansible_memfree_mb
  ansible_memory_mb ansible_memtotal_mb ansible_mounts ansible_nodename ansible_os_family ansible_pkg_mgr ansible_proc_cmdline
  ansible_processor ansible_processor_cores ansible_processor_count ansible_processor_nproc ansible_processor_threads_per_core
  ansible_processor_vcpus ansible_product_name ansible_product_serial ansible_product_uuid ansible_product_version ansible_python
  ansible_python_version ansible_real_group_id ansible_real_user_id ansible_selinux ansible_selinux_python_present
  ansible_service_mgr ansible_ssh_host_key_dsa_public ansible_ssh_host_key_ecdsa_public ansible_ssh_host_key_ed25519_public
  ansible_ssh_host_key_rsa_public ansible_swapfree_mb ansible_swaptotal_mb ansible_system ansible_system_capabilities
  ansible_system_capabilities_enforced ansible_system_vendor ansible_uptime_seconds ansible_user_dir ansible_user_gecos
  ansible_user_gid ansible_user_id ansible_user_shell ansible_user_uid ansible_userspace_architecture ansible_userspace_bits
  ansible_virtualization_role ansible_virtualization_tech_guest ansible_virtualization_tech_host ansible_virtualization_type
  gather_subset module_setup
`;

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

const everywhere = words(EVERYWHERE);

export const MAGIC = {
  /** Known in every play. */
  names: new Set([...everywhere, ...words(CONNECTION), ...words(FACTS)]) as ReadonlySet<string>,
  /** A value given to these is never seen. */
  readOnly: words(
    'hostvars groups group_names inventory_hostname inventory_hostname_short inventory_dir inventory_file playbook_dir play_hosts omit role_name role_path',
  ),
  /** Known while a template file is being rendered. */
  template: words(
    'template_host template_uid template_path template_fullpath template_destpath template_run_date template_mtime',
  ),
  /** Known inside a loop, with the loop variable. */
  loop: words('ansible_loop ansible_loop_var ansible_index_var'),
} as const;

/** A name of a network interface's fact: `ansible_eth0`, `ansible_enp1s0f0`. */
const INTERFACE = /^ansible_(?:lo|eth|en|wl|ib|br|virbr|bond|team|vlan|docker|tun|tap|veth)[A-Za-z0-9_]*$/;

/** Whether a name is a fact that some host may have although it is in no list. */
export function mayBeFact(name: string): boolean {
  return INTERFACE.test(name);
}
