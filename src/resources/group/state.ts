/** A group. Plain JSON. */
import type { FreeIds } from '../account/state.js';

export interface GroupState {
  readonly exists: boolean;
  readonly gid?: number;
  /** Members named in /etc/group, sorted. */
  readonly members?: readonly string[];
  /** Users whose primary group it is, sorted. Such a group cannot be removed. */
  readonly primaryOf?: readonly string[];
  /** As read: ids that are free as uid and as gid. */
  readonly free?: FreeIds;
  /** As read, when a number was asked for and no group is called so: the group of that gid. */
  readonly named?: string;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly group: GroupState;
  }
}
