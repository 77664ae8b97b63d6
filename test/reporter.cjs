// Mocha's spec reporter, which also leaves its counts in the file RTPROV_TEST_RESULTS. A pending test counts as failed:
// a test that cannot run has to say so by failing.
'use strict';
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.RTPROV_TEST_RESULTS;
    if (file === undefined) return;
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      writeFileSync(
        file,
        JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures + this.stats.pending }),
      );
    });
  }
};
