import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { packageKind } from '../../../src/resources/package/kind.js';
import type { PackageState } from '../../../src/resources/package/state.js';

const store = new MemoryContentStore();
const request = (name: string) => ({ kind: 'package', name }) as const;
const absent: PackageState = { configFiles: false, auto: false, held: false };
const installed = (version: string, more: Partial<PackageState> = {}): PackageState => ({
  ...absent,
  version,
  ...more,
});
const change = (name: string, from: PackageState, to: PackageState) => ({ id: request(name), from, to });
const parse = (line: string): PackageState | undefined =>
  packageKind.parse([request('a')], Buffer.from(`${line}\n`), store).get('a');

describe('the package kind', () => {
  it('reads its own canon', () => {
    const states = fc.oneof(
      fc.record(
        {
          version: fc.constantFrom('1.0', '1:2.3-4~deb12u1', '0+git'),
          configFiles: fc.constant(false),
          auto: fc.boolean(),
          held: fc.boolean(),
        },
        { noNullPrototype: true },
      ),
      fc.record(
        { configFiles: fc.boolean(), auto: fc.constant(false), held: fc.boolean() },
        { noNullPrototype: true },
      ),
    );
    fc.assert(
      fc.property(states, (state: PackageState) => {
        const status = state.version === undefined ? 'config-files' : 'installed';
        assert.deepEqual(parse(`${packageKind.canon('a', state)} state=${status}`), state);
      }),
    );
  });

  it('does not call installed what a killed dpkg left half done', () => {
    for (const status of ['unpacked', 'half-configured', 'half-installed']) {
      assert.deepEqual(parse(`version=1.0 auto=false held=false config=false state=${status}`), {
        ...absent,
        configFiles: true,
        half: true,
      });
    }
    assert.equal(
      parse('version=1.0 auto=true held=false config=false state=triggers-pending')?.version,
      '1.0',
    );
  });

  it('refuses names and versions that would be options or shell', () => {
    for (const name of ['', '-y', 'ä', 'a b', 'a=1', 'a;b', 'a\nb']) {
      assert.throws(() => packageKind.show(name), { code: 'BAD_NAME' });
    }
    assert.throws(() => packageKind.write([change('a', absent, installed('1 2'))]), { code: 'BAD_NAME' });
  });

  it('is one transaction for all changes', () => {
    const text = packageKind.write([
      change('a', absent, installed('1.0', { auto: true })),
      change('b', installed('2.0', { held: true }), { ...absent, configFiles: true }),
    ]).text;
    assert.equal(text.match(/rtp_package_write/g)?.length, 1);
    assert.match(text, /^a 1\.0 true false false false -$/m);
    assert.match(text, /^b - false false true true 2\.0$/m);
  });

  it('finds the record of what it takes back, whatever the order', () => {
    const forward = [change('a', absent, installed('1')), change('b', absent, installed('2'))];
    const back = [...forward].reverse().map(({ id, from, to }) => ({ id, from: to, to: from }));
    const keys = (text: string): string[] => text.split('\n')[0]?.split(' ').slice(1, 3) ?? [];
    const [own, reverse] = keys(packageKind.write(forward).text);
    assert.deepEqual(keys(packageKind.write(back).text), [reverse, own]);
  });

  it('keeps the archives of what is replaced or removed, and of nothing else', () => {
    const text = packageKind.save([
      change('new', absent, installed('1')),
      change('upgraded', installed('1:1.0'), installed('2')),
      change('removed', installed('3'), absent),
      change('marked', installed('4'), installed('4', { auto: true })),
      change('lost', installed('5'), installed('6', { irreversible: true })),
    ]).text;
    assert.deepEqual(text.split("<<'RTP_END' || exit 1\n")[1]?.split('\n').slice(0, -1), [
      'upgraded 1:1.0',
      'removed 3',
    ]);
  });

  it('says what cannot be undone', () => {
    const left: PackageState = { ...absent, configFiles: true };
    const why = (from: PackageState, to: PackageState): string | undefined =>
      packageKind.notUndoable?.(change('a', from, to));
    assert.equal(why(absent, installed('1')), undefined);
    assert.equal(why(left, installed('1')), undefined);
    assert.match(why(left, absent) ?? '', /configuration files/);
    assert.match(why(installed('1'), installed('2', { irreversible: true })) ?? '', /no longer available/);
  });

  it('shows versions', () => {
    assert.deepEqual(packageKind.diff(change('a', installed('1'), installed('2')), store), {
      type: 'fields',
      fields: [{ field: 'version', before: '1', after: '2' }],
    });
  });
});
