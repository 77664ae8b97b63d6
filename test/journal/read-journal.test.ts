import assert from 'node:assert/strict';
import { parseEntries, parseRuns } from '../../src/journal/read-journal.js';

const good = (run: string): string =>
  `{"format":1,"run":"${run}","started":"s","controller":"c","playbooks":["p"]}`;

describe('what a target says of its journal', () => {
  it('is read', () => {
    assert.deepEqual(parseRuns(`run a\n${good('a')}\n\nundone now\nrun b\n${good('b')}\n\nunchanged\n`), [
      { run: 'a', started: 's', controller: 'c', playbooks: ['p'], undone: 'now' },
      { run: 'b', started: 's', controller: 'c', playbooks: ['p'], unchanged: true },
    ]);
  });

  for (const [what, text] of [
    ['garbage', 'run a\ngarbage\n\n'],
    ['nothing', 'run a\n\n'],
    ['nothing, behind a good one', `run a\n${good('a')}\n\nrun b\n\nundone now\n`],
    ['half of it', `run a\n${good('a').slice(0, 30)}\n\n`],
    ['another name', `run a\n${good('b')}\n\n`],
    ['a name that is a path', `run ../x\n${good('../x')}\n\n`],
    ['a name that is an option', `run -x\n${good('-x')}\n\n`],
    ['null', 'run a\nnull\n\n'],
    ['two', `run a\n${good('a')}\n${good('a')}\n`],
  ] as const)
    it(`is refused where run.json holds ${what}`, () => {
      assert.throws(() => parseRuns(text), { code: 'JOURNAL_CORRUPT' });
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
  it('is refused where the undo of a window is gone', () => {
    assert.throws(() => parseRuns(`run a\n${good('a')}\n\nlost 00001\nunchanged\n`), {
      code: 'JOURNAL_CORRUPT',
      message: /undo of window 00001 of the run "a"/,
    });
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

  it('passes over the entries of a window that was cut off before its first change', () => {
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

  it('tells of a newer format', () => {
    assert.throws(() => parseEntries('{"format":2}', 'a'), { code: 'JOURNAL_FORMAT' });
  });
});
