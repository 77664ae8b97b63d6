import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { unitKind } from '../../../src/resources/unit/kind.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { UnitState } from '../../../src/resources/unit/state.js';

const store = new MemoryContentStore();
const request = (name: string) => ({ kind: 'unit', name }) as const;
const state = (enabled: string, more: Partial<UnitState> = {}): UnitState => ({
  exists: true,
  enabled,
  masked: false,
  active: false,
  ...more,
});
const write = (from: UnitState, to: UnitState): string =>
  unitKind.write([{ id: request('a.service'), from, to }]).text;
const verbs = (text: string): string[] =>
  [...text.matchAll(/^rtp_unit_(?:call|disable) ('[^']+'|\S+)|^rtp_unit_(start) /gm)].map(
    ([, verb, start]) => start ?? (verb ?? '').replaceAll("'", ''),
  );

describe('the unit kind', () => {
  it('reads what the target prints', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            exists: fc.boolean(),
            enabled: fc.constantFrom(
              '',
              'enabled',
              'enabled-runtime',
              'disabled',
              'static',
              'masked',
              'alias',
            ),
            masked: fc.boolean(),
            active: fc.boolean(),
          },
          { noNullPrototype: true },
        ),
        (one) => {
          const fields = `exists=${one.exists} enabled=${one.enabled} masked=${one.masked} active=${one.active}`;
          const output = Buffer.from(`${fields}\n`);
          assert.deepEqual(unitKind.parse([request('a.service')], output, store).get('a.service'), one);
        },
      ),
    );
  });

  it('refuses output that it did not ask for', () => {
    assert.throws(() => unitKind.parse([request('a.service')], Buffer.from(''), store), {
      code: 'READ_FAILED',
    });
    assert.throws(() => unitKind.parse([request('a.service')], Buffer.from('exists=maybe\n'), store), {
      code: 'READ_FAILED',
    });
  });

  it('refuses names that systemctl would guess at', () => {
    for (const name of ['ssh', 'a*.service', '-a.service', 'a b.service', '']) {
      assert.throws(() => unitKind.show(name), { code: 'BAD_NAME' });
    }
    assert.equal(
      unitKind.show('dev-disk-by\\x2dlabel.device').text,
      "rtp_unit_show 'dev-disk-by\\x2dlabel.device'",
    );
  });

  const steps: readonly (readonly [from: UnitState, to: UnitState, verbs: readonly string[]])[] = [
    [state('disabled'), state('enabled', { active: true }), ['enable', 'start']],
    [state('enabled', { active: true }), state('disabled'), ['stop', 'disable']],
    [state('enabled', { active: true }), state('masked', { masked: true }), ['stop', 'mask']],
    [state('masked', { masked: true }), state('enabled', { active: true }), ['unmask', 'enable', 'start']],
    [state('masked', { masked: true }), state('disabled'), ['unmask', 'disable']],
    [state('masked', { masked: true }), state('static'), ['unmask']],
    [state('enabled-runtime'), state('enabled'), ['disable --runtime', 'enable']],
    [state('disabled'), state('masked-runtime', { masked: true }), ['mask --runtime']],
    [state('static'), state('static', { active: true }), ['start']],
  ];
  for (const [from, to, wanted] of steps) {
    it(`${from.enabled} to ${to.enabled}: ${wanted.join(', ')}`, () => {
      assert.deepEqual(verbs(write(from, to)), wanted);
    });
  }

  it('makes one call a verb for many units', () => {
    const text = unitKind.write(
      ['a', 'b', 'c'].map((name) => ({
        id: request(`${name}.service`),
        from: state('disabled'),
        to: state('enabled', { active: true }),
      })),
    ).text;
    assert.match(text, /^rtp_unit_call enable a\.service b\.service c\.service /m);
    assert.match(text, /^rtp_unit_start a\.service b\.service c\.service /m);
  });

  it('shows the fields that change', () => {
    const diff = unitKind.diff(
      { id: request('a.service'), from: state('disabled'), to: state('enabled', { active: true }) },
      store,
    );
    assert.deepEqual(diff, {
      type: 'fields',
      fields: [
        { field: 'enabled', before: 'disabled', after: 'enabled' },
        { field: 'active', before: 'no', after: 'yes' },
      ],
    });
  });
});
