/** How a run ended. */
import type { HostTotals } from './events.js';

export interface HostSummary {
  readonly totals: HostTotals;
  readonly failed: boolean;
  readonly unreachable: boolean;
  /** Something was written there. */
  readonly wrote: boolean;
  /** Users whose journals there hold entries of this run. */
  readonly users: readonly string[];
}

export interface RunSummary {
  readonly run: string;
  readonly hosts: ReadonlyMap<string, HostSummary>;
  readonly interrupted: boolean;
  /** Round trips to all targets, for benchmarks and --json. */
  readonly roundTrips: number;
}
