import assert from 'node:assert/strict';
import { aclWithMode } from '../../../src/resources/file/acl.js';
import { canon, exact, showOptions } from '../../../src/resources/file/canon.js';
import type { FileState } from '../../../src/resources/file/state.js';

const root = { owner: 'root', group: 'root' } as const;
const sha256 = 'a'.repeat(64);

describe('the canonical line of a path', () => {
  const cases: readonly (readonly [FileState, string])[] = [
    [{ type: 'absent' }, 'absent'],
    [{ type: 'file', mode: '0644', ...root, sha256, size: 3 }, `file:0644:root:root:${sha256}`],
    [{ type: 'directory', mode: '0755', owner: 'a b', group: '12' }, 'directory:0755:a b:12'],
    [{ type: 'link', target: 'a\\b\nc', ...root }, 'link:root:root:a\\\\b\\nc'],
    [{ type: 'other', mode: '0600', ...root, what: 'socket' }, 'other:0600:root:root:socket'],
  ];
  for (const [state, line] of cases) it(`is ${JSON.stringify(line)}`, () => assert.equal(canon(state), line));

  it('names neither time nor label, attributes and tree', () => {
    const state: FileState = {
      type: 'directory',
      mode: '0755',
      ...root,
      mtime: '1',
      selinux: 'l',
      xattrs: { 'user.a': '' },
      tree: sha256,
    };
    assert.equal(canon(state), 'directory:0755:root:root');
    assert.equal(exact(state), `directory:0755:root:root tree=${sha256} xattrs=user.a=0s selinux=l`);
    assert.equal(showOptions(state), '-txs');
  });

  it('asks for nothing that the state does not name', () => {
    assert.equal(showOptions({ type: 'absent' }), '-');
    assert.equal(showOptions({ type: 'file', mode: '0644', ...root, sha256, size: 3 }), '-');
    assert.equal(showOptions({ type: 'file', mode: '0644', ...root, sha256, size: 3, xattrs: {} }), '-x');
  });
});

describe('an access list', () => {
  // user::rw- user:1:rwx group::r-- mask::rw- other::r--
  const list = Buffer.concat([
    Buffer.from([2, 0, 0, 0]),
    ...[
      [1, 6, -1],
      [2, 7, 1],
      [4, 4, -1],
      [16, 6, -1],
      [32, 4, -1],
    ].map(([tag = 0, bits = 0, id = 0]) => {
      const entry = Buffer.alloc(8);
      entry.writeUInt16LE(tag, 0);
      entry.writeUInt16LE(bits, 2);
      entry.writeInt32LE(id, 4);
      return entry;
    }),
  ]).toString('base64');

  it('takes the bits of the mode, the middle ones as its mask', () => {
    const bytes = Buffer.from(aclWithMode(list, '0751'), 'base64');
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((index) => bytes.readUInt16LE(6 + index * 8)),
      [7, 7, 4, 5, 1],
    );
  });

  it('stays as it is with the mode that it says', () => assert.equal(aclWithMode(list, '0664'), list));

  it('of an unknown form stays as it is', () => assert.equal(aclWithMode('AAAA', '0751'), 'AAAA'));
});
