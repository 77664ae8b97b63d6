/** The items of loops, and the variables that each has. */
import assert from 'node:assert/strict';
import { loopItems, type LoopItem } from '../../src/planner/loop.js';
import { Templates } from '../../src/template/engine.js';
import { scopeOf } from '../../src/template/runtime/scope.js';
import { Unknown } from '../../src/values/value.js';
import { playOf, removeProjects, tasksOf } from '../playbook/project.js';

describe('planner/loop', () => {
  after(removeProjects);

  const items = (keywords: string): ReturnType<typeof loopItems> => {
    const [task] = tasksOf(playOf(`- hosts: all\n  tasks:\n    - { debug: {}, ${keywords} }\n`).body);
    assert.ok(task !== undefined);
    return loopItems(
      task,
      scopeOf({ list: ['a', 'b', 'c'], unsure: new Unknown('x'), i: 'outer' }),
      new Templates(),
    );
  };
  const list = (keywords: string): readonly LoopItem[] => {
    const found = items(keywords);
    assert.ok(Array.isArray(found));
    return found as readonly LoopItem[];
  };

  it('is one item without a loop', () => assert.equal(list('when: true').length, 1));

  it('counts index_var from 0', () => {
    const found = list('loop: "{{ list }}", loop_control: { index_var: i, loop_var: x }');
    assert.deepEqual(
      found.map(({ vars, scope }) => [
        vars?.['x'],
        vars?.['i'],
        vars?.['ansible_index_var'],
        scope.lookup('i')?.value,
      ]),
      [
        ['a', 0, 'i', 0],
        ['b', 1, 'i', 1],
        ['c', 2, 'i', 2],
      ],
    );
    assert.equal(list('loop: "{{ list }}"')[1]?.vars?.['ansible_index_var'], undefined);
  });

  it('tells its place from both ends with extended', () => {
    const found = list('loop: "{{ list }}", loop_control: { extended: true }').map(
      ({ vars }) => vars?.['ansible_loop'],
    );
    const common = { allitems: ['a', 'b', 'c'], length: 3 };
    assert.deepEqual(found, [
      { ...common, index: 1, index0: 0, revindex: 3, revindex0: 2, first: true, last: false, nextitem: 'b' },
      {
        ...common,
        ...{ index: 2, index0: 1, revindex: 2, revindex0: 1, first: false, last: false },
        ...{ previtem: 'a', nextitem: 'c' },
      },
      { ...common, index: 3, index0: 2, revindex: 1, revindex0: 0, first: false, last: true, previtem: 'b' },
    ]);
    const [first] = list('loop: "{{ list }}", loop_control: { extended: true, extended_allitems: false }');
    assert.ok(!('allitems' in (first?.vars?.['ansible_loop'] as object)));
  });

  it('shows items by their label', () => {
    const labels = (control: string): readonly unknown[] =>
      list(`loop: [{ a: 1 }, x], loop_control: { ${control} }`).map(({ label }) => label);
    assert.deepEqual(labels(''), ['{"a":1}', 'x']);
    assert.deepEqual(labels('label: "<{{ item }}>"').at(1), '<x>');
  });

  it('says what is wrong with what is not a list, and does not know what is unknown', () => {
    assert.ok(items('loop: "{{ unsure }}"') instanceof Unknown);
    for (const [value, what] of [
      ['"{{ none }}"', 'nothing (null)'],
      ['"{{ 3 }}"', 'the number 3'],
      ['"{{ {} }}"', 'a mapping'],
    ] as const)
      assert.deepEqual(items(`loop: ${value}`), { msg: `the loop is not a list but ${what}` });
    assert.match(
      JSON.stringify(items(`loop: [1], loop_control: { index_var: "{{ list | join(' ') }}" }`)),
      /a b c.* cannot be the name of a loop's variable/,
    );
  });
});
