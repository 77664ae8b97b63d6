/** What the plan of a virtual machine itself is made from. */
import { isMapping, type Value, type Vars } from '../../../values/value.js';
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';

/** A mapping's variables; of anything else there are none. */
export function varsOf(value: Value | undefined): Vars {
  return value !== undefined && isMapping(value) ? value : {};
}

/** What the host gives the guest, what is chosen here, and what a group of hosts and guests has for its hosts alone. */
const leftOut: ReadonlySet<string> = new Set(['rt_guest', 'rt_partition', 'rt_slice_cpus_host']);

/** A guest's own housekeeping is on its housekeeping vCPUs, which are the lowest ones, and on its first alone where nothing says how many there are. */
export function guestVars(vars: Vars, topology: Topology): Vars {
  const rest = Object.fromEntries(Object.entries(vars).filter(([name]) => !leftOut.has(name)));
  if (vars['rt_housekeeping_cpus'] !== undefined || vars['rt_isolated_cpus'] !== undefined) return rest;
  const vcpus = varsOf(varsOf(vars['rt_guest'])['vcpus']);
  const first = Number(vcpus['housekeeping'] ?? 1);
  const all = vcpus['rt'] === 0 ? topology.online.length : Math.max(first, 1);
  return {
    ...rest,
    rt_partition: {
      ...varsOf(vars['rt_partition']),
      housekeeping: formatCpuList(topology.online.slice(0, all)),
    },
  };
}
