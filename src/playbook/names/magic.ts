/** Names that exist without anybody defining them, as lint asks for them, and the facts. */
import { TEMPLATE_VARS } from '../../template/runtime/template-vars.js';
import {
  CONNECTION_NAMES,
  LIMIT_NAMES,
  LOOP_NAMES,
  PLAY_NAMES,
  RESCUE_NAMES,
  ROLE_NAMES,
} from '../../values/magic-names.js';

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

/** Facts that setup gathers, as far as a machine has them. */
export const FACT_NAMES = words(FACTS);

export const MAGIC = {
  /** Known in every play. */
  names: new Set([
    ...PLAY_NAMES,
    ...ROLE_NAMES,
    ...RESCUE_NAMES,
    ...LIMIT_NAMES,
    ...CONNECTION_NAMES,
    ...FACT_NAMES,
  ]) as ReadonlySet<string>,
  /** A value given to these is never seen. */
  readOnly: words(
    'hostvars groups group_names inventory_hostname inventory_hostname_short inventory_dir inventory_file playbook_dir play_hosts omit role_name role_path',
  ),
  /** Known while a template file is being rendered. */
  template: new Set<string>(TEMPLATE_VARS) as ReadonlySet<string>,
  /** Known inside a loop, with the loop variable. */
  loop: new Set(LOOP_NAMES) as ReadonlySet<string>,
} as const;

/** A name of a network interface's fact: `ansible_eth0`, `ansible_enp1s0f0`. */
const INTERFACE = /^ansible_(?:lo|eth|en|wl|ib|br|virbr|bond|team|vlan|docker|tun|tap|veth)[A-Za-z0-9_]*$/;

/** Whether a name is a fact that some host may have although it is in no list. */
export function mayBeFact(name: string): boolean {
  return INTERFACE.test(name);
}
