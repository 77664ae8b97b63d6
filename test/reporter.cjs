// Mocha's spec reporter, which also leaves its counts and failures in the file RTPROV_TEST_RESULTS. A pending test counts as failed:
// a test that cannot run has to say so by failing.
'use strict';
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.RTPROV_TEST_RESULTS;
    if (file === undefined) return;
    const failures = [];
    const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Runner.constants;
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      failures.push({ what: test.fullTitle(), why: String(error?.stack ?? error?.message ?? error) });
    });
    runner.on(EVENT_TEST_PENDING, (test) => failures.push({ what: test.fullTitle(), why: 'it did not run' }));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failed + pending, failures }));
    });
  }
};
