import assert from 'node:assert/strict';
import { permits } from '../../../src/planner/permit/access.js';

describe('planner/permit/access', () => {
  const file = (mode: string, owner = 'root', group = 'team') =>
    ({ type: 'file', mode, owner, group, sha256: '', size: 0 }) as const;
  const who = { user: 'app', uid: 1000, groups: ['app'], complete: true } as const;
  const [read, write] = [4, 2];

  it('takes the bits of the first class that the user belongs to', () => {
    assert.equal(permits(file('0644'), read, who), true);
    assert.equal(permits(file('0644'), write, who), false);
    assert.equal(permits(file('0077', 'app'), read, who), false);
    assert.equal(permits(file('0600', '1000'), read, who), true);
    assert.equal(permits(file('0604'), read, { ...who, groups: ['team'] }), false);
    assert.equal(permits(file('0640'), read, { ...who, groups: ['team'] }), true);
  });

  it('does not know where groups that may be missing or an access list decide', () => {
    const unsure = { ...who, complete: false };
    assert.equal(permits(file('0640'), read, unsure), undefined);
    assert.equal(permits(file('0644'), read, unsure), true);
    assert.equal(permits(file('0600'), read, unsure), false);
    assert.equal(permits(file('0640'), read, who), false);
    const listed = { ...file('0600'), xattrs: { 'system.posix_acl_access': 'AgAAAA==' } };
    assert.equal(permits(listed, read, who), undefined);
  });
});
