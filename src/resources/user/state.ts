/** A user account. Plain JSON. */
import type { FreeIds } from '../account/state.js';

export interface UserState {
  readonly exists: boolean;
  readonly uid?: number;
  /** Primary group by name. */
  readonly group?: string;
  /** Supplementary groups by name, sorted. */
  readonly groups?: readonly string[];
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  /** The hash field of /etc/shadow; a secret: never shown, masked in diffs. */
  readonly passwordHash?: string;
  readonly locked?: boolean;
  /** As read: ids that are free as uid and as gid. */
  readonly free?: FreeIds;
  /** As read, when a number was asked for and nobody is called so: the user of that uid. */
  readonly named?: string;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly user: UserState;
  }
}
