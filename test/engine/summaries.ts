/** How hosts ended, for what is made of it. */
import type { HostSummary } from '../../src/engine/run/run-summary.js';
import { totals } from '../report/events.js';

/** A host on which all went well and nothing was changed, but for what is given. */
export function summaryOf(differing: Partial<HostSummary>): HostSummary {
  return { totals: totals(), failed: false, unreachable: false, wrote: false, users: [], ...differing };
}
