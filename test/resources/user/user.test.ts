import { strict as assert } from 'node:assert';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { groupKind } from '../../../src/resources/group/kind.js';
import type { UserState } from '../../../src/resources/user/state.js';
import { effectiveHash } from '../../../src/resources/user/effective.js';
import { userKind } from '../../../src/resources/user/kind.js';

const store = new MemoryContentStore();
const ops: UserState = {
  exists: true,
  uid: 1000,
  group: 'ops',
  groups: ['sudo', 'adm'],
  passwordHash: '$6$secret$hash',
};
const absent: UserState = { exists: false };
const change = (from: UserState, to: UserState) => ({ id: { kind: 'user', name: 'ops' } as const, from, to });

describe('the password of a user', () => {
  const cases: readonly (readonly [UserState, string])[] = [
    [{ exists: true }, '!'],
    [{ exists: true, passwordHash: 'h' }, 'h'],
    [{ exists: true, passwordHash: 'h', locked: true }, '!h'],
    [{ exists: true, passwordHash: '!h', locked: true }, '!h'],
    [{ exists: true, passwordHash: '!h', locked: false }, 'h'],
    [{ exists: true, passwordHash: '!', locked: false }, '!'],
    [{ exists: true, passwordHash: '*' }, '*'],
  ];
  for (const [state, field] of cases) {
    it(`${JSON.stringify(state)} is ${field} in the shadow file`, () => {
      assert.equal(effectiveHash(state), field);
    });
  }

  it('is in no canon, no diff and no argument', () => {
    assert.ok(!userKind.canon('ops', ops).includes('secret'));
    assert.ok(!JSON.stringify(userKind.diff(change(absent, ops), store)).includes('secret$'));
    const text = userKind.write([change(absent, ops)]).text;
    const lines = text.split('\n').filter((line) => line.includes('$6$secret$hash'));
    // printf is a builtin: what it prints is in no argv.
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^printf '%s\\n' '\$6\$secret\$hash' \| rtp_user_hash ops/);
  });

  it('shows in a diff only that it changes', () => {
    const diff = userKind.diff(change(ops, { ...ops, passwordHash: '$6$other$hash' }), store);
    assert.deepEqual(diff, {
      type: 'fields',
      fields: [{ field: 'password', before: '(secret)', after: '(new secret)' }],
    });
  });
});

describe('the user kind', () => {
  it('does not care for the order of groups', () => {
    assert.equal(userKind.canon('ops', ops), userKind.canon('ops', { ...ops, groups: ['adm', 'sudo'] }));
  });

  it('counts what useradd would choose as said', () => {
    const full = { ...ops, home: '/home/ops', shell: '/bin/sh', comment: '', locked: false };
    assert.equal(userKind.canon('ops', ops), userKind.canon('ops', full));
  });

  it('refuses fields that would break the passwd file', () => {
    for (const broken of [{ comment: 'a:b' }, { home: '/x\ny' }, { shell: 'a\nb' }]) {
      assert.throws(() => userKind.write([change(absent, { ...ops, ...broken })]), RangeError);
    }
  });

  it('does not look at members of groups', () => {
    const group = { exists: true, gid: 5, members: ['a'] };
    assert.equal(groupKind.canon('g', group), groupKind.canon('g', { ...group, members: [] }));
  });
});
