/** A kernel parameter. Plain JSON. */

/** A kernel parameter by its dotted name. */
export interface SysctlState {
  /** White space folded to single blanks. Undefined when the kernel has no such parameter. */
  readonly value?: string;
  /** False where /proc/sys is read-only for it (a container): live values are then not applicable. */
  readonly writable: boolean;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly sysctl: SysctlState;
  }
}
