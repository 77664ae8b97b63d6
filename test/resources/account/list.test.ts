import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { freeIds, inByteOrder, namedBy, parseAccounts } from '../../../src/resources/account/list.js';
import { checkAccountName } from '../../../src/resources/account/name.js';

/** Recorded on Debian 12, shortened. */
const printed = `root:x:0:0:root:/root:/bin/bash
sync:x:4:65534:sync:/bin:/bin/sync
ops:x:1000:1000:The Ops,,,:/home/ops:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ops:x:1000:1000:The Ops,,,:/home/ops:/bin/bash
::group
root:x:0:
sudo:x:27:ops,eve
nogroup:x:65534:
ops:x:1000:
::shadow
ops:$y$j9T$abc:20000:0:99999:7:::
::ranges
UID_MIN 1000
UID_MAX 60000
GID_MIN 1000
`;

describe('the accounts of a machine', () => {
  it('are named by their number, when it is none of their names', () => {
    const { users } = parseAccounts(Buffer.from(printed));
    const named = (asked: string) => namedBy(asked, users.values(), ({ uid }) => uid);
    assert.deepEqual(named('1000'), { named: 'ops' });
    assert.deepEqual(named('4711'), {});
    assert.deepEqual(named('ops'), {});
  });

  it('are read', () => {
    const { users, groups, hashes, ranges } = parseAccounts(Buffer.from(printed));
    assert.deepEqual(users.get('ops'), {
      name: 'ops',
      uid: 1000,
      gid: 1000,
      comment: 'The Ops,,,',
      home: '/home/ops',
      shell: '/bin/bash',
    });
    assert.deepEqual(groups.get('sudo')?.members, ['ops', 'eve']);
    assert.deepEqual([...hashes], [['ops', '$y$j9T$abc']]);
    assert.equal(ranges.get('UID_MAX'), 60000);
  });

  it('are refused when the output is something else', () => {
    assert.throws(() => parseAccounts(Buffer.from('getent: not found\n')), { code: 'READ_FAILED' });
  });

  it('leave ids free', () => {
    const taken = new Set([0, 999, 1000, 1001, 65534]);
    assert.deepEqual(freeIds(taken, new Map([['UID_MIN', 1000]]), 'UID'), { normal: 1002, system: 998 });
  });

  it('never get an id that is taken', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2000 })), (ids) => {
        const { normal, system } = freeIds(new Set(ids), new Map(), 'UID');
        assert.ok(!ids.includes(normal) && normal >= 1000);
        assert.ok(!ids.includes(system) && system < 1000);
      }),
    );
  });

  it('sort by bytes', () => {
    assert.deepEqual(inByteOrder(['b', 'a', 'B', 'a']), ['B', 'a', 'b']);
  });

  it('have names without separators', () => {
    for (const name of ['', 'a:b', 'a,b', '-a', '+', 'a b', 'a/b', 'a\n']) {
      assert.throws(() => checkAccountName(name), { code: 'BAD_NAME' });
    }
    assert.equal(checkAccountName('svc_1.x$'), 'svc_1.x$');
  });
});
