import assert from 'node:assert/strict';
import { withDelegatedFacts, type HostState } from '../../src/planner/host-state.js';
import { factsOf, perhapsSet, withFacts, type NewFacts } from '../../src/planner/facts.js';
import type { Item } from '../../src/planner/item.js';
import { layOut } from '../../src/planner/program.js';
import { HostVars } from '../../src/inventory/host-vars.js';
import { scopeOf } from '../../src/template/runtime/scope.js';
import { Unknown } from '../../src/values/value.js';
import { playOf, removeProjects, tasksOf } from '../playbook/project.js';

const item = (plan: Item['plan']): Item => ({ scope: scopeOf({}), plan });
const setFact = (name: string, value: number): NewFacts => ({ layer: 'set-fact', facts: { [name]: value } });

describe('planner/facts', () => {
  after(removeProjects);

  it('puts what tasks set into the layer of their kind, later items over earlier ones', () => {
    const set = (value: number) => ({
      item: item({ type: 'controller', operation: { op: 'set_fact', facts: {} } }),
      result: { ansible_facts: { a: value } },
    });
    const setup = {
      item: item({ type: 'controller', operation: { op: 'setup', subset: [], filter: [] } }),
      result: { ansible_facts: { ansible_kernel: '6' } },
    };
    const vars = withFacts(HostVars.empty, factsOf([set(1), set(2), setup]));
    assert.equal(vars.lookup('a')?.value, 2);
    assert.equal(vars.lookup('ansible_kernel')?.layer, 'facts');
  });

  it('does not know a variable any more that a set_fact perhaps sets', () => {
    const body = '- hosts: all\n  tasks:\n    - set_fact: { a: 1, cacheable: true }\n    - debug: {}\n';
    const [setsFact, debug] = tasksOf(playOf(body).body);
    assert.ok(setsFact !== undefined && debug !== undefined);
    const unknown = item({ type: 'unknown', reason: 'a command', resources: [] });
    const vars = withFacts(HostVars.empty, perhapsSet(setsFact, [{ item: unknown, result: {} }]));
    assert.ok(vars.lookup('a')?.value instanceof Unknown);
    assert.equal(vars.has('cacheable'), false);
    assert.deepEqual(perhapsSet(debug, [{ item: unknown, result: {} }]), []);
    // An item that sets it for sure counts where it comes after.
    const sure = {
      item: item({ type: 'controller', operation: { op: 'set_fact', facts: {} } }),
      result: { ansible_facts: { a: 2 } },
    };
    assert.equal(perhapsSet(setsFact, [sure, { item: unknown, result: {} }]).length, 1);
    assert.deepEqual(
      perhapsSet(setsFact, [{ item: unknown, result: {} }, sure]).flatMap(({ facts }) => Object.keys(facts)),
      [],
    );
  });

  it('gives a host what others gave it once, and again when it goes back', () => {
    const start: HostState = {
      at: 0,
      program: layOut([], []),
      vars: HostVars.empty,
      notified: new Set(),
      rolesSeen: new Set(),
      pending: new Map(),
      ended: false,
    };
    const delegatedFacts = [setFact('a', 1)];
    const given = withDelegatedFacts(start, delegatedFacts);
    assert.equal(given.vars.lookup('a')?.value, 1);
    const over = { ...given, vars: given.vars.with('set-fact', { a: 'its own' }) };
    assert.equal(withDelegatedFacts(over, delegatedFacts), over);
    delegatedFacts.push(setFact('b', 2));
    const { vars } = withDelegatedFacts(over, delegatedFacts);
    assert.deepEqual([vars.lookup('a')?.value, vars.lookup('b')?.value], ['its own', 2]);
    assert.equal(withDelegatedFacts(start, delegatedFacts).vars.lookup('b')?.value, 2);
  });
});
