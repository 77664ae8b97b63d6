/** Names of runs. */
import { randomBytes } from 'node:crypto';

/** Sorts by time, to the millisecond: of two runs in one second the later is undone first. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
}
