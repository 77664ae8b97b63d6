import assert from 'node:assert/strict';
import { registeredLoop } from '../../src/planner/registered.js';
import type { Item } from '../../src/planner/item.js';
import { scopeOf } from '../../src/template/runtime/scope.js';

const item = (value: string): Item => ({
  value,
  loopVar: 'item',
  scope: scopeOf({}),
  plan: { type: 'skipped', msg: '', result: {} },
});

describe('registeredLoop', () => {
  it('is skipped without items, and says why', () => {
    const { results, skipped, changed, failed, skipped_reason } = registeredLoop([]) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { results, skipped, changed, failed, skipped_reason },
      { results: [], skipped: true, changed: false, failed: false, skipped_reason: 'No items in the list' },
    );
  });

  it('is skipped when all items are, and not when one ran', () => {
    const ran = { value: { changed: true, failed: false }, item: item('a') };
    const left = { value: { changed: false, failed: false, skipped: true }, item: item('b') };
    assert.equal((registeredLoop([left, left]) as Record<string, unknown>)['skipped'], true);
    const mixed = registeredLoop([ran, left]) as Record<string, unknown>;
    assert.deepEqual([mixed['skipped'], mixed['changed']], [undefined, true]);
  });
});
