/** Multiplies the limits of mocha's tests and hooks as test/support/patience.ts says. Loaded before all tests (mocharc). */
import Mocha from 'mocha';
import { patiently } from './patience.js';

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
