/** Lookups that compute, over variables and the environment, against what ansible-core 2.19 gives. */
import assert from 'node:assert/strict';
import { Asked } from './ask.js';

describe('lookups: data', () => {
  const asked = new Asked();
  after(() => asked.remove());
  const is = (expression: string, expected: unknown): void =>
    assert.deepEqual(
      asked.value(expression, { a: 1, made: '{{ a + 1 }}', broken: '{{ nowhere }}', name: 'HOME' }),
      expected,
      expression,
    );

  it('items, list, dict, indexed_items, nested, together', () => {
    is("lookup('items', [1, 2])", [1, 2]);
    is("lookup('items', ['a', 'b'])", 'a,b');
    is("lookup('items', [])", []);
    is("lookup('list', [1, 2])", [1, 2]);
    is("query('list', [1, 2])", [[1, 2]]);
    is("lookup('dict', {'a': 1})", { key: 'a', value: 1 });
    is("query('indexed_items', ['a', 'b'])", [
      [0, 'a'],
      [1, 'b'],
    ]);
    is("query('nested', ['a', 'b'], [1, 2])", [
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ]);
    is("query('together', [1, 2], [3])", [
      [1, 3],
      [2, null],
    ]);
  });

  it('subelements', () => {
    is("query('subelements', [{'n': 1, 'k': {'x': [2, 3]}}], 'k.x')", [
      [{ n: 1, k: {} }, 2],
      [{ n: 1, k: {} }, 3],
    ]);
    is("query('subelements', [{'n': 1}], 'k', {'skip_missing': true})", []);
    assert.match(asked.fault("query('subelements', [{'n': 1}], 'k')"), /no "k"/);
  });

  it('sequence', () => {
    is("lookup('sequence', 'end=2')", '1,2');
    is("query('sequence', 'start=1 end=5 stride=2 format=cpu%02d')", ['cpu01', 'cpu03', 'cpu05']);
    is("query('sequence', '4-8/2')", ['4', '6', '8']);
    is("query('sequence', '2:host%02x')", ['host01', 'host02']);
    is("query('sequence', 'start=0x0f00 count=2 format=%04x')", ['0f00', '0f01']);
    is("query('sequence', 'count=0')", []);
    is("query('sequence', start=3, end=1, stride=-1)", ['3', '2', '1']);
    assert.match(asked.fault("query('sequence', 'start=3 end=1')"), /sign of "stride"/);
    assert.match(asked.fault("query('sequence', 'end=1 count=1')"), /either "end" or "count"/);
    assert.match(asked.fault("query('sequence', 'end=99999999')"), /at most/);
    assert.match(asked.fault("query('sequence', 'ende=1')"), /does not know "ende"/);
  });

  it('vars and varnames', () => {
    is("lookup('vars', 'made')", 2);
    is("lookup('vars', 'made', 'nowhere', default=7)", [2, 7]);
    is("lookup('vars', 'broken', default='d')", 'd');
    is("query('varnames', '^mad.$', '^bro')", ['made', 'broken']);
    assert.match(asked.fault("lookup('vars', 'nowhere')"), /no variable "nowhere"/);
    is("vars['made']", 2);
    is('vars.a', 1);
    is("'made' in vars and 'nowhere' not in vars", true);
    is("vars.keys() | select('match', '^ma') | list", ['made']);
  });

  it('env', () => {
    is("lookup('env', 'HOME')", '/root');
    is("lookup('env', name)", '/root');
    is("lookup('env', 'NOPE')", '');
    is("lookup('env', 'EMPTY', default='d')", '');
    is("lookup('env', 'NOPE', default='d')", 'd');
    is("lookup('env', 'NOPE', default=nowhere)", '');
    is("lookup('env', 'HOME', 'NOPE')", '/root,');
  });
});
