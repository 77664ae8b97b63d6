/** Why a planned task cannot share a window with those before it. */
import assert from 'node:assert/strict';
import { acts, changesNames, changesPackages, crossesRemoval } from '../../src/planner/barriers.js';
import type { Item } from '../../src/planner/item.js';
import { PlanView } from '../../src/planner/view.js';
import type { FileState } from '../../src/resources/file/state.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { Change, KindName } from '../../src/resources/resource.js';
import { raw } from '../../src/shell/shell.js';
import { scopeOf } from '../../src/template/runtime/scope.js';

const scope = scopeOf({});
const changing = (...changes: readonly Change[]): readonly Item[] => [
  {
    scope,
    plan: {
      type: 'states',
      steps: changes.map((change) => ({ type: 'change', change })),
      result: {},
      warnings: [],
      looked: false,
    },
  },
];
const change = (kind: KindName, name: string, from: object, to: object): Change =>
  ({ id: { kind, name }, from, to }) as Change;

const attributes = { mode: '0755', owner: 'root', group: 'root' } as const;
const folder: FileState = { type: 'directory', ...attributes };
const file: FileState = { type: 'file', ...attributes, sha256: 'a'.repeat(64), size: 1 };
const absent: FileState = { type: 'absent' };

describe('planner/barriers', () => {
  describe('crossesRemoval', () => {
    const removes = changing(change('file', '/d', folder, absent));
    const below = changing(change('file', '/d/f', absent, file));

    it('is true of a removal after a change below, and of a change below after a removal', () => {
      assert.equal(crossesRemoval(removes, below), true);
      assert.equal(crossesRemoval(below, removes), true);
      assert.equal(crossesRemoval(changing(change('file', '/d', absent, folder)), removes), true);
    });

    it('is true where the folder becomes something else, and false where it stays or was none', () => {
      assert.equal(crossesRemoval(changing(change('file', '/d', folder, file)), below), true);
      const mode = { ...folder, mode: '0700' };
      assert.equal(crossesRemoval(changing(change('file', '/d', folder, mode)), below), false);
      assert.equal(crossesRemoval(changing(change('file', '/d', file, absent)), below), false);
    });

    it('is false for what only begins with the same letters, for nothing, and for other kinds', () => {
      assert.equal(crossesRemoval(removes, changing(change('file', '/data', absent, file))), false);
      assert.equal(crossesRemoval(removes, []), false);
      assert.equal(crossesRemoval([], removes), false);
      assert.equal(crossesRemoval(removes, changing(change('unit', '/d/f', {}, {}))), false);
    });
  });

  describe('changesNames', () => {
    const view = new PlanView(new MemoryContentStore());
    view.learn({ kind: 'file', name: '/srv' }, { ...folder, owner: '3100' });
    const account = (from: object, to: object, kind: KindName = 'user'): boolean =>
      changesNames(changing(change(kind, 'a', from, to)), view);
    const there = { exists: true, uid: 1000, group: 'a' };

    it('is true where an account goes, or gets another number or primary group', () => {
      assert.equal(account(there, { exists: false }), true);
      assert.equal(account(there, { ...there, uid: 1001 }), true);
      assert.equal(account(there, { ...there, group: 'b' }), true);
      assert.equal(account({ exists: true, gid: 5 }, { exists: true, gid: 6 }, 'group'), true);
    });

    it('is false where it only gets another shell', () => {
      assert.equal(account({ ...there, shell: '/bin/sh' }, { ...there, shell: '/bin/bash' }), false);
    });

    it('is true of a new one whose number files bear already', () => {
      assert.equal(account({ exists: false }, { exists: true, uid: 3100 }), true);
      assert.equal(account({ exists: false }, { exists: true, uid: 3200 }), false);
      assert.equal(account({ exists: false }, { exists: true }), false);
    });

    it('is false of files', () => assert.equal(account(absent, file, 'file'), false));
  });

  it('knows changes of packages', () => {
    assert.equal(
      changesPackages(changing(change('file', '/a', absent, file), change('package', 'p', {}, {}))),
      true,
    );
    assert.equal(changesPackages(changing(change('file', '/a', absent, file))), false);
  });

  it('knows what only acting shows', () => {
    const command = {
      script: raw('true'),
      shown: 'true',
      result: () => ({ changed: true, failed: false, result: {} }),
    };
    assert.equal(acts([{ scope, plan: { type: 'command', command, environment: {} } }]), true);
    assert.equal(acts(changing(change('file', '/a', absent, file))), false);
    assert.equal(acts([]), false);
  });
});
