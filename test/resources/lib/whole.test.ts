import assert from 'node:assert/strict';
import { planUndo } from '../../../src/engine/rollback/plan.js';
import { parseEntries } from '../../../src/journal/read-journal.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { groupKind } from '../../../src/resources/group/kind.js';
import { keyOf, type Change, type State } from '../../../src/resources/resource.js';
import type { GroupState } from '../../../src/resources/group/state.js';
import { comparison, isSame, stateLine } from '../../../src/resources/lib/whole.js';
import { lines, raw } from '../../../src/shell/shell.js';
import { noMarks, storedEntry } from '../../journal/entries.js';
import { onThisMachine, shells } from '../kind-shell.js';

const folder = (letter?: string): FileState => ({
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  ...(letter === undefined
    ? {}
    : { tree: `${letter.repeat(64)}-0`, listing: [{ path: letter, type: 'file' }] }),
});
const removed: Change = { id: { kind: 'file', name: '/d' }, from: folder('a'), to: { type: 'absent' } };
const made: Change = {
  id: { kind: 'group', name: 'g' },
  from: { exists: false },
  to: { exists: true, gid: 5, members: [] },
};
const group = (...members: readonly string[]): GroupState => ({ exists: true, gid: 5, members });

function verdict(change: Change, now: State) {
  const journal = parseEntries(`${storedEntry([change])}\nwindow 00001 # 1 entries\n`, 'run');
  const present = new Map([[keyOf(change.id), now]]);
  return planUndo(journal, { ...noMarks, present })[0];
}

describe('resources/whole', () => {
  it('compares what is below a folder that was removed', () => {
    assert.equal(verdict(removed, { type: 'absent' })?.verdict, 'would_undo');
    assert.equal(verdict(removed, folder('a'))?.verdict, 'same');
    const step = verdict(removed, folder('b'));
    assert.equal(step?.verdict, 'conflict');
    assert.match(JSON.stringify(step.diff), /below: b.*below: a/);
  });

  it('compares the members of a group that was made or removed, and of no other', () => {
    assert.equal(verdict(made, group())?.verdict, 'would_undo');
    assert.equal(verdict(made, group('ops'))?.verdict, 'conflict');
    const gone: Change = { ...made, from: group('a'), to: { exists: false } };
    assert.equal(verdict(gone, group('a'))?.verdict, 'same');
    assert.equal(verdict(gone, group('b'))?.verdict, 'conflict');
    const numbered: Change = { ...made, from: { ...group(), gid: 4 }, to: group() };
    assert.equal(verdict(numbered, group('ops'))?.verdict, 'would_undo');
  });

  it('takes a line that says more for one that says less, and not another one', () => {
    const line = stateLine(removed, folder('a'));
    assert.ok(isSame(line, stateLine({ ...removed, from: folder() }, folder())));
    assert.ok(!isSame(line, line.replace('tree=a', 'tree=b')));
    assert.ok(!isSame('link:root:root:a tree=b', 'link:root:root:a'));
    assert.equal(comparison({ ...removed, from: folder() }, [line], false).line(folder('a')), line);
  });

  for (const shell of shells)
    it(`shows the members as the canonical line has them (${shell})`, async () => {
      for (const members of ['', 'ops', 'b,a,B']) {
        const stub = raw(`getent() { echo 'g:x:5:${members}'; }`);
        const script = lines([groupKind.library, stub, groupKind.whole?.show('g') ?? raw('')]);
        const { stdout } = await onThisMachine(script.text, shell);
        const state = group(...members.split(',').filter(Boolean));
        assert.equal(stdout.toString(), `${groupKind.whole?.canon('g', state) ?? ''}\n`);
      }
    });
});
