/** A package as dpkg or rpm has it. Plain JSON. */

/** A package by name (`name` or `name:arch`). Versions as dpkg prints them, or rpm's [EPOCH:]VERSION-RELEASE. */
export interface PackageState {
  /** Undefined when it is not installed. Of rpm's kernels several versions may be, with commas between. */
  readonly version?: string;
  /** Removed but with configuration files left (dpkg state `rc`). */
  readonly configFiles: boolean;
  /** Marked as automatically installed (apt-mark). */
  readonly auto: boolean;
  readonly held: boolean;
  /** Left half done by a dpkg that was killed; counts as not installed. */
  readonly half?: true;
  /** Only in wanted states: the version that this change replaces can be had nowhere any more (TransactionState.unavailable). */
  readonly irreversible?: boolean;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly package: PackageState;
  }
}
