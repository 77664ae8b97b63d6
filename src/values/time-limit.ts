/**
 * How long one template, or one use of a regular expression, may keep the program busy, and whether it has to give up because a
 * signal waits. Such work cannot be interrupted from outside; so it asks here (see docs/adr/0011).
 */
import { RtprovError } from '../diagnostics/diagnostic.js';

const defaultSeconds = 10;

/** Milliseconds; `RTPROV_TIME_LIMIT` gives seconds. Values that are not positive numbers count as not given. */
export function timeLimitMs(environment: NodeJS.ProcessEnv = process.env): number {
  const seconds = Number(environment['RTPROV_TIME_LIMIT']);
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultSeconds) * 1000;
}

/**
 * One whole number, shared with the thread that watches for signals (cli/signal-watch.ts). Not 0: a signal waits and the event
 * loop has not reached it, so what keeps the program busy has to give up.
 */
export const busyInterrupt = new Int32Array(new SharedArrayBuffer(4));

export function mustGiveUp(): boolean {
  return Atomics.load(busyInterrupt, 0) !== 0;
}

/** For long loops. Throws RtprovError INTERRUPTED. */
export function giveUpWhenAsked(): void {
  if (mustGiveUp()) throw new RtprovError('INTERRUPTED', 'it was cancelled because the run is stopping');
}
