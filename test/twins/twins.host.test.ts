/**
 * Each module that Ansible has too, on twin hosts: rtprov runs now, what Ansible did is recorded. With RTPROV_TWINS_LIVE=1
 * Ansible runs now as well.
 */
import assert from 'node:assert/strict';
import { readCases } from './cases.js';
import { faults } from './compare.js';
import { grouped } from './grouped.js';
import type { TwoRuns } from './outcome.js';
import { readRecording } from './recording.js';
import { ansible } from './run-ansible.js';
import { rtprov } from './run-rtprov.js';
import { chosenModules, runOnTwin } from './twins.js';
import { someOf } from '../support/slow.js';

const live = process.env['RTPROV_TWINS_LIVE'] === '1';
const all = readCases(chosenModules());
const cases = live || chosenModules().length > 0 ? all : someOf(all, () => false);

describe('twins: the same as Ansible', function () {
  this.timeout(live ? 3_600_000 : 600_000);
  const recorded = live ? undefined : readRecording();
  let ours: ReadonlyMap<string, TwoRuns>;
  let theirs: ReadonlyMap<string, TwoRuns>;

  before(async () => {
    ours = await runOnTwin(cases, rtprov);
    theirs = recorded ?? (await runOnTwin(cases, ansible));
  });

  for (const [module, of] of grouped(cases, (entry) => entry.module)) {
    describe(module, () => {
      for (const entry of of) {
        it(entry.name, () => {
          const recording = recorded?.get(entry.id);
          if (!live)
            assert.equal(
              recording?.hash,
              entry.hash,
              'not recorded as it is now: npx tsx test/twins/record.ts',
            );
          const [a, b] = [theirs.get(entry.id), ours.get(entry.id)];
          assert.ok(a !== undefined && b !== undefined, 'not run');
          const found = faults(entry, a, b);
          if (found !== '') assert.fail(`\n${found}`);
        });
      }
    });
  }
});
