import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editedOptions, originalOfNew, originalOptions } from '../../../src/rt/args/kept-options.js';
import { rhel9Options } from '../bls-fixtures.js';
import { owner } from '../owners.js';

const isolation = owner('isolation', 'isolcpus=2-3 nohz_full=2-3', 'quiet rhgb');
const variables = { kernelopts: 'root=/dev/a ro quiet ', tuned_params: 'skew_tick=1' };

describe('options that are edited where they are', () => {
  it('have what the owners want', () => {
    assert.equal(
      editedOptions(rhel9Options, [isolation], {}),
      `${rhel9Options.replace(' rhgb quiet', '')} isolcpus=2-3 nohz_full=2-3`,
    );
    assert.equal(editedOptions(' a  b ', [], {}), ' a  b ');
  });

  for (const [what, set, remove, wanted] of [
    ['stay variables while nothing of them goes', 'a=1', '', '$kernelopts $tuned_params a=1'],
    ['are opened where something of them goes', 'a=1', 'quiet', 'root=/dev/a ro $tuned_params a=1'],
    ['are opened where something of them is replaced', 'skew_tick=0', '', '$kernelopts skew_tick=0'],
  ] as const) {
    it(`with variables: ${what}`, () => {
      assert.equal(editedOptions('$kernelopts $tuned_params', [owner('o', set, remove)], variables), wanted);
    });
  }

  const now = editedOptions('ro quiet x', [isolation], {});
  for (const [what, present, wanted] of [
    ['nothing', now, 'ro quiet x'],
    ['that it was put back', 'ro quiet x', 'ro quiet x'],
    ['an argument that was added', `${now} y=1`, 'ro quiet x y=1'],
    ['an argument that was taken out', now.replace(' x', ''), 'ro quiet'],
    ['one of ours that was taken out', 'ro x nohz_full=2-3', 'ro quiet x'],
    ['one of ours that was changed', 'ro x isolcpus=5 nohz_full=2-3', 'ro quiet x'],
    ['a variable that was added', `${now} $tuned_params`, 'ro quiet x $tuned_params'],
    ['what we took out that came again', `${now} quiet`, 'ro quiet x'],
  ] as const) {
    it(`distinguish from ours what others have changed: ${what}`, () => {
      assert.equal(originalOptions(present, { was: 'ro quiet x', now }, [isolation]), wanted);
    });
  }

  for (const [what, present, source, wanted] of [
    ['the line that kernel-install took', now, { was: ' ro quiet  x\n', now: `${now}\n` }, 'ro quiet x'],
    ['that and more', `${now} y`, { was: 'ro quiet x', now }, 'ro quiet x y'],
    ['a line without ours', '$kernelopts', { was: 'ro quiet x', now }, '$kernelopts'],
    ['a line that we made', `root=/dev/a ${now}`, { now }, 'root=/dev/a ro x'],
    ['no line', now, undefined, 'ro x'],
  ] as const) {
    it(`of a new entry are distinguished from ours: ${what}`, () => {
      assert.equal(originalOfNew(present, source, [isolation]), wanted);
    });
  }

  const word = fc.constantFrom(
    ...[
      'a',
      'a=1',
      'b',
      'quiet',
      'console=tty0',
      'console=ttyS0',
      'c="x  y"',
      '$kernelopts',
      '$none',
      '--',
      "d='e f'",
    ],
    ...['hugepagesz=1G', 'hugepages=4', 'isolcpus=1'],
  );
  const line = fc
    .tuple(fc.array(word, { maxLength: 8 }), fc.constantFrom(' ', '  ', '\t'))
    .map(([words, gap]) => words.join(gap));
  const some = fc
    .array(fc.constantFrom('a=2', 'b', 'console=tty0', 'quiet', 'hugepagesz=2M hugepages=8', 'e="f  g"'), {
      maxLength: 3,
    })
    .map((list) => list.join(' '));
  const owners = fc
    .array(fc.tuple(some, some), { maxLength: 3 })
    .map((pairs) => pairs.map(([set, remove], index) => owner(String(index), set, remove)));

  it('are the very bytes again when all is taken back, whatever came between', () => {
    fc.assert(
      fc.property(line, fc.array(owners, { maxLength: 4 }), (text, steps) => {
        let present = text;
        let kept: { was: string; now: string } | undefined;
        for (const who of [...steps, []]) {
          const was = kept === undefined ? text : originalOptions(present, kept, who);
          assert.equal(was, text);
          present = editedOptions(was, who, variables);
          kept = { was, now: present };
          // Planned again, nothing is to do.
          assert.equal(editedOptions(originalOptions(present, kept, who), who, variables), present);
        }
        assert.equal(present, text);
      }),
    );
  });

  it('come to rest after others have edited them', () => {
    fc.assert(
      fc.property(line, line, owners, (text, edited, who) => {
        const kept = { was: text, now: editedOptions(text, who, variables) };
        const was = originalOptions(edited, kept, who);
        const again = { was, now: editedOptions(was, who, variables) };
        assert.equal(originalOptions(again.now, again, who), was);
      }),
    );
  });
});
