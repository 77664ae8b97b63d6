import assert from 'node:assert/strict';
import { fileKind } from '../../../src/resources/file/kind.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { change } from './run-shell.js';

const store = new MemoryContentStore();
const root = { owner: 'root', group: 'root' } as const;
const absent: FileState = { type: 'absent' };

function file(content: Buffer | string, more: Partial<Extract<FileState, { type: 'file' }>> = {}): FileState {
  const bytes = Buffer.from(content);
  return { type: 'file', mode: '0644', ...root, sha256: store.put(bytes), size: bytes.length, ...more };
}

function diff(from: FileState, to: FileState) {
  return fileKind.diff(change('/etc/motd', from, to), store);
}

function fieldNames(from: FileState, to: FileState): string[] {
  return diff(from, to).fields.map(({ field }) => field);
}

describe('the diff of a path', () => {
  it('is text where both sides are', () => {
    assert.deepEqual(diff(file('old\n'), file('new\n', { mode: '0600' })), {
      type: 'text',
      header: { before: '/etc/motd', after: '/etc/motd' },
      before: 'old\n',
      after: 'new\n',
      fields: [{ field: 'mode', before: '0644', after: '0600' }],
    });
  });

  it('is text against nothing for a new and for a removed file', () => {
    const made = diff(absent, file('new\n'));
    assert.ok(made.type === 'text');
    assert.deepEqual([made.before, made.after, made.header.before], [undefined, 'new\n', '/dev/null']);
    assert.deepEqual(fieldNames(absent, file('new\n')), ['type', 'mode', 'owner', 'group']);
    const removed = diff(file('old\n'), absent);
    assert.ok(removed.type === 'text');
    assert.deepEqual(
      [removed.before, removed.after, removed.header.after],
      ['old\n', undefined, '/dev/null'],
    );
  });

  it('is fields when the bytes stay the same', () => {
    assert.deepEqual(diff(file('x'), file('x', { owner: 'daemon' })), {
      type: 'fields',
      fields: [{ field: 'owner', before: 'root', after: 'daemon' }],
    });
  });

  const noText: Readonly<Record<string, FileState>> = {
    'a NUL byte': file('a\0b'),
    'bytes that are not UTF-8': file(Buffer.from([0xff, 0xfe])),
    'a long file': file('x'.repeat(256 * 1024 + 1)),
    'bytes that are not at hand': { type: 'file', mode: '0644', ...root, sha256: 'b'.repeat(64), size: 3 },
  };
  for (const [what, state] of Object.entries(noText)) {
    it(`is digest and size for ${what}`, () => {
      assert.equal(diff(file('old\n'), state).type, 'fields');
      assert.deepEqual(fieldNames(file('old\n'), state), ['sha256', 'size']);
    });
  }

  it('shows a file that becomes a link', () => {
    const shown = diff(file('x'), { type: 'link', target: 'there', ...root });
    assert.deepEqual(shown.fields.slice(0, 2), [
      { field: 'type', before: 'file', after: 'link' },
      { field: 'target', before: undefined, after: 'there' },
    ]);
  });

  it('says nothing about attributes that the wanted state does not name', () => {
    assert.deepEqual(
      fieldNames(file('x', { selinux: 'a', xattrs: { 'user.a': '' } }), file('x', { mode: '0600' })),
      ['mode'],
    );
  });

  it('does not show times', () => assert.deepEqual(fieldNames(file('x', { mtime: '1' }), file('x')), []));
});

describe('what else the kind says of a path', () => {
  it('names the bytes and trees that a state needs', () => {
    const state = file('x');
    assert.ok(state.type === 'file');
    assert.deepEqual(fileKind.blobs(state), [state.sha256]);
    assert.deepEqual(fileKind.blobs(absent), []);
    assert.deepEqual(fileKind.trees({ type: 'directory', mode: '0755', ...root, tree: 't' }), ['t']);
    assert.deepEqual(fileKind.trees(state), []);
  });

  it('says what cannot be undone', () => {
    const socket: FileState = { type: 'other', what: 'socket', mode: '0600', ...root };
    const reason = fileKind.notUndoable?.(change('/run/s', socket, absent));
    assert.equal(reason, 'a socket cannot be created again');
    assert.equal(fileKind.notUndoable?.(change('/run/s', socket, { ...socket, mode: '0660' })), undefined);
    assert.equal(fileKind.notUndoable?.(change('/run/p', { ...socket, what: 'fifo' }, absent)), undefined);
    assert.equal(fileKind.notUndoable?.(change('/f', file('x'), absent)), undefined);
  });
});
