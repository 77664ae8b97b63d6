import assert from 'node:assert/strict';
import { parseKernelLine } from '../../../src/rt/args/kernel-args.js';
import { unknownArgWarnings } from '../../../src/rt/args/known-args.js';

describe('arguments that a kernel does not know', () => {
  for (const [line, release, count] of [
    ['kthread_cpus=0 quiet', '6.1.0-40-rt-amd64', 1],
    ['kthread-cpus=0', '6.12.0', 1],
    ['kthread_cpus=0', '5.15.0-1032-realtime', 0],
    ['rcutree.nohz_full_patience_delay=1000', '6.1.0-40-rt-amd64', 1],
    ['rcutree.nohz_full_patience_delay=1000', '6.11.2', 0],
    ['rcutree.nohz_full_patience_delay=1000', '7.0.1', 0],
    ['rcutree.nohz_full_patience_delay=1000', '5.14.0-503.el9.x86_64+rt', 0],
    ['kthread_cpus=0', 'unknown', 0],
  ] as const) {
    it(`warns ${count} times of ${line} on ${release}`, () => {
      assert.deepEqual(
        unknownArgWarnings(parseKernelLine(line).args, release).map(({ code, severity }) => [code, severity]),
        Array.from({ length: count }, () => ['ARG_UNKNOWN', 'warning']),
      );
    });
  }
});
