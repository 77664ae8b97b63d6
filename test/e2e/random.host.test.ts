import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { Lab } from '../lab/lab.js';
import { Project } from './harness.js';
import { playbookOf, PROJECT_FILES, randomPlay } from './random-playbooks.js';
import { noCounts, Subject } from './subject.js';
import { bySpeed } from '../support/slow.js';
import { patiently } from '../support/patience.js';

const playbooks = Number(process.env['RTPROV_RANDOM_PLAYBOOKS'] ?? bySpeed(16, 6));
/** The same playbooks each time, so that a change is judged and not luck; RTPROV_SEED=random takes others. A failure prints it. */
const wanted = process.env['RTPROV_SEED'] ?? '20261122';
const seed = wanted === 'random' ? Date.now() % 0x7fffffff : Number(wanted);

const list = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

describe(`laws: ${playbooks} random playbooks`, function () {
  this.timeout(0);
  let lab: Lab;
  const project = new Project(PROJECT_FILES);
  before(async () => {
    lab = await Lab.up({ hosts: 2 });
  });
  after(async () => {
    project.remove();
    await lab.down();
  });

  it('the check changes nothing, the run does what it said, a second run has nothing to do, the rollback puts all back', async () => {
    const counts = noCounts();
    const halves = lab.hosts.map(async (host, index) => {
      const subject = new Subject(lab, host, index === 1, project, counts);
      const numRuns = index === 0 ? Math.ceil(playbooks / 2) : Math.floor(playbooks / 2);
      const property = fc.asyncProperty(randomPlay, (play) => subject.holds(play));
      const result = await fc.check(property, {
        numRuns,
        seed: seed + index,
        endOnFailure: process.env['RTPROV_NO_SHRINK'] === '1',
        interruptAfterTimeLimit: patiently(2_400_000),
        markInterruptAsFailure: true,
        ...(process.env['RTPROV_PATH'] === undefined ? {} : { path: process.env['RTPROV_PATH'] }),
      });
      if (!result.failed) return '';
      const play = result.counterexample?.[0];
      const text = play === undefined ? '' : stringify(playbookOf(play, host.name));
      const error =
        result.errorInstance instanceof Error
          ? result.errorInstance.message.includes(' at ')
            ? result.errorInstance.message
            : (result.errorInstance.stack ?? '')
          : '';
      return `${host.name}${index === 1 ? ' (with packages)' : ''}, seed ${seed + index}, path ${result.counterexamplePath ?? ''}, after ${result.numRuns} playbooks and ${result.numShrinks} shrinks:\n${error}\n${text}`;
    });
    const faults = (await Promise.all(halves)).filter((text) => text !== '');
    process.stdout.write(
      [
        `      ${counts.playbooks} playbooks (${counts.tame} that converge), ${counts.tasks} results (${list(counts.statuses)})`,
        `      modules: ${list(counts.modules)}`,
        `      ${counts.changed} changed tasks with ${counts.triples} (task, resource, diff) triples, all planned; ${counts.undone} changes undone`,
        `      ${counts.unknown.length} planned as unknown${counts.unknown.length === 0 ? '' : `: ${[...new Set(counts.unknown)].slice(0, 5).join('; ')}`}`,
        '',
      ].join('\n'),
    );
    if (faults.length > 0) assert.fail(`\n${faults.join('\n\n')}`);
  });
});
