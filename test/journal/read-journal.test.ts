import assert from 'node:assert/strict';
import { runsOfShells, type FoundRuns } from '../../src/engine/rollback/runs.js';
import type { TargetShell } from '../../src/engine/target/target-shell.js';
import { parseEntries, parseRuns, type TargetRun } from '../../src/journal/read-journal.js';

const good = (run: string): string =>
  `{"format":1,"run":"${run}","started":"s","controller":"c","playbooks":["p"]}`;

describe('what a target says of its journal', () => {
  it('is read', () => {
    const text = `state /j\nrun a\njson ${good('a')}\nundone now\nrun b\njson ${good('b')}\nunchanged\n`;
    assert.deepEqual(parseRuns(text), [
      { run: 'a', started: 's', controller: 'c', playbooks: ['p'], undone: 'now' },
      { run: 'b', started: 's', controller: 'c', playbooks: ['p'], unchanged: true },
    ]);
  });

  for (const [what, text] of [
    ['garbage', 'json garbage\n'],
    ['nothing', 'json \n'],
    ['no line', ''],
    ['half of it', `json ${good('a').slice(0, 30)}\n`],
    ['another name', `json ${good('b')}\n`],
    ['null', 'json null\n'],
    ['two', `json ${good('a')}\njson ${good('a')}\n`],
    ['lines of its own', `json ${good('a')}\nunknown\n`],
  ] as const)
    it(`is damaged where run.json holds ${what}, and the other runs are read`, async () => {
      const runs = parseRuns(
        `state /j\nrun 0\njson ${good('0')}\nrun a\n${text}undone now\nrun b\njson ${good('b')}\n`,
      );
      assert.deepEqual(
        runs.map(({ run, damaged }) => [run, damaged]),
        [
          ['0', undefined],
          ['a', 'run.json of the run "a" (/j/runs/a/run.json)'],
          ['b', undefined],
        ],
      );
      assert.equal(runs[1]?.undone, 'now');
      const open = runs.map(({ undone: _undone, ...run }): TargetRun => run);
      const list = (of: readonly TargetRun[]): Promise<FoundRuns> => {
        const text = of.map(
          ({ run, damaged }) => `run ${run}\n${damaged === undefined ? `json ${good(run)}\n` : ''}`,
        );
        const stdout = Buffer.from(`state /j\n${text.join('')}`);
        const shell = { script: () => Promise.resolve({ stdout }) } as unknown as TargetShell;
        return runsOfShells(new Map([[shell, 'root']]), undefined, 'h', {
          isKnown: () => true,
          isOwn: () => true,
          parts: [],
        });
      };
      assert.deepEqual(
        [...(await list(open)).runs.values()].flat().map(({ run }) => run),
        ['b'],
      );
      await assert.rejects(list(open.slice(0, 2)), {
        code: 'JOURNAL_CORRUPT',
        message: /run\.json of the run "a" \(\/j\/runs\/a\/run\.json\)/,
      });
    });

  for (const name of ['../x', '-x', ''])
    it(`is refused where a run has the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => parseRuns(`state /j\nrun ${name}\njson ${good(name)}\n`), {
        code: 'JOURNAL_CORRUPT',
      });
    });

  const entry = {
    format: 1,
    seq: '00001',
    index: 0,
    taskId: 't',
    taskName: 'n',
    type: 'change',
    kind: 'file',
  };
  const change = { id: { kind: 'file', name: '/a' }, from: { type: 'absent' }, to: { type: 'absent' } };
  it('is damaged where the undo of a window is gone', () => {
    const [run] = parseRuns(`state /j\nrun a\njson ${good('a')}\nlost 00001\n`);
    assert.equal(run?.damaged, 'the undo of window 00001 of the run "a" (/j/runs/a/00001.undo)');
  });

  it('is refused where a window has other entries than its undo', () => {
    const there = JSON.stringify({ ...entry, changes: [change] });
    for (const [text, count] of [
      [there, 2],
      ['', 1],
      [`${there}\n${there}`, 1],
    ] as const)
      assert.throws(() => parseEntries(`${text}\nwindow 00001 # ${count} entries\n`, 'a'), {
        code: 'JOURNAL_CORRUPT',
      });
    assert.equal(parseEntries(`${there}\nwindow 00001 # 1 entries\n`, 'a').entries.length, 1);
    assert.equal(parseEntries(`${there}\nwindow 00001 rtp_compare() {\n`, 'a').entries.length, 1);
  });

  it('takes entries', () => {
    const there = JSON.stringify({ ...entry, changes: [change] });
    assert.equal(parseEntries(`${there}\nwindow 00001 # 1 entries\n`, 'a').entries.length, 1);
  });

  it('skips the entries of a window that was cut off before its first change', () => {
    const there = JSON.stringify({ ...entry, changes: [change] });
    const text = `${there}\n${there.replace('00001', '00002')}\nwindow 00001 # 1 entries\n`;
    assert.deepEqual(
      parseEntries(text, 'a').entries.map(({ seq }) => seq),
      ['00001'],
    );
  });

  for (const [what, text] of [
    ['garbage', 'garbage'],
    ['null', 'null'],
    ['no state', JSON.stringify({ ...entry, changes: [{ id: change.id }] })],
    [
      'an unknown kind',
      JSON.stringify({ ...entry, changes: [{ ...change, id: { kind: 'constructor', name: '/a' } }] }),
    ],
    ['a window that is a path', JSON.stringify({ ...entry, seq: '../x' })],
  ] as const)
    it(`is refused where an entry holds ${what}`, () => {
      assert.throws(() => parseEntries(text, 'a'), { code: 'JOURNAL_CORRUPT' });
    });

  it('reports a newer format', () => {
    assert.throws(() => parseEntries('{"format":2}', 'a'), { code: 'JOURNAL_FORMAT' });
  });
});
