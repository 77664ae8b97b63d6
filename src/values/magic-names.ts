/**
 * The one list of names that exist without anybody defining them: lint accepts these, and a run has them.
 * `test/engine/magic-names.test.ts` proves it in both directions.
 */

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** In every task of every play. */
export const PLAY_NAMES = words(`
  ansible_check_mode ansible_config_file ansible_connection ansible_dependent_role_names ansible_diff_mode ansible_facts
  ansible_forks ansible_host ansible_inventory_sources ansible_play_batch ansible_play_hosts ansible_play_hosts_all
  ansible_play_name ansible_play_role_names ansible_playbook_python ansible_role_names ansible_run_tags
  ansible_search_path ansible_skip_tags ansible_verbosity ansible_version environment group_names groups hostvars
  inventory_dir inventory_file inventory_hostname inventory_hostname_short omit play_hosts playbook_dir role_names
  rtprov_version vars
`);

/** In tasks of roles (`ansible_collection_name` is null: there are no collections); the last two only in a role that another role includes or imports. */
export const ROLE_NAMES = words(`
  ansible_collection_name ansible_role_name role_name role_path ansible_parent_role_names ansible_parent_role_paths
`);

/** In loops: always, with `extended`, with `index_var`. */
export const LOOP_NAMES = words('ansible_loop_var ansible_loop ansible_index_var');

/** After a failure, in `rescue` and `always` and after them. */
export const RESCUE_NAMES = words('ansible_failed_task ansible_failed_result');

/** With `--limit`. */
export const LIMIT_NAMES = words('ansible_limit');

/** Variables of the connection: there when the inventory, the playbook or the command line gives them. */
export const CONNECTION_NAMES = words(`
  ansible_port ansible_user ansible_password ansible_ssh_host ansible_ssh_port ansible_ssh_user
  ansible_ssh_pass ansible_ssh_private_key_file ansible_private_key_file ansible_ssh_common_args ansible_ssh_extra_args
  ansible_ssh_args ansible_ssh_executable ansible_ssh_retries ansible_ssh_pipelining ansible_pipelining ansible_become
  ansible_become_user ansible_become_method ansible_become_password ansible_become_pass ansible_become_exe ansible_become_flags
  ansible_sudo_pass ansible_shell_type ansible_shell_executable ansible_python_interpreter ansible_remote_user ansible_remote_tmp
  ansible_timeout ansible_host_key_checking ansible_ssh_timeout ansible_sftp_extra_args ansible_scp_extra_args
  ansible_ssh_transfer_method ansible_group_priority ansible_ssh_password ansible_ssh_host_key_checking ansible_sudo_user ansible_sudo_flags
`);

/** The language level: which Ansible's playbooks are meant. */
export const ANSIBLE_VERSION = {
  full: '2.19.11',
  string: '2.19.11',
  major: 2,
  minor: 19,
  revision: 11,
} as const;
