import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HostVars } from '../../src/inventory/host-vars.js';
import { PRECEDENCE, rank, trustedByDefault, type LayerName } from '../../src/inventory/precedence.js';
import type { Vars } from '../../src/values/value.js';

const layer = fc.constantFrom(...PRECEDENCE);
const name = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor');
const step = fc.tuple(
  layer,
  fc.dictionary(name, fc.oneof(fc.nat(), fc.constant(null), fc.constant({ k: 1 })), { maxKeys: 4 }),
);

describe('HostVars', () => {
  it('lets the higher layer win, and of one layer the later, whatever is below', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const vars = steps.reduce((all, [where, some]) => all.with(where, some), HostVars.empty);
        const names = new Set(steps.flatMap(([, some]) => Object.keys(some)));
        assert.deepEqual(new Set(vars.names()), names);
        for (const each of names) {
          let best: readonly [LayerName, Vars] | undefined;
          for (const candidate of steps) {
            if (!Object.hasOwn(candidate[1], each)) continue;
            if (best === undefined || rank(candidate[0]) >= rank(best[0])) best = candidate;
          }
          const found = vars.lookup(each);
          assert.ok(found !== undefined);
          assert.equal(found.layer, best?.[0]);
          assert.equal(found.value, best?.[1][each]);
          assert.equal(found.trusted, trustedByDefault(found.layer));
          assert.equal(Object.getOwnPropertyDescriptor(vars.toVars(), each)?.value, found.value);
        }
        assert.equal(vars.lookup('toString'), undefined);
      }),
    );
  });

  it('does not change when something is stacked on it', () => {
    const before = HostVars.empty.with('play-vars', { a: 1 });
    const after = before.with('set-fact', { a: 2 }).with('registered', { a: 3 }).with('set-fact', { a: 4 });
    assert.deepEqual([before.lookup('a')?.value, after.lookup('a')?.value], [1, 4]);
    assert.equal(after.without('set-fact').lookup('a')?.value, 3);
    assert.equal(after.without('set-fact', 'registered').lookup('a')?.value, 1);
  });

  it('replaces mappings, it does not merge them', () => {
    const vars = HostVars.empty.with('group-vars', { d: { a: 1, b: 2 } }).with('host-vars', { d: { b: 3 } });
    assert.deepEqual(vars.lookup('d')?.value, { b: 3 });
  });

  it('keeps the marks of unsafe names and the places of definition', () => {
    const origin = { file: 'x', line: 1, column: 1 };
    const base = { name: 'play-vars', trusted: true, origin: () => origin } as const;
    let vars = HostVars.empty.withLayer({
      ...base,
      vars: { a: '{{ x }}', b: '{{ x }}' },
      unsafe: new Set(['a', 'b']),
    });
    vars = vars.withLayer({ ...base, vars: { b: 'new' }, unsafe: new Set() });
    for (let n = 0; n < 40; n += 1) vars = vars.with('play-vars', { [`n${n}`]: n });
    assert.deepEqual(vars.lookup('a'), {
      value: '{{ x }}',
      trusted: false,
      data: false,
      layer: 'play-vars',
      origin,
    });
    assert.equal(vars.lookup('b')?.trusted, true);
    assert.equal(vars.lookup('n7')?.value, 7);
  });
});
