/** Accounts that tasks give files to: which are read, and what is said where one is not there. */
import assert from 'node:assert/strict';
import type { PlanInputs } from '../../src/planner/inputs.js';
import { owners, ownersNamed, unknownOwner } from '../../src/planner/owners.js';
import { PlanView } from '../../src/planner/view.js';
import type { FileState } from '../../src/resources/file/state.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { facts } from '../modules/context.js';

const file = (owner: string, group: string): FileState => ({
  type: 'file',
  mode: '0644',
  owner,
  group,
  sha256: 'a'.repeat(64),
  size: 1,
});
const root = file('root', 'root');

describe('planner/owners', () => {
  let view: PlanView;
  let inputs: PlanInputs;
  beforeEach(() => {
    view = new PlanView(new MemoryContentStore());
    inputs = { view, facts } as unknown as PlanInputs;
    for (const kind of ['user', 'group'] as const) {
      view.learn({ kind, name: 'app' }, { exists: true });
      view.learn({ kind, name: 'ghost' }, { exists: false });
    }
  });

  it('reads the accounts that a task names, but for root and in the module of users', () => {
    assert.deepEqual(owners('file', { owner: 'app', group: 'web' }), [
      { kind: 'user', name: 'app' },
      { kind: 'group', name: 'web' },
    ]);
    assert.deepEqual(owners('file', { owner: 'root', group: '0' }), []);
    assert.deepEqual(owners('user', { owner: 'app', group: 'web' }), []);
    assert.deepEqual(owners('file', 'path=/a'), []);
  });

  it('refuses an owner or a group that is not there, as chown does', () => {
    const refused = (
      to: FileState,
      from: FileState = root,
      made: readonly string[] = [],
    ): string | undefined => unknownOwner(from, to, new Set(made), inputs);
    assert.equal(refused(file('ghost', 'root')), 'chown failed: failed to look up user ghost');
    assert.equal(refused(file('root', 'ghost')), 'chgrp failed: failed to look up group ghost');
    assert.equal(refused(file('app', 'app')), undefined);
    // A number needs no account, what is so already needs none, nor does what the same task makes.
    assert.equal(refused(file('3100', '3100')), undefined);
    assert.equal(refused(file('ghost', 'ghost'), file('ghost', 'ghost')), undefined);
    assert.equal(refused(file('ghost', 'root'), root, ['user:ghost']), undefined);
    assert.notEqual(refused(file('ghost', 'root'), root, ['group:ghost']), undefined);
    assert.equal(refused({ type: 'absent' }), undefined);
    // What is new belongs to whom it is made by.
    assert.equal(refused(root, { type: 'absent' }), undefined);
    assert.equal(
      refused(file('ghost', 'root'), { type: 'absent' }),
      'chown failed: failed to look up user ghost',
    );
  });

  it('names accounts that are given by number', () => {
    view.learn({ kind: 'user', name: '3100' }, { exists: false, named: 'old' });
    view.learn({ kind: 'user', name: 'old' }, { exists: true, uid: 3100 });
    view.learn({ kind: 'group', name: '3200' }, { exists: false });
    assert.deepEqual(ownersNamed('file', { owner: '3100', group: '3200', path: '/a' }, view), {
      owner: 'old',
      group: '3200',
      path: '/a',
    });
  });
});
