import assert from 'node:assert/strict';
import { MemoryContentStore, sha256Of } from '../../../src/resources/lib/content-store.js';

describe('the content store', () => {
  it('gives back bytes by their sha256', () => {
    const store = new MemoryContentStore();
    const sha256 = store.put(Buffer.from('abc'));
    assert.equal(sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(store.get(sha256)?.toString(), 'abc');
    assert.equal(store.has(sha256), true);
    assert.equal(store.has(sha256Of('other')), false);
    assert.equal(store.get(sha256Of('other')), undefined);
  });

  it('keeps its own copy of the bytes', () => {
    const store = new MemoryContentStore();
    const content = Buffer.from('abc');
    const sha256 = store.put(content);
    content[0] = 0;
    assert.equal(store.get(sha256)?.toString(), 'abc');
  });
});
