/** Checks of variable names that every kind of source shares. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { nearest } from '../diagnostics/nearest.js';

/** Connection variables and the like that Ansible's users write in inventories. */
export const ANSIBLE_NAMES: ReadonlySet<string> = new Set(
  `host port user password connection shell_type shell_executable timeout remote_tmp async_dir pipelining
  private_key_file host_key_checking python_interpreter facts group_priority executable scp_extra_args
  ssh_host ssh_port ssh_user ssh_pass ssh_password ssh_private_key_file ssh_common_args ssh_extra_args ssh_args
  ssh_executable ssh_pipelining ssh_timeout ssh_retries ssh_transfer_method ssh_use_tty ssh_host_key_checking
  sftp_extra_args sftp_executable scp_executable control_path control_path_dir
  become become_user become_method become_password become_pass become_flags become_exe
  sudo_user sudo_pass sudo_flags sudo_exe network_os winrm_transport check_mode diff_mode`
    .split(/\s+/)
    .map((name) => `ansible_${name}`),
);

/** Reports a name that templates could not use, and warns of a connection variable that is likely mistyped. */
export function checkVarName(name: string, at: SourceRange, diagnostics: Diagnostics): boolean {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    diagnostics.error(
      'VAR_BAD_NAME',
      'Bad variable name',
      `"${name}" cannot be a variable name: use letters, digits and "_", and do not begin with a digit.`,
      at,
      `Write ${name.replace(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N})/u, '_')}.`,
    );
    return false;
  }
  if (name.startsWith('ansible_') && !ANSIBLE_NAMES.has(name)) {
    const meant = nearest(name, ANSIBLE_NAMES);
    if (meant !== undefined && closeEnough(name, meant)) {
      diagnostics.warning(
        'VAR_MISTYPED',
        'Connection variable likely mistyped',
        `${name} has no meaning, but it is very similar to ${meant}.`,
        at,
        `Did you mean "${meant}"?`,
      );
    }
  }
  return true;
}

/** Facts such as ansible_hostname are near to ansible_host without being a slip of the finger. */
function closeEnough(name: string, meant: string): boolean {
  return Math.abs(name.length - meant.length) <= 1 && nearest(name.slice(8), [meant.slice(8)]) !== undefined;
}
