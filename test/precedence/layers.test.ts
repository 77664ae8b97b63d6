/** Which of two layers of variables wins, for every pair and in every place: as ansible-core 2.19 does it (`recorded/layers.json`). */
import assert from 'node:assert/strict';
import { shellHosts } from '../engine/shell-hosts.js';
import { isMapping } from '../../src/values/value.js';
import { withTimeLimit } from '../support/time-limit.js';
import { LAYERS, PAIRS, PLACES, SHAPES, type Shape } from './layers.js';
import { EXTRA_VARS, INVENTORIES, PLAYBOOK, project } from './project.js';
import { fromResults, readRecording, type Situation } from './recording.js';

describe('precedence of variables', function () {
  this.timeout(600_000);
  // A task reads thousands of variables; how long that may take is not what is tested.
  withTimeLimit('600');
  const hosts = shellHosts();
  const recorded = readRecording();
  const wonIn = (where: string): ReadonlyMap<string, string> | undefined =>
    recorded.situations.find((situation) => situation.where === where)?.winners;

  it('is recorded from ansible-core 2.19, for every pair in every place', () => {
    assert.match(recorded.ansible, /^2\.19\.\d+$/);
    assert.equal(recorded.situations.length, SHAPES.length * PLACES.length);
    for (const { winners } of recorded.situations) assert.equal(winners.size, PAIRS.length);
  });

  it('is recorded with each layer winning somewhere, but for one that holds in a role without a probe', () => {
    const winners = new Set(recorded.situations.flatMap((situation) => [...situation.winners.values()]));
    assert.deepEqual(
      LAYERS.filter((layer) => !winners.has(layer)),
      ['earlier role params'],
    );
  });

  async function play(shape: Shape): Promise<readonly Situation[]> {
    const files = project(shape);
    const { results, lines } = await hosts.play(files[PLAYBOOK] ?? '', {
      files,
      inventories: INVENTORIES,
      extraVars: [`@${EXTRA_VARS}`],
    });
    assert.deepEqual(
      lines.filter((line) => !line.endsWith(' ok')),
      [],
    );
    const said = results.map(({ task, result }) => ({
      task: task.name,
      msg: isMapping(result) ? result['msg'] : undefined,
    }));
    return fromResults(shape, said);
  }

  for (const shape of SHAPES)
    it(`is the same with ${shape.role} and ${shape.tasks}`, async () => {
      const differences: string[] = [];
      for (const { where, winners } of await play(shape)) {
        const theirs = wonIn(where);
        for (const [pair, winner] of winners)
          if (winner !== theirs?.get(pair))
            differences.push(`${where}: ${pair}: ${winner} instead of ${theirs?.get(pair) ?? 'nothing'}`);
      }
      assert.deepEqual(differences, []);
    });
});
