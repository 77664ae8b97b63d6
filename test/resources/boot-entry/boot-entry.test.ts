import assert from 'node:assert/strict';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { bootEntryKind } from '../../../src/resources/boot-entry/kind.js';

const store = new MemoryContentStore();
const request = (name: string) => ({ kind: 'boot_entry', name }) as const;
const parse = (text: string, ...names: string[]) =>
  bootEntryKind.parse(names.map(request), Buffer.from(text), store);

describe('the boot_entry kind', () => {
  it('reads an entry, none, and a machine without GRUB', () => {
    assert.deepEqual(Object.fromEntries(parse('entry=a>b=c\nentry=\n', 'default', 'next')), {
      default: { grub: true, entry: 'a>b=c' },
      next: { grub: true },
    });
    assert.deepEqual(Object.fromEntries(parse('none\n', 'default')), { default: { grub: false } });
  });

  it('refuses output that it did not ask for', () => {
    assert.throws(() => parse('yes\n', 'default'), { code: 'READ_FAILED' });
    assert.throws(() => parse('none\nnone\n', 'default'), { code: 'READ_FAILED' });
  });

  it('has one text for each state', () => {
    assert.equal(bootEntryKind.canon('next', { grub: true, entry: 'a' }), 'entry=a');
    assert.equal(bootEntryKind.canon('next', { grub: true }), 'entry=');
    assert.equal(bootEntryKind.canon('next', { grub: false }), 'none');
  });

  it('knows two names', () => {
    assert.throws(() => bootEntryKind.show('first'), { code: 'BAD_NAME' });
  });

  it('writes no entry that an environment block would have to escape', () => {
    for (const entry of ['a\nb', 'a\\b']) {
      const change = { id: request('next'), from: { grub: true }, to: { grub: true, entry } };
      assert.throws(() => bootEntryKind.write([change]), RangeError);
    }
  });
});
