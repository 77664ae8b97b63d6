/** Turns the drafts of the builder into hosts and groups: `all`, `ungrouped`, depths. */

import type { GroupDraft, HostDraft, InventoryBuilder } from './builder.js';
import type { Group, Host } from './model.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Groups without a parent belong to `all`; hosts in no other group to `ungrouped`. */
function adopt(builder: InventoryBuilder): void {
  const all = builder.declareGroup('all', { file: '(built in)', line: 1, column: 1 });
  const ungrouped = builder.declareGroup('ungrouped', all.origin);
  for (const group of builder.groups.values()) {
    if (group !== all && group.parents.length === 0) builder.addChild(all, group, group.origin);
  }
  for (const host of builder.hosts.values()) {
    const own = host.groups.filter((group) => group !== all && group !== ungrouped);
    if (own.length > 0) {
      remove(host.groups, ungrouped);
      remove(ungrouped.hosts, host);
    } else if (!host.groups.includes(ungrouped)) {
      builder.addHost(host.name, ungrouped, host.origin);
    }
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

function depths(builder: InventoryBuilder): ReadonlyMap<GroupDraft, number> {
  const known = new Map<GroupDraft, number>();
  const depth = (group: GroupDraft): number => {
    const before = known.get(group);
    if (before !== undefined) return before;
    const found = group.parents.reduce((most, parent) => Math.max(most, depth(parent) + 1), 0);
    known.set(group, found);
    return found;
  };
  for (const group of builder.groups.values()) depth(group);
  return known;
}

export function finish(builder: InventoryBuilder): {
  hosts: ReadonlyMap<string, Host>;
  groups: ReadonlyMap<string, Group>;
} {
  adopt(builder);
  builder.checkMentions();
  const depth = depths(builder);
  const hosts = new Map<HostDraft, Writable<Host>>();
  const groups = new Map<GroupDraft, Writable<Group>>();
  for (const draft of builder.hosts.values()) {
    const { name, origin, vars } = draft;
    hosts.set(draft, { name, origin, vars, groups: [], implicit: false });
  }
  for (const draft of builder.groups.values()) {
    const { name, origin, vars, priority } = draft;
    const empty = { hosts: [], children: [], parents: [] };
    groups.set(draft, { name, origin, vars, priority, depth: depth.get(draft) ?? 0, ...empty });
  }
  const found = <K, V>(map: ReadonlyMap<K, V>, keys: readonly K[]): V[] =>
    keys.map((key) => map.get(key)).filter((value) => value !== undefined);
  for (const [draft, host] of hosts)
    host.groups = found(groups, draft.groups).filter((g) => g.name !== 'all');
  for (const [draft, group] of groups) {
    group.hosts = found(hosts, draft.hosts);
    group.children = found(groups, draft.children);
    group.parents = found(groups, draft.parents);
  }
  return {
    hosts: new Map([...hosts.values()].map((host) => [host.name, host])),
    groups: new Map([...groups.values()].map((group) => [group.name, group])),
  };
}
