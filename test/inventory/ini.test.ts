import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Diagnostics } from '../../src/diagnostics/diagnostic.js';
import { inventoryLayers } from '../../src/inventory/layers.js';
import { fromIni } from './fixture.js';

describe('readIni', () => {
  it('keeps the place of every variable', () => {
    const inventory = fromIni('[web]\nh1  a=1 b="x y"\n[web:vars]\n  c = 2\n');
    const layers = inventoryLayers(inventory, 'h1');
    const place = (name: string): string | undefined => {
      const at = layers.map((layer) => layer.origin(name)).find((range) => range !== undefined);
      return at && `${at.file}:${at.line}:${at.column}-${at.endColumn ?? 0} ${at.text ?? ''}`;
    };
    assert.equal(place('a'), 'hosts:2:5-6 h1  a=1 b="x y"');
    assert.equal(place('b'), 'hosts:2:9-10 h1  a=1 b="x y"');
    assert.equal(place('c'), 'hosts:4:3-4   c = 2');
  });

  it('tells all faults of a file', () => {
    const diagnostics = new Diagnostics();
    fromIni('[web\nh1 x\n[db:vers]\n[k]\nh[2:1]\nh2 "\n[k:vars]\nx\n[j:children]\nnone\n', diagnostics);
    assert.deepEqual(
      diagnostics.all.map((d) => d.code),
      [
        'INI_BAD_SECTION',
        'INI_UNKNOWN_SECTION_TYPE',
        'HOST_RANGE_REVERSED',
        'INI_BAD_QUOTING',
        'INI_VAR_WITHOUT_VALUE',
        'GROUP_UNDECLARED_CHILD',
      ],
    );
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      'a',
      'b',
      ':',
      'children',
      'vars',
      '\n',
      ' ',
      '=',
      '"',
      "'",
      '\\',
      '#',
      '1',
      '-',
      ',',
      '{',
      '}',
      '::',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const inventory = fromIni(pieces.join(''), new Diagnostics());
        for (const host of inventory.hosts) inventoryLayers(inventory, host.name);
      }),
      { numRuns: 2000 },
    );
  });
});
