/** A kernel module. Plain JSON. */

/** A kernel module (underscores, as /proc/modules names it). */
export interface ModuleState {
  readonly loaded: boolean;
  /** Built in: always there, cannot be removed. */
  readonly builtin: boolean;
  /** modinfo or modules.dep knows it for the running kernel. */
  readonly available: boolean;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly module: ModuleState;
  }
}
