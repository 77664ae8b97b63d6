/** From the states that a module wants to the steps that change something, or why they cannot be made. */
import assert from 'node:assert/strict';
import type { Step } from '../../src/modules/core/module.js';
import type { Needs, PlanInputs } from '../../src/planner/inputs.js';
import { planSteps } from '../../src/planner/steps.js';
import { PlanView } from '../../src/planner/view.js';
import type { FileState } from '../../src/resources/file/state.js';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import { raw } from '../../src/shell/shell.js';
import { Templates } from '../../src/template/engine.js';
import { facts } from '../modules/context.js';

const attributes = { mode: '0755', owner: 'root', group: 'root' } as const;
const folder: FileState = { type: 'directory', ...attributes };
const absent: FileState = { type: 'absent' };
const sha = (digit: string): string => digit.repeat(64);
const file = (digit = 'a', more: object = {}): FileState => ({
  type: 'file',
  ...attributes,
  sha256: sha(digit),
  size: 1,
  ...more,
});
const want = (name: string, to: FileState, more: object = {}): Step => ({
  type: 'change',
  id: { kind: 'file', name },
  to,
  ...more,
});

describe('planner/steps', () => {
  let view: PlanView;
  let needs: Needs;
  beforeEach(() => {
    view = new PlanView(new MemoryContentStore());
    needs = { reads: [], sources: [] } as unknown as Needs;
    for (const name of ['/', '/d']) view.learn({ kind: 'file', name }, folder);
    learn('/d/f', file());
  });

  const learn = (name: string, state: FileState): void => view.learn({ kind: 'file', name }, state);
  const plan = (steps: readonly Step[], diffs = false): ReturnType<typeof planSteps> =>
    planSteps(steps, { view, facts, diffs, templates: new Templates() } as unknown as PlanInputs, needs);
  /** The changes as `NAME FROM TO`, or why there are none. */
  const planned = (...steps: readonly Step[]): readonly string[] | string => {
    const found = plan(steps);
    if (typeof found === 'string') return found;
    return found.map((step) => {
      if (step.type === 'action') return step.label;
      const { id, from, to } = step.change;
      return [id.name, ...[from, to].map((state) => (state as FileState).type)].join(' ');
    });
  };

  it('leaves out what is there already, and puts the rest into what later tasks see', () => {
    learn('/d/g', absent);
    assert.deepEqual(planned(want('/d/f', file()), want('/d/g', file())), ['/d/g absent file']);
    assert.equal(view.state('file', '/d/g').type, 'file');
    assert.deepEqual(planned(want('/d/g', file())), []);
  });

  it('keeps actions in their place', () => {
    const action: Step = { type: 'action', label: 'reload', script: raw(':') };
    assert.deepEqual(planned(action, want('/d/f', file('b')), action), [
      'reload',
      '/d/f file file',
      'reload',
    ]);
  });

  describe('refuses a file in no folder', () => {
    beforeEach(() => {
      for (const name of ['/d/n', '/d/n/f', '/d/n/s', '/d/f/x']) learn(name, absent);
    });

    it('unless the same task makes that before', () => {
      assert.equal(planned(want('/d/n/f', file())), '/d/n does not exist, so /d/n/f cannot be created');
      assert.deepEqual(planned(want('/d/n', folder), want('/d/n/f', file())), [
        '/d/n absent directory',
        '/d/n/f absent file',
      ]);
    });

    it('or in a file, and lets it be removed from there', () => {
      assert.equal(planned(want('/d/f/x', file())), '/d/f is not a directory, so /d/f/x cannot be created');
      assert.deepEqual(planned(want('/d/n/f', absent)), []);
    });

    it('and plans nothing of a task of which one step is refused', () => {
      assert.equal(typeof planned(want('/d/f', file('b')), want('/d/n/f', file())), 'string');
      assert.deepEqual(view.state('file', '/d/f'), file());
    });

    it('or in a folder that an earlier task removes', () => {
      assert.deepEqual(planned(want('/d', absent)), ['/d directory absent']);
      assert.match(String(planned(want('/d/g', file()))), /^\/d does not exist/);
    });
  });

  it('refuses a check of new bytes that does not say where they are', () => {
    assert.match(
      String(planned(want('/d/f', file('b'), { validate: 'visudo -c' }))),
      /^validate has to contain %s/,
    );
    assert.deepEqual(planned(want('/d/f', file('b'), { validate: 'visudo -c %s' })), ['/d/f file file']);
  });

  it('refuses to replace a mount point, and keeps what is mounted on a folder in its wanted state', () => {
    learn('/d/m', { ...folder, mount: 'here' });
    assert.equal(planned(want('/d/m', absent)), '/d/m is a mount point: it stays as it is');
    assert.deepEqual(planned(want('/d/m', { ...folder, mode: '0700' })), ['/d/m directory directory']);
    const now = view.state('file', '/d/m');
    assert.equal('mount' in now && now.mount, 'here');
  });

  it('reads the old bytes of a file for its diff, if they are not too many and not known', () => {
    const reads = (from: FileState, to: FileState, diffs = true): readonly unknown[] => {
      needs.reads.length = 0;
      learn('/d/x', from);
      plan([want('/d/x', to)], diffs);
      view.settle([{ request: { kind: 'file', name: '/d/x' }, state: from }]);
      return needs.reads.map(({ name, depth }) => [name, depth]);
    };
    const asked = [['/d/x', 'content']];
    assert.deepEqual(reads(file('a'), file('b')), asked);
    assert.deepEqual(reads(file('a'), absent), asked);
    assert.deepEqual(reads(file('a'), file('b'), false), []);
    assert.deepEqual(reads(absent, file('b')), []);
    assert.deepEqual(reads(file('a'), file('a', { mode: '0600' })), []);
    assert.deepEqual(reads(file('a', { size: 256 * 1024 }), file('b')), asked);
    assert.deepEqual(reads(file('a', { size: 256 * 1024 + 1 }), file('b')), []);
    const known = view.store.put(Buffer.from('x'));
    assert.deepEqual(reads(file('a', { sha256: known }), file('b')), []);
  });

  it('leaves free numbers of accounts to planning', () => {
    const id = { kind: 'group', name: 'g' } as const;
    const free = { normal: 1001, system: 999 };
    view.learn(id, { exists: false, free });
    const [step] = plan([{ type: 'change', id, to: { exists: true, gid: 1001, free } }]) as readonly {
      readonly change: object;
    }[];
    assert.deepEqual(step?.change, { id, from: { exists: false }, to: { exists: true, gid: 1001 } });
  });
});
