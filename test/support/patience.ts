/**
 * How long tests wait. Their limits are for what hangs, not for what is slow: a machine on which a process takes 20 ms to start needs many
 * times what another one does. RTPROV_TEST_PATIENCE=N multiplies each limit by N, by default 4. Loaded before all tests (mocharc).
 */
import Mocha from 'mocha';

const given = Number(process.env['RTPROV_TEST_PATIENCE'] ?? 4);
const factor = Number.isFinite(given) && given > 0 ? given : 4;

/** A limit of a test's own, in the unit in which it is given. */
export function patiently(limit: number): number {
  return limit * factor;
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
const timeout = Mocha.Runnable.prototype.timeout as (this: Mocha.Runnable, ms?: number | string) => unknown;
Object.defineProperty(Mocha.Runnable.prototype, 'timeout', {
  configurable: true,
  writable: true,
  /** Without an argument it is asked for the limit in force; 0 is none. */
  value(this: Mocha.Runnable, ...args: [] | [number | string]): unknown {
    const limit = timeout.apply(this, args);
    return args.length === 0 && typeof limit === 'number' ? patiently(limit) : limit;
  },
});
