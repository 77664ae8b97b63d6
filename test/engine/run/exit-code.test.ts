import assert from 'node:assert/strict';
import { exitCodeOf } from '../../../src/engine/run/exit-code.js';
import type { HostSummary } from '../../../src/engine/run/run-summary.js';
import { summaryOf } from '../summaries.js';

interface Options {
  readonly interrupted?: boolean;
  readonly check?: boolean;
  readonly detailed?: boolean;
  readonly pending?: boolean;
}

function code(hosts: readonly Partial<HostSummary>[], options: Options): number {
  const { interrupted = false, ...asked } = options;
  const summaries = hosts.map((host, index) => [`h${index}`, summaryOf(host)] as const);
  const summary = { run: 'r', hosts: new Map(summaries), interrupted, roundTrips: 0 };
  return exitCodeOf(summary, { check: false, detailed: false, pending: false, ...asked });
}

const back = { failed: true, returned: { complete: true } };
const well = {};

describe('the exit code of a run', () => {
  for (const [name, hosts, options, expected] of [
    ['done', [well], {}, 0],
    ['a host failed', [well, { failed: true }], {}, 4],
    ['a host could not be reached', [well, { unreachable: true }], {}, 5],
    ['a trial boot failed and its host is back', [well, back], {}, 6],
    ['one is back and another failed in some other way', [back, { failed: true }], {}, 4],
    [
      'a host is back and its run could not be undone wholly',
      [back, { failed: true, returned: { complete: false } }],
      {},
      7,
    ],
    ['nobody knows how a trial ended', [back, { failed: true, unconfirmed: true }], {}, 7],
    ['interrupted', [back], { interrupted: true }, 130],
    ['changes are pending', [well], { check: true, detailed: true, pending: true }, 3],
    ['changes are pending and nobody asked', [well], { check: true, pending: true }, 0],
  ] as const) {
    it(`is ${expected}: ${name}`, () => {
      assert.equal(code(hosts, options), expected);
    });
  }
});
