/** A run that is killed at any moment: each path shows its old or its new state, and both ways lead on from there. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { Change } from '../../../src/resources/resource.js';
import { lines } from '../../../src/shell/shell.js';
import { randomNumbers } from '../../support/seed.js';
import { factsIn } from './disk.js';
import { reversed, Target } from './run-shell.js';
import { scene } from './scene.js';
import { bySpeed } from '../../support/slow.js';
import { thorough } from '../../support/thorough.js';

/** Every path shows one of its two states, and neither half-made bytes nor half-removed trees. */
function assertWhole(target: Target, changes: readonly Change<'file'>[]): void {
  // As undo does first. It also puts back what was moved into a room to be looked at.
  target.must(lines(changes.flatMap(({ id }) => fileKind.tidy?.(id.name) ?? [])));
  const shown = target.shows(changes.map(({ id }) => fileKind.show(id.name)));
  const exact = target.shows(changes.map(({ id, from }) => fileKind.showExact(id.name, from)));
  changes.forEach(({ id, from, to }, index) => {
    const line = shown[index] ?? '';
    assert.ok(
      [fileKind.canon(id.name, from), fileKind.canon(id.name, to)].includes(line),
      `${id.name}: ${line}`,
    );
    if (from.type === 'directory' && from.tree !== undefined && line === fileKind.canon(id.name, from)) {
      assert.equal(exact[index], fileKind.exact(id.name, from), id.name);
    }
  });
}

function leftovers(target: Target): string {
  return execFileSync('find', [target.base, '-name', '.rtprov-*'], { encoding: 'utf8' });
}

function assertReached(target: Target, changes: readonly Change<'file'>[]): void {
  assert.deepEqual(
    target.shows(changes.map(({ id }) => fileKind.show(id.name))),
    changes.map(({ id, to }) => fileKind.canon(id.name, to)),
  );
  assert.equal(leftovers(target), '');
}

/** Runs the script with a kill of its process group before the n-th command that changes something. */
async function runKilledAt(target: Target, script: string, n: number): Promise<boolean> {
  const commands = [
    'mv',
    'rm',
    'rmdir',
    'mkdir',
    'chmod',
    'chown',
    'touch',
    'cat',
    'ln',
    'cp',
    'sync',
    'setfattr',
  ];
  const shims = commands.map((name) => `${name}() { rtp_step; command ${name} "$@"; }`).join('\n');
  // Counted in a file, since some steps run in subshells.
  const count = join(target.base, 'count');
  writeFileSync(count, '0\n');
  const prelude = `rtp_step() { read -r rtp_count <${count}; rtp_count=$((rtp_count + 1)); echo "$rtp_count" >|${count}; if [ "$rtp_count" = ${n} ]; then kill -9 0; fi; }\n${shims}\n`;
  const child = spawn('dash', ['-s'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(target.wrap(prelude + script));
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
  return signal === 'SIGKILL';
}

describe('a killed run', () => {
  it('leaves each path old or new, before whichever command it is killed', async function () {
    this.timeout(600_000);
    const random = randomNumbers();
    // Every eleventh command, or 37th, beginning anywhere: an odd number, so that all of what alternates below has its turn.
    const stride = thorough('a write is killed before every command') ? 1 : bySpeed(11, 37);
    let steps = 0;
    for (let n = 1 + Math.floor(random() * stride); ; n += stride) {
      // Every other time in a folder of somebody else, where new things are made in a room.
      const target = new Target('dash', (n >> 1) % 2 === 0);
      try {
        const changes = scene(target);
        const before = factsIn(target.root, { wholeSeconds: false });
        target.must(fileKind.save(changes));
        const killed = await runKilledAt(target, fileKind.write(changes).text, n);
        assertWhole(target, changes);
        if (n % 2 === 0) {
          target.must(fileKind.write(changes));
          assertReached(target, changes);
        }
        const undo = reversed(changes);
        await runKilledAt(target, fileKind.write(undo).text, 1 + ((n * 7) % 60));
        assertWhole(target, changes);
        target.must(fileKind.write(undo));
        assertReached(target, undo);
        assert.deepEqual(factsIn(target.root, { wholeSeconds: false }), before);
        if (!killed) break;
        steps = n;
      } finally {
        target.remove();
      }
    }
    assert.ok(steps > 40, `only ${steps} commands`);
  });

  it('leaves each path old or new, killed at random moments', async function () {
    this.timeout(600_000);
    const random = randomNumbers();
    for (
      let round = 0;
      round < (thorough('a write is killed at 50 random moments') ? 50 : bySpeed(8, 4));
      round += 1
    ) {
      const target = new Target(round % 2 === 0 ? 'dash' : 'bash', round % 4 > 1);
      try {
        const changes = scene(target);
        target.must(fileKind.save(changes));
        await target.runAndKill(fileKind.write(changes), random() * 120);
        assertWhole(target, changes);
        const next = round % 3 === 0 ? changes : reversed(changes);
        await target.runAndKill(fileKind.write(next), random() * 120);
        assertWhole(target, changes);
        target.must(fileKind.write(next));
        assertReached(target, next);
      } finally {
        target.remove();
      }
    }
  });
});
