/** A systemd unit. Plain JSON. */

/** A systemd unit by full name (`ssh.service`). Terms are systemctl(1)'s. */
export interface UnitState {
  /** Is there a unit file (or a generated unit)? */
  readonly exists: boolean;
  /** UnitFileState: enabled, disabled, static, masked, indirect, alias, generated, transient, enabled-runtime, ... or empty. */
  readonly enabled: string;
  readonly masked: boolean;
  /** ActiveState is active, reloading or activating. */
  readonly active: boolean;
}

declare module '../resource.js' {
  interface StateByKind {
    readonly unit: UnitState;
  }
}
