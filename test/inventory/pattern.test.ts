import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { selectLimit } from '../../src/inventory/limit.js';
import { selectHosts } from '../../src/inventory/pattern.js';
import { fromIni } from './fixture.js';

const inventory = fromIni(`
mail
[web]
web[1:3]
[db]
db[1:2]
[rt]
web2
db1
[empty]
`);

function select(pattern: string): { names: string[]; codes: string[] } {
  const diagnostics = new Diagnostics();
  const names = selectHosts(inventory, pattern, diagnostics).map((host) => host.name);
  return { names, codes: diagnostics.all.map((d) => `${d.code} ${d.severity} ${d.range?.column ?? 0}`) };
}

describe('selectHosts', () => {
  it('keeps the order of the inventory and names each host once', () => {
    assert.deepEqual(select('all').names, ['mail', 'web1', 'web2', 'web3', 'db1', 'db2']);
    assert.deepEqual(select('web:rt:web1').names, ['web1', 'web2', 'web3', 'db1']);
  });

  it('tells each term that means nothing, at its column, with the nearest name', () => {
    assert.deepEqual(select('web,dbb,!nosuch').codes, [
      'PATTERN_NO_MATCH error 5',
      'PATTERN_NO_MATCH error 9',
    ]);
    const diagnostics = new Diagnostics();
    selectHosts(inventory, 'dbb', diagnostics);
    assert.equal(diagnostics.all[0]?.hint, 'Did you mean "db"?');
  });

  it('reports the place in the line of the playbook', () => {
    const diagnostics = new Diagnostics();
    const text = '- hosts: "web:dbb"';
    selectHosts(inventory, 'web:dbb', diagnostics, { file: 'site.yml', line: 3, column: 10, text });
    assert.deepEqual(diagnostics.all[0]?.range, {
      file: 'site.yml',
      line: 3,
      column: 15,
      endColumn: 18,
      text,
    });
  });

  it('tells when nothing is left', () => {
    assert.deepEqual(select('web:!web').codes, ['PATTERN_EMPTY error 1']);
    assert.deepEqual(select('empty').codes, ['PATTERN_EMPTY warning 1']);
    assert.deepEqual(select('web[7]').codes, ['PATTERN_INDEX error 1']);
    assert.deepEqual(select('').codes, ['PATTERN_EMPTY error 1']);
    assert.deepEqual(select('~web(').codes, ['PATTERN_SYNTAX error 1']);
  });

  it('is the algebra of sets, whatever the written order', () => {
    const groups = { web: ['web1', 'web2', 'web3'], db: ['db1', 'db2'], rt: ['web2', 'db1'], mail: ['mail'] };
    const name = fc.constantFrom(...(Object.keys(groups) as (keyof typeof groups)[]));
    const term = fc.tuple(fc.constantFrom('', '&', '!'), name);
    fc.assert(
      fc.property(
        fc.array(term, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(':', ','),
        (terms, separator) => {
          const of = (sign: string): (keyof typeof groups)[] =>
            terms.filter(([s]) => s === sign).map(([, n]) => n);
          const plain = of('');
          const expected = ['mail', 'web1', 'web2', 'web3', 'db1', 'db2'].filter(
            (host) =>
              (plain.length === 0 || plain.some((group) => groups[group].includes(host))) &&
              of('&').every((group) => groups[group].includes(host)) &&
              !of('!').some((group) => groups[group].includes(host)),
          );
          const { names } = select(terms.map(([sign, group]) => sign + group).join(separator));
          assert.deepEqual([...names].sort(), [...expected].sort());
        },
      ),
    );
  });
});

describe('an inventory without hosts', () => {
  it('is named by its files', () => {
    const diagnostics = new Diagnostics();
    selectHosts(fromIni(''), 'all', diagnostics);
    assert.deepEqual(
      diagnostics.all.map(({ hint }) => hint),
      ['Write hosts into hosts, one per line, or name another inventory with -i.'],
    );
  });
});

describe('selectLimit', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rtprov-limit-'));
  const file = join(directory, 'retry');
  after(() => rmSync(directory, { recursive: true }));

  function limit(text: string, content = ''): { names: string[]; faults: string[] } {
    writeFileSync(file, content);
    const diagnostics = new Diagnostics();
    const names = [...selectLimit(inventory, text, diagnostics)].map((host) => host.name);
    const faults = diagnostics.all.map((d) => `${d.code} ${d.range?.line ?? 0}:${d.range?.column ?? 0}`);
    return { names, faults };
  }

  it('reads patterns and files', () => {
    assert.deepEqual(limit('web:!web2'), { names: ['web1', 'web3'], faults: [] });
    assert.deepEqual(limit(`@${file}`, '# again\nweb1\n\n  db2\n'), { names: ['web1', 'db2'], faults: [] });
    assert.deepEqual(limit(`@${file},!web1`, 'web1\ndb2\n'), { names: ['db2'], faults: [] });
    assert.deepEqual(limit(`web:@${file}`, 'db1\n'), { names: ['web1', 'web2', 'web3', 'db1'], faults: [] });
  });

  it('reports the line of a host that is not there', () => {
    assert.deepEqual(limit(`@${file}`, 'web1\n nosuch\n'), {
      names: ['web1'],
      faults: ['PATTERN_NO_MATCH 2:2'],
    });
    assert.deepEqual(limit(`@${file}.none`).faults, ['LIMIT_UNREADABLE 1:1']);
    assert.deepEqual(limit(`@${file}`, '# none\n').faults, ['PATTERN_EMPTY 1:1']);
  });
});
