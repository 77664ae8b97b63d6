/** What the plan of a virtual machine itself is made from. */
import { isMapping, type Value, type Vars } from '../../../values/value.js';
import { formatCpuList } from '../../cpus/cpu-list.js';
import type { Topology } from '../../topology/model.js';

/** A mapping's variables; of anything else there are none. */
export function varsOf(value: Value | undefined): Vars {
  return value !== undefined && isMapping(value) ? value : {};
}

/** A guest's own housekeeping is on its housekeeping vCPUs, which are the lowest ones, and on its first alone where nothing says how many there are. */
export function guestVars(vars: Vars, topology: Topology): Vars {
  const { rt_guest: wish, rt_partition: own, ...rest } = vars;
  if (vars['rt_housekeeping_cpus'] !== undefined || vars['rt_isolated_cpus'] !== undefined) return rest;
  const vcpus = varsOf(varsOf(wish)['vcpus']);
  const first = Number(vcpus['housekeeping'] ?? 1);
  const all = vcpus['rt'] === 0 ? topology.online.length : Math.max(first, 1);
  return {
    ...rest,
    rt_partition: { ...varsOf(own), housekeeping: formatCpuList(topology.online.slice(0, all)) },
  };
}
