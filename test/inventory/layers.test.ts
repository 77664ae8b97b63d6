/**
 * Which layer of variables wins, pair by pair, as the documentation of Ansible lists them ("Understanding variable precedence") where
 * rtprov follows it. Written out, so that a change of the order in the code is noticed.
 */
import assert from 'node:assert/strict';
import { HostVars } from '../../src/inventory/host-vars.js';
import type { LayerName } from '../../src/inventory/precedence.js';

const pairs: readonly (readonly [loses: LayerName, wins: LayerName])[] = [
  ['role-defaults', 'inventory-all'],
  ['inventory-all', 'inventory-groups'],
  ['inventory-all', 'group-vars-all'],
  ['inventory-groups', 'group-vars'],
  ['group-vars-all', 'group-vars-all-playbook'],
  ['group-vars-all-playbook', 'group-vars'],
  ['group-vars', 'group-vars-playbook'],
  ['group-vars-playbook', 'inventory-host'],
  ['inventory-host', 'host-vars'],
  ['host-vars', 'host-vars-playbook'],
  ['inventory-host', 'facts'],
  ['host-vars-playbook', 'facts'],
  ['facts', 'play-vars'],
  ['play-vars', 'vars-files'],
  ['vars-files', 'role-vars'],
  ['role-vars', 'block-vars'],
  ['block-vars', 'task-vars'],
  ['task-vars', 'include-vars'],
  ['include-vars', 'set-fact'],
  ['include-vars', 'registered'],
  ['registered', 'role-params'],
  ['role-params', 'include-params'],
  ['include-params', 'extra-vars'],
];

describe('layers of variables', () => {
  for (const [loses, wins] of pairs)
    it(`${wins} wins over ${loses}, whichever comes first`, () => {
      for (const order of [
        [loses, wins],
        [wins, loses],
      ] as const) {
        const vars = order.reduce((all, layer) => all.with(layer, { a: layer }), HostVars.empty);
        assert.equal(vars.lookup('a')?.value, wins);
      }
    });

  it('of set_fact and register the later one wins', () => {
    const set = HostVars.empty.with('set-fact', { a: 1 });
    const both = set.with('registered', { a: 2 });
    assert.deepEqual([both.lookup('a')?.value, both.with('set-fact', { a: 3 }).lookup('a')?.value], [2, 3]);
  });

  it('templates nothing that a machine said or that was templated already', () => {
    const trusted = (layer: LayerName): boolean | undefined =>
      HostVars.empty.with(layer, { a: '{{ b }}' }).lookup('a')?.trusted;
    for (const layer of ['facts', 'set-fact', 'registered', 'loop', 'magic'] as const)
      assert.equal(trusted(layer), false, layer);
    for (const layer of ['play-vars', 'host-vars', 'include-vars', 'task-vars', 'extra-vars'] as const)
      assert.equal(trusted(layer), true, layer);
  });
});
