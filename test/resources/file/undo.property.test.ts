/** The laws of writing: after a change the state is the wanted one, and undo restores every hard fact. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file/state.js';
import { component, factsIn, make, thing, withoutXattrs, type Thing } from './disk.js';
import { change, reversed, shellNames, Target } from './run-shell.js';
import { patiently } from '../../support/patience.js';
import { bySpeed } from '../../support/slow.js';
import { thorough } from '../../support/thorough.js';

const owners: Readonly<Record<number, string>> = { 0: 'root', 1: 'daemon', 2: 'bin' };
const groups: Readonly<Record<number, string>> = { 0: 'root', 1: 'daemon', 12: 'man' };

/** The state that a module would want: of a directory only the directory itself. */
function wanted(target: Target, of: Thing): FileState {
  if (of.type === 'absent') return of;
  const owner = owners[of.uid] ?? String(of.uid);
  const group = groups[of.gid] ?? String(of.gid);
  if (of.type === 'link') return { type: 'link', target: of.target, owner, group };
  const mode = of.mode.toString(8).padStart(4, '0');
  if (of.type === 'fifo') return { type: 'other', what: 'fifo', mode, owner, group };
  if (of.type === 'directory') return { type: 'directory', mode, owner, group };
  return { type: 'file', sha256: target.upload(of.content), size: of.content.length, mode, owner, group };
}

const pairs = fc.uniqueArray(fc.record({ name: component, before: thing, after: thing }), {
  minLength: 1,
  maxLength: 3,
  selector: ({ name }) => name,
});

const many = thorough('many draws of any change and its undo');
const runs: Readonly<Record<string, number>> = many
  ? { dash: 100, bash: 30, busybox: 30, applets: 30 }
  : { dash: bySpeed(30, 12), bash: bySpeed(10, 6), busybox: bySpeed(10, 6), applets: bySpeed(10, 6) };

for (const shell of shellNames) {
  describe(`any change and its undo (${shell})`, () => {
    it('reaches the wanted state and comes back exactly', function () {
      this.timeout(300_000);
      const busybox = shell === 'applets';
      fc.assert(
        fc.property(pairs, (list) => {
          const target = new Target(shell);
          try {
            const things = list.map(({ name, before, after }) => ({
              path: target.path(name),
              before: busybox ? withoutXattrs(before) : before,
              after,
            }));
            for (const { path, before } of things) make(path, before);
            const first = factsIn(target.root, { wholeSeconds: busybox });
            const present = target.read(things.map(({ path }) => ({ name: path, depth: 'tree' })));
            const changes = things.map(({ path, after }) =>
              change(path, present.get(path) ?? { type: 'absent' }, wanted(target, after)),
            );
            for (const { id, from } of changes) {
              assert.equal(target.show(id.name), `${fileKind.canon(id.name, from)}\n`);
              assert.equal(target.showExact(id.name, from), `${fileKind.exact(id.name, from)}\n`);
            }
            target.apply(...changes);
            for (const { id, to } of changes) {
              assert.equal(target.show(id.name), `${fileKind.canon(id.name, to)}\n`);
              const read = target.readOne(id.name, 'content');
              assert.equal(fileKind.canon(id.name, read), fileKind.canon(id.name, to));
            }
            target.must(fileKind.write(changes));
            const undo = reversed(changes);
            target.must(fileKind.write(undo));
            assert.deepEqual(factsIn(target.root, { wholeSeconds: busybox }), first);
            for (const { id, from } of changes) {
              assert.equal(target.showExact(id.name, from), `${fileKind.exact(id.name, from)}\n`);
            }
          } finally {
            target.remove();
          }
        }),
        {
          numRuns: runs[shell] ?? 30,
          endOnFailure: true,
          interruptAfterTimeLimit: patiently(280_000),
          markInterruptAsFailure: true,
        },
      );
    });
  });
}
