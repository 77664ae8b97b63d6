/** How a run ended. */
import type { HostTotals } from './events.js';

export interface HostSummary {
  readonly totals: HostTotals;
  readonly failed: boolean;
  readonly unreachable: boolean;
  /** Its address and port, or `local`; undefined where no connection was tried. */
  readonly at?: string;
  /** Something was written there. */
  readonly wrote: boolean;
  /** A trial boot failed, and the host is back on its known-good entry; `complete`: as it was before the run. */
  readonly returned?: { readonly complete: boolean };
  /** A trial boot was begun there, and nobody knows how it ended. */
  readonly unconfirmed?: true;
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
