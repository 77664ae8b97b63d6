/** Arguments of ssh in variables, looked at before any host is contacted: what would not be honoured is not dropped in silence. */
import { DiagnosticError, RtprovError, type Diagnostics } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Templates } from '../../template/engine.js';
import { parseSshArgs } from '../../transport/ssh/args.js';

const names = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'] as const;

/** Values that need what is not known yet (facts) are looked at when the host is connected to. Each place is reported once. */
export function checkSshArguments(
  hosts: ReadonlyMap<string, HostVars>,
  templates: Templates,
  diagnostics: Diagnostics,
): void {
  const reported = new Set<string>();
  for (const [host, vars] of hosts) {
    for (const name of names) {
      const found = vars.lookup(name);
      if (found === undefined) continue;
      try {
        const value = found.trusted ? templates.evaluate(found.value, vars, found.origin) : found.value;
        if (typeof value === 'string') parseSshArgs(value);
      } catch (error) {
        if (error instanceof DiagnosticError || !(error instanceof RtprovError)) continue;
        const key = JSON.stringify([name, found.origin ?? host, error.message]);
        if (reported.has(key)) continue;
        reported.add(key);
        const detail = `${name} of the host ${host}: ${error.message}.`;
        diagnostics.error('SSH_ARGUMENTS', 'Bad arguments for ssh', detail, found.origin, error.hint);
      }
    }
  }
}
