import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  blsPath,
  blsValue,
  blsValues,
  isRescue,
  parseBlsEntry,
  withOptions,
} from '../../../src/rt/boot/bls-entry.js';
import { entries, rescue, rhel9Options } from '../bls-fixtures.js';

describe('Boot Loader Specification entries', () => {
  it('are read with their keys', () => {
    const [first] = entries.rhel9;
    const entry = parseBlsEntry(first.id, first.text);
    assert.equal(blsValue(entry, 'linux'), `/vmlinuz-${first.release}`);
    assert.equal(blsValue(entry, 'options'), rhel9Options);
    assert.deepEqual(blsValues(entry, 'grub_arg'), ['--unrestricted']);
    assert.equal(blsValue(entry, 'devicetree'), undefined);
    assert.equal(blsPath(entry.id), `/boot/loader/entries/${first.id}.conf`);
  });

  it('are distinguished from rescue entries by their name', () => {
    assert.ok(isRescue(rescue.id));
    for (const { id } of [...entries.rhel8, ...entries.rhel9, ...entries.rhel10]) assert.ok(!isRescue(id));
  });

  for (const [what, text, keys] of [
    [
      'comments and blanks in front',
      '# a b\n  linux  /v \n#options x\n\toptions a\n',
      { linux: '/v ', options: 'a' },
    ],
    ['a tab behind the key', 'linux\t/v\noptions\ta=1\n', { linux: '/v', options: 'a=1' }],
    [
      'the first blank parts, not a tab before it',
      'title\tA b\nlinux /v\n',
      { 'title\tA': 'b', linux: '/v' },
    ],
    ['several of a key: the first', 'options a\noptions b\n', { options: 'a' }],
    ['line ends of DOS and no line end', 'linux /v\r\noptions a b', { linux: '/v', options: 'a b' }],
  ] as const) {
    it(`are read as GRUB reads them: ${what}`, () => {
      const entry = parseBlsEntry('a', text);
      for (const [key, value] of Object.entries(keys)) assert.equal(blsValue(entry, key), value, key);
    });
  }

  for (const [what, gap] of [
    ['an empty line', '\n'],
    ['a key alone', 'grub_users\n'],
    ['a key and a blank', 'options \n'],
  ] as const) {
    it(`end for GRUB at ${what}`, () => {
      const entry = parseBlsEntry('a', `linux /v\n${gap}options a\n`);
      assert.equal(blsValue(entry, 'linux'), '/v');
      assert.equal(blsValue(entry, 'options'), undefined);
      assert.throws(() => withOptions(entry, 'b'), { code: 'BLS_OPTIONS' });
    });
  }

  it('never get an options line without a value', () => {
    const entry = parseBlsEntry('a', 'linux /v\noptions a\n');
    for (const options of ['', ' ', 'a\nb'])
      assert.throws(() => withOptions(entry, options), { code: 'BLS_OPTIONS' });
  });

  const line = fc.constantFrom(
    ...[
      '',
      ' ',
      '#',
      '# c d',
      'linux /v',
      '\tlinux\t/w',
      'options',
      'options ',
      'options a b',
      ' options  x=1 ',
      'initrd /i',
    ],
    ...['title A\tb', 'title', 'x y\r', 'ä ö', 'grub_users $grub_users', 'options $kernelopts\r'],
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('', '\n'))
    .map(([lines, last]) => lines.join('\n') + last);

  it('keep every other byte when their options are set, and have the very bytes when they are set back', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('a', 'root=/dev/x ro', '$kernelopts a=1'), (before, options) => {
        const entry = parseBlsEntry('a', before);
        const old = blsValue(entry, 'options');
        fc.pre(old !== undefined && old.trim() !== '');
        const after = parseBlsEntry('a', withOptions(entry, options));
        assert.equal(blsValue(after, 'options'), options);
        assert.deepEqual(
          after.keys.map(({ key }) => key),
          entry.keys.map(({ key }) => key),
        );
        assert.equal(withOptions(after, old), before);
      }),
    );
  });

  it('are made of what was read: keys and values stand where they say', () => {
    fc.assert(
      fc.property(text, (before) => {
        for (const { key, value, from, to } of parseBlsEntry('a', before).keys) {
          assert.equal(before.slice(from, to), value);
          assert.ok(before.slice(0, from).trimEnd().endsWith(key));
        }
      }),
    );
  });
});
