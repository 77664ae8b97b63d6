import assert from 'node:assert/strict';
import { NotRead, StateUnknown } from '../../src/planner/unread.js';
import { PlanView } from '../../src/planner/view.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { FileState } from '../../src/resources/file/state.js';
import { Unknown } from '../../src/values/value.js';

const attributes = { mode: '0755', owner: 'root', group: 'root' } as const;
const directory: FileState = { type: 'directory', ...attributes };
const absent: FileState = { type: 'absent' };
const file = (name: string) => ({ kind: 'file', name }) as const;

describe('planner/view', () => {
  let view: PlanView;
  beforeEach(() => {
    view = new PlanView(new MemoryContentStore());
  });

  it('asks for what was not read, at the greatest depth that is wanted', () => {
    const missing = view.missing([file('/a'), { ...file('/a'), depth: 'content' }, file('/b')]);
    assert.deepEqual(missing, [{ ...file('/a'), depth: 'content' }, file('/b')]);
    assert.throws(() => view.state('file', '/a'), NotRead);
  });

  it('shows a planned effect over what was read', () => {
    view.learn(file('/a'), absent);
    view.plan(file('/a'), directory);
    assert.deepEqual(view.state('file', '/a'), { ...directory, listing: [] });
    assert.deepEqual(view.missing([file('/a')]), []);
  });

  it('takes what is below a removed folder, or below a file, for absent', () => {
    view.learn(file('/a/b'), directory);
    view.plan(file('/a'), absent);
    assert.deepEqual(view.state('file', '/a/b'), absent);
    // A folder that is made again is empty, whatever was there before.
    view.plan(file('/a'), directory);
    assert.deepEqual(view.state('file', '/a/b'), absent);
  });

  it('does not know what an unknown task may change', () => {
    view.plan(file('/a'), new Unknown('a command'));
    assert.throws(() => view.state('file', '/a'), StateUnknown);
  });

  it('knows whose number it is once planned accounts have it, or have it no more', () => {
    const asked = { kind: 'user', name: '3100' } as const;
    view.learn(asked, { exists: false, named: 'old' });
    view.learn({ kind: 'user', name: 'old' }, { exists: true, uid: 3100 });
    assert.equal(view.state('user', '3100').named, 'old');
    view.plan({ kind: 'user', name: 'old' }, { exists: false });
    assert.equal(view.state('user', '3100').named, undefined);
    view.plan({ kind: 'user', name: 'new' }, { exists: true, uid: 3100 });
    assert.equal(view.state('user', '3100').named, 'new');
  });

  it('knows whether something is planned, and whose files it has read', () => {
    assert.equal(view.hasPlanned, false);
    view.learn(file('/a'), { ...directory, owner: 'app', group: 'web' });
    assert.deepEqual(
      ['app', 'web', 'root'].map((name) => view.readOwner(name)),
      [true, true, false],
    );
    view.plan(file('/a'), absent);
    assert.equal(view.hasPlanned, true);
  });

  it('goes back to a checkpoint', () => {
    view.learn(file('/a'), absent);
    const before = view.checkpoint();
    view.plan(file('/a'), directory);
    view.restore(before);
    assert.deepEqual(view.state('file', '/a'), absent);
  });

  it('knows after a write what was read back, and no more what was planned', () => {
    view.learn(file('/a/b'), directory);
    view.plan(file('/a'), directory);
    view.settle([{ request: file('/a'), state: absent }]);
    assert.deepEqual(view.state('file', '/a'), absent);
    assert.throws(() => view.state('file', '/a/b'), NotRead);
  });

  it('reads bytes only where there are some that it does not have', () => {
    const store = new MemoryContentStore();
    const own = new PlanView(store);
    const sha256 = store.put(Buffer.from('x'));
    own.learn(file('/known'), { type: 'file', ...attributes, sha256, size: 1 });
    own.learn(file('/other'), { type: 'file', ...attributes, sha256: 'f'.repeat(64), size: 1 });
    own.learn(file('/dir'), directory);
    const wanted = ['/known', '/other', '/dir'].map((name) => ({ ...file(name), depth: 'content' }) as const);
    assert.deepEqual(
      own.missing(wanted).map((request) => request.name),
      ['/other'],
    );
  });
});
