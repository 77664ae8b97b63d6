/** Collects hosts, groups and variables from all sources, then makes the inventory of them. */

import type { Diagnostics, SourceRange } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/nearest.js';
import type { VarEntry } from './model.js';

export interface HostDraft {
  readonly name: string;
  readonly origin: SourceRange;
  readonly vars: Map<string, VarEntry>;
  readonly groups: GroupDraft[];
}

export interface GroupDraft {
  readonly name: string;
  readonly vars: Map<string, VarEntry>;
  readonly hosts: HostDraft[];
  readonly children: GroupDraft[];
  readonly parents: GroupDraft[];
  readonly origin: SourceRange;
  priority: number;
  /** False as long as the group was only mentioned. */
  declared: boolean;
}

interface Mention {
  readonly name: string;
  readonly at: SourceRange;
  readonly as: 'child' | 'vars';
}

export class InventoryBuilder {
  readonly hosts = new Map<string, HostDraft>();
  readonly groups = new Map<string, GroupDraft>();
  private readonly mentions: Mention[] = [];

  constructor(readonly diagnostics: Diagnostics) {
    const origin = { file: '(built in)', line: 1, column: 1 };
    const all = this.declareGroup('all', origin);
    this.link(all, this.declareGroup('ungrouped', origin));
  }

  declareGroup(name: string, origin: SourceRange): GroupDraft {
    const group = this.draft(name, origin);
    group.declared = true;
    return group;
  }

  /** A group named where its declaration may still follow. */
  mentionGroup(name: string, at: SourceRange, as: Mention['as']): GroupDraft {
    this.mentions.push({ name, at, as });
    return this.draft(name, at);
  }

  private draft(name: string, origin: SourceRange): GroupDraft {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group: GroupDraft = {
      name,
      origin,
      vars: new Map(),
      hosts: [],
      children: [],
      parents: [],
      priority: 1,
      declared: false,
    };
    this.groups.set(name, group);
    return group;
  }

  addHost(name: string, group: GroupDraft, origin: SourceRange): HostDraft {
    const host: HostDraft = this.hosts.get(name) ?? { name, origin, vars: new Map(), groups: [] };
    this.hosts.set(name, host);
    if (!host.groups.includes(group)) {
      host.groups.push(group);
      group.hosts.push(host);
    }
    return host;
  }

  addChild(parent: GroupDraft, child: GroupDraft, at: SourceRange): void {
    if (parent.children.includes(child)) return;
    if (parent === child || this.reaches(child, parent)) {
      this.diagnostics.error(
        'GROUP_CYCLE',
        'Groups contain each other',
        parent === child
          ? `The group ${child.name} cannot be its own child.`
          : `${child.name} cannot be a child of ${parent.name}, because ${parent.name} is below ${child.name}.`,
        at,
        'Remove one of the two relations.',
      );
      return;
    }
    this.link(parent, child);
  }

  private link(parent: GroupDraft, child: GroupDraft): void {
    parent.children.push(child);
    child.parents.push(parent);
  }

  private reaches(from: GroupDraft, wanted: GroupDraft): boolean {
    const seen = new Set<GroupDraft>([from]);
    for (const group of seen) for (const child of group.children) seen.add(child);
    return seen.has(wanted);
  }

  setGroupVar(group: GroupDraft, name: string, entry: VarEntry): void {
    if (name !== 'ansible_group_priority') {
      group.vars.set(name, entry);
    } else if (Number.isInteger(Number(entry.value)) && entry.value !== null && entry.value !== '') {
      group.priority = Number(entry.value);
    } else {
      this.diagnostics.error(
        'GROUP_PRIORITY',
        'Bad group priority',
        'ansible_group_priority orders groups of the same depth; it has to be a whole number.',
        entry.origin,
        'Write for instance ansible_group_priority=10.',
      );
    }
  }

  /** Reports what only shows when every source is read. */
  checkMentions(): void {
    for (const { name, at, as } of this.mentions) {
      if (this.groups.get(name)?.declared === true) continue;
      const known = [...this.groups.values()].filter((group) => group.declared).map((group) => group.name);
      this.diagnostics.error(
        as === 'child' ? 'GROUP_UNDECLARED_CHILD' : 'GROUP_UNDECLARED_VARS',
        as === 'child' ? 'Child group is not declared' : 'Variables of a group that is not declared',
        `No source declares the group ${name} with [${name}] or [${name}:children].`,
        at,
        didYouMean(name, known) ?? `Add a section [${name}], which may be empty.`,
      );
    }
    for (const group of this.groups.values()) {
      const host = this.hosts.get(group.name);
      if (host === undefined) continue;
      this.diagnostics.warning(
        'GROUP_HOST_SAME_NAME',
        'Group and host of the same name',
        `In a pattern, ${group.name} means the host; after & and ! it means the group.`,
        host.origin,
        'Rename one of the two.',
      );
    }
  }
}
