/** Filters of lists at their edges: what a default is used for, and what is left out. */
import assert from 'node:assert/strict';
import { Templates, scopeOf } from '../../../src/template/engine.js';
import type { Value, Vars } from '../../../src/values/value.js';

const where = { file: 'play.yaml', line: 1, column: 1 };
const evaluate = (text: string, vars: Vars): Value => new Templates().evaluate(text, scopeOf(vars), where);

describe('template/filters/lists', () => {
  it('groupby puts what does not have the attribute into the group of its default', () => {
    const list = [{ name: 'a', os: 'x' }, { name: 'b' }, { name: 'c', os: 'y' }, { name: 'd' }];
    const groups = (filter: string): Value =>
      evaluate(
        `{% for os, hosts in list | ${filter} %}{{ os }}={{ hosts | map(attribute='name') | join('+') }} {% endfor %}`,
        { list },
      );
    assert.equal(groups("groupby('os', default='x')"), 'x=a+b+d y=c ');
    assert.equal(groups("groupby('os', default='none')"), 'none=b+d x=a y=c ');
    assert.throws(() => groups("groupby('os')"));
  });

  it('subelements leaves out items without the list, wherever they stand, when it may skip them', () => {
    const list = [{ name: 'a' }, { name: 'b', mounts: [1, 2] }, { name: 'c' }, { name: 'd', mounts: [] }];
    const rows = (filter: string): Value =>
      evaluate(`{% for item, key in list | ${filter} %}{{ item.name }}{{ key }} {% endfor %}`, { list });
    assert.equal(rows("subelements('mounts', skip_missing=true)"), 'b1 b2 ');
    assert.throws(() => rows("subelements('mounts')"));
    assert.throws(() => rows("subelements('name', skip_missing=true)"));
  });
});
