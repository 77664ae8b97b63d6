/** For tests of what gives up: RTPROV_TIME_LIMIT within them, and no signal that waits after them. */
import { busyInterrupt } from '../../src/values/time-limit.js';

export function withTimeLimit(seconds: string): void {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env['RTPROV_TIME_LIMIT'];
    process.env['RTPROV_TIME_LIMIT'] = seconds;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['RTPROV_TIME_LIMIT'];
    else process.env['RTPROV_TIME_LIMIT'] = before;
    Atomics.store(busyInterrupt, 0, 0);
  });
}
