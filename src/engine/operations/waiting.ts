/** Waiting that ends when the run is being stopped. */
import { timedOut } from '../../planner/limit.js';
import { bad, type OperationOutcome } from './operation.js';

/** The longest time that a timer of Node.js takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** What waits is given a signal that also comes when its time is over; then it has failed. `seconds`: undefined for no limit. */
export async function withinLimit(
  seconds: number | undefined,
  stop: AbortSignal,
  operated: (stop: AbortSignal) => Promise<OperationOutcome>,
): Promise<OperationOutcome> {
  if (seconds === undefined) return operated(stop);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), Math.min(seconds * 1000, LONGEST_MS));
  try {
    const outcome = await operated(AbortSignal.any([stop, limit.signal]));
    if (!limit.signal.aborted) return outcome;
    const { msg, result } = timedOut(seconds);
    return bad(msg, result);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early, without an error, when the signal comes. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (seconds <= 0 || signal.aborted) {
      done();
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits until `holds` gives true; false when the time is over or the run is being stopped. */
export async function until(
  seconds: number,
  pauseSeconds: number,
  signal: AbortSignal,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() >= end || signal.aborted) return false;
    await sleep(Math.min(pauseSeconds, Math.max(0, (end - performance.now()) / 1000)), signal);
  }
}
