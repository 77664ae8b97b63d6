/** What `rtprov inventory` shows, in the form of ansible-inventory: --list, --host and --graph. */

import type { Value, Vars } from '../values/value.js';
import { HostVars } from './host-vars.js';
import type { Inventory } from './inventory.js';
import { inventoryLayers } from './layers.js';
import type { Group, Host } from './model.js';
import type { VarLayer } from './precedence.js';

/** The variables of a host as the inventory (and --extra-vars) define them, untemplated. */
export function hostView(inventory: Inventory, hostName: string, extra?: VarLayer): Vars {
  const vars = HostVars.of(inventoryLayers(inventory, hostName));
  return (extra === undefined ? vars : vars.withLayer(extra)).toVars();
}

/** The hosts that a view shows: those of `limited`, if it is given. */
function shownHosts(hosts: readonly Host[], limited: ReadonlySet<string> | undefined): readonly Host[] {
  return limited === undefined ? hosts : hosts.filter(({ name }) => limited.has(name));
}

/** The JSON of --list: groups with `hosts` and `children`, and `_meta.hostvars`. Empty groups are left out. `limited`: only these hosts. */
export function listView(inventory: Inventory, extra?: VarLayer, limited?: ReadonlySet<string>): Value {
  const result: Record<string, Value> = {};
  const seen = new Set<Group>();
  const add = (group: Group): void => {
    if (seen.has(group)) return;
    seen.add(group);
    const { children } = group;
    const hosts = group.name === 'all' ? [] : shownHosts(group.hosts, limited).map((host) => host.name);
    children.forEach(add);
    if (hosts.length === 0 && children.length === 0) return;
    result[group.name] = {
      ...(children.length === 0 ? {} : { children: children.map((child) => child.name) }),
      ...(hosts.length === 0 ? {} : { hosts }),
    };
  };
  const all = inventory.group('all');
  if (all !== undefined) add(all);
  const hostvars: Record<string, Value> = {};
  for (const host of shownHosts(inventory.hosts, limited)) {
    const vars = hostView(inventory, host.name, extra);
    if (Object.keys(vars).length > 0) hostvars[host.name] = vars;
  }
  return { ...result, _meta: { hostvars } };
}

/** The tree of --graph; with `vars`, also the variables that each group and host carries itself. */
export function graphView(
  inventory: Inventory,
  top = 'all',
  options: { readonly vars?: boolean; readonly limited?: ReadonlySet<string> | undefined } = {},
): string {
  const lines: string[] = [];
  const line = (text: string, depth: number): number =>
    lines.push(`${'  |'.repeat(depth)}${depth > 0 ? '--' : ''}${text}`);
  const showVars = (vars: Vars, depth: number): void => {
    if (options.vars !== true) return;
    for (const name of Object.keys(vars).sort()) line(`{${name} = ${JSON.stringify(vars[name])}}`, depth);
  };
  const show = (group: Group, depth: number): void => {
    line(`@${group.name}:`, depth);
    for (const child of group.children) show(child, depth + 1);
    if (group.name !== 'all') {
      for (const host of shownHosts(group.hosts, options.limited)) {
        line(host.name, depth + 1);
        showVars(hostView(inventory, host.name), depth + 2);
      }
    }
    showVars(Object.fromEntries([...group.vars].map(([name, entry]) => [name, entry.value])), depth + 1);
  };
  const group = inventory.group(top);
  if (group !== undefined) show(group, 0);
  return `${lines.join('\n')}\n`;
}
