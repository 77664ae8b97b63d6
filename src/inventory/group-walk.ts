/** Walks over the group graph: hosts below a group, groups above a host. */

import type { Group, Host } from './model.js';

/** The group and all below it, level by level, in order of definition. */
export function descendants(group: Group): readonly Group[] {
  const seen = new Set([group]);
  for (const each of seen) for (const child of each.children) seen.add(child);
  return [...seen];
}

/** The hosts of a group and of all groups below it, each once. */
export function hostsBelow(group: Group): readonly Host[] {
  return [...new Set(descendants(group).flatMap((each) => each.hosts))];
}

/** All groups that a host belongs to, without `all`, in the order in which their variables apply. */
export function groupsOf(host: Host): readonly Group[] {
  const seen = new Set(host.groups);
  for (const group of seen) for (const parent of group.parents) if (parent.name !== 'all') seen.add(parent);
  return [...seen].sort(
    (a, b) =>
      a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
