/** Why a plan is not sure that the user of a task may do what it wants: by modes and owners of what is planned. */
import assert from 'node:assert/strict';
import type { Needs, PlanInputs } from '../../../src/planner/inputs.js';
import { accessDoubt } from '../../../src/planner/permit/access.js';
import { PlanView } from '../../../src/planner/view.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import { facts } from '../../modules/context.js';

const folder = (mode: string, owner = 'root', group = 'root'): FileState => ({
  type: 'directory',
  mode,
  owner,
  group,
});
const file = (mode: string, owner = 'root', group = 'root', digit = 'a'): FileState => ({
  type: 'file',
  mode,
  owner,
  group,
  sha256: digit.repeat(64),
  size: 1,
});
const absent: FileState = { type: 'absent' };
const mine = file('0644', 'app', 'app');

describe('planner/permit/access: doubts', () => {
  let view: PlanView;
  let needs: Needs;
  let who: object;
  let checkMode: boolean;
  beforeEach(() => {
    view = new PlanView(new MemoryContentStore());
    needs = { reads: [] } as unknown as Needs;
    who = { user: 'app', uid: 1000, group: 'app' };
    checkMode = true;
    learn('/', folder('0755'));
  });
  const learn = (name: string, state: FileState): void => view.learn({ kind: 'file', name }, state);
  const plan = (name: string, state: FileState): void => view.plan({ kind: 'file', name }, state);
  const doubt = (of: Parameters<typeof accessDoubt>[0]): string | undefined =>
    accessDoubt(of, { view, checkMode, facts: { ...facts, ...who } } as unknown as PlanInputs, needs)?.reason;
  const writing = (name: string, from: FileState, to: FileState): string | undefined =>
    doubt((access) => access.writing([{ id: { kind: 'file', name }, from, to }]));
  const reading = (name: string, more: object = {}): string | undefined =>
    doubt((access) => access.reading([{ kind: 'file', name, ...more }]));

  it('are none for root, nor in a run, which simply tries', () => {
    assert.match(writing('/d/f', absent, file('0644')) ?? '', /give \/d\/f to root/);
    checkMode = false;
    assert.equal(writing('/d/f', absent, file('0644')), undefined);
    checkMode = true;
    who = { user: 'root', uid: 0, group: 'root' };
    assert.equal(writing('/d/f', absent, file('0644')), undefined);
  });

  it('ask for the groups of the user where there is one', () => {
    learn('/d', folder('0755', 'app', 'app'));
    assert.equal(writing('/d/f', absent, mine), undefined);
    assert.deepEqual(needs.reads, []);
    writing('/d/f', absent, file('0644'));
    assert.deepEqual(needs.reads, [{ kind: 'user', name: 'app' }]);
  });

  it('are of owners: nobody but root gives files away, or changes what others own', () => {
    learn('/d', folder('0777'));
    assert.equal(
      writing('/d/f', absent, file('0644', 'root', 'app')),
      'app may not be allowed to give /d/f to root',
    );
    assert.equal(
      writing('/d/f', absent, file('0644', 'app', 'web')),
      'app may not be allowed to give /d/f to the group web',
    );
    assert.match(
      writing('/d/f', file('0644'), file('0600')) ?? '',
      /change the mode or owner of \/d\/f \(root:root 0644\)/,
    );
    assert.equal(writing('/d/f', mine, file('0600', 'app', 'app')), undefined);
    // A group that it has already stays.
    assert.equal(writing('/d/f', file('0644', 'app', 'web'), file('0600', 'app', 'web')), undefined);
    // New bytes come with a new file, which the folder decides on.
    assert.equal(writing('/d/f', file('0644'), file('0644', 'app', 'app', 'b')), undefined);
  });

  it('are of the folder that something is made in or removed from', () => {
    learn('/d', folder('0755'));
    assert.equal(writing('/d/f', absent, mine), 'app may not be allowed to write in /d (root:root 0755)');
    assert.match(writing('/d/f', file('0644'), absent) ?? '', /write in \/d/);
    learn('/s', folder('1777'));
    assert.match(writing('/s/f', file('0644'), absent) ?? '', /replace what others own in \/s/);
    assert.equal(writing('/s/f', mine, absent), undefined);
    assert.equal(writing('/s/f', absent, mine), undefined);
    // With setgid new things get the folder's group.
    learn('/g', folder('2777', 'root', 'web'));
    assert.equal(writing('/g/f', absent, file('0644', 'app', 'web')), undefined);
  });

  it('are none of what is there and read: the kernel has said so by then', () => {
    learn('/d', folder('0700'));
    learn('/d/f', file('0600'));
    assert.equal(reading('/d/f'), undefined);
  });

  it('are of folders and files that are only planned so', () => {
    plan('/d', folder('0700'));
    assert.equal(reading('/d/f'), 'app may not be allowed to look into /d (root:root 0700)');
    plan('/d', folder('0711'));
    plan('/d/f', file('0600'));
    assert.equal(reading('/d/f'), 'app may not be allowed to read /d/f (root:root 0600)');
    plan('/d/f', file('0644'));
    assert.equal(reading('/d/f'), undefined);
    // The folder itself is read only where all below it is wanted.
    assert.equal(reading('/d'), undefined);
    assert.match(reading('/d', { depth: 'tree' }) ?? '', /read \/d/);
    assert.equal(
      doubt((access) => access.reading([{ kind: 'unit', name: '/d' }])),
      undefined,
    );
  });
});
