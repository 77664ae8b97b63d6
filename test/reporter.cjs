// Mocha's spec reporter, which also leaves its counts, its failures, the titles of the tests that passed and the time of each file in the
// file RTPROV_TEST_RESULTS, and prints the slowest tests and files where RTPROV_TEST_TIMES is set. A pending test counts as failed: a test that cannot run has to say so by
// failing.
'use strict';
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const root = `${__dirname}/..`;
const shown = 15;

const byTime = (entries) => [...entries].sort(([, a], [, b]) => b - a);

/** Milliseconds by file and by test; of hooks too, as most tests that need a host bring it up in one. */
class Times {
  files = new Map();
  tests = [];

  add(runnable) {
    const { duration, file } = runnable;
    if (duration === undefined || file === undefined) return;
    const name = relative(root, file);
    this.files.set(name, (this.files.get(name) ?? 0) + duration);
    this.tests.push([`${name}: ${runnable.fullTitle()}`, duration]);
  }

  print() {
    const lines = (entries) =>
      byTime(entries)
        .slice(0, shown)
        .map(([name, duration]) => `${(duration / 1000).toFixed(1).padStart(9)} s  ${name}`);
    console.log(
      ['  slowest files:', ...lines(this.files), '  slowest tests and hooks:', ...lines(this.tests), ''].join(
        '\n',
      ),
    );
  }
}

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const {
      EVENT_HOOK_END,
      EVENT_RUN_END,
      EVENT_TEST_END,
      EVENT_TEST_FAIL,
      EVENT_TEST_PASS,
      EVENT_TEST_PENDING,
    } = Runner.constants;
    const file = process.env.RTPROV_TEST_RESULTS;
    const times = new Times();
    const failures = [];
    const titles = [];
    for (const event of [EVENT_HOOK_END, EVENT_TEST_END]) runner.on(event, (runnable) => times.add(runnable));
    runner.on(EVENT_TEST_PASS, (test) => titles.push(test.fullTitle()));
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      failures.push({ what: test.fullTitle(), why: String(error?.stack ?? error?.message ?? error) });
    });
    runner.on(EVENT_TEST_PENDING, (test) => failures.push({ what: test.fullTitle(), why: 'it did not run' }));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures: failed, pending } = this.stats;
      if (process.env.RTPROV_TEST_TIMES !== undefined) times.print();
      if (file === undefined) return;
      const seconds = Object.fromEntries(
        byTime(times.files).map(([name, ms]) => [name, Math.round(ms / 100) / 10]),
      );
      writeFileSync(
        file,
        JSON.stringify({ passed: passes, failed: failed + pending, failures, titles, seconds }),
      );
    });
  }
};
