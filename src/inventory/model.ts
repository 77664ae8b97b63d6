/** What an inventory is, once read: hosts, groups and the variables their files give them. */

import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { Value } from '../values/value.js';

/** One variable, with the place it was written. */
export interface VarEntry {
  readonly value: Value;
  readonly origin: SourceRange;
  /** Holds a `!unsafe` string: it is never templated. */
  readonly unsafe: boolean;
}

export type VarTable = ReadonlyMap<string, VarEntry>;

export interface Host {
  readonly name: string;
  /** Groups that name the host themselves, in order of definition; without `all`. */
  readonly groups: readonly Group[];
  /** Variables from its lines in inventory files. */
  readonly vars: VarTable;
  /** Where the host was first named. */
  readonly origin: SourceRange;
  /** The `localhost` that no inventory names: not part of `all`, connection local. */
  readonly implicit: boolean;
}

export interface Group {
  readonly name: string;
  readonly hosts: readonly Host[];
  readonly children: readonly Group[];
  readonly parents: readonly Group[];
  readonly vars: VarTable;
  readonly origin: SourceRange;
  /** The longest way down from `all`, which has depth 0. Deeper groups win. */
  readonly depth: number;
  /** `ansible_group_priority`; among groups of one depth the higher wins. */
  readonly priority: number;
}
