/** A run that is killed at any moment: each path shows its old or its new state, and both ways lead on from there. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { fileKind } from '../../../src/resources/file/kind.js';
import type { FileState } from '../../../src/resources/file-state.js';
import type { Change } from '../../../src/resources/resource.js';
import { factsIn, make, type Thing } from './disk.js';
import { change, Target } from './run-shell.js';

const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: 1_600_000_000_123_456_789n, xattrs: {} };
const text = (content: string) => ({ type: 'file' as const, content: Buffer.from(content), ...attributes });
const folder = (below: Record<string, Thing>): Thing => ({
  type: 'directory',
  below,
  ...attributes,
  mode: 0o755,
});
const root = { owner: 'root', group: 'root' };

/** Changes of every sort, with what they need on the disk. */
function scene(target: Target): readonly Change<'file'>[] {
  const fileOf = (content: string, more: object = {}): FileState => ({
    type: 'file',
    sha256: target.upload(content),
    size: content.length,
    mode: '0600',
    ...root,
    ...more,
  });
  const absent: FileState = { type: 'absent' };
  const dir: FileState = { type: 'directory', mode: '0750', owner: 'daemon', group: 'daemon' };
  const link = (to: string): FileState => ({ type: 'link', target: to, ...root });
  const list: readonly (readonly [string, Thing, FileState])[] = [
    ['created', { type: 'absent' }, fileOf('new')],
    ['replaced', text('old'), fileOf('new', { owner: 'daemon' })],
    ['owned', { ...text('kept'), mode: 0o4755 }, fileOf('kept', { owner: 'bin', mode: '2711' })],
    [
      'tree',
      folder({
        a: text('1'),
        sub: folder({ b: text('2'), l: { type: 'link', target: 'a', uid: 0, gid: 0 } }),
      }),
      absent,
    ],
    ['tree to file', folder({ a: text('3'), sub: folder({}) }), fileOf('file now')],
    ['tree to link', folder({ a: text('3') }), link('created')],
    ['empty to file', folder({}), fileOf('file too')],
    ['dir', folder({ kept: text('k') }), dir],
    ['file to dir', text('gone'), dir],
    ['link', { type: 'link', target: 'one', uid: 0, gid: 0 }, link('two')],
    ['link to file', { type: 'link', target: 'tree', uid: 0, gid: 0 }, fileOf('no link')],
    ['file to link', text('was'), link('created')],
    ['removed', text('away'), absent],
    ['made', { type: 'absent' }, dir],
    ['made/in it', { type: 'absent' }, fileOf('inner')],
  ];
  for (const [name, before] of list) make(target.path(name), before);
  const present = target.read(list.map(([name]) => ({ name: target.path(name), depth: 'tree' })));
  return list.map(([name, , to]) => change(target.path(name), present.get(target.path(name)) ?? absent, to));
}

function undoOf(changes: readonly Change<'file'>[]): Change<'file'>[] {
  return [...changes].reverse().map(({ id, from, to }) => change(id.name, to, from));
}

/** Every path shows one of its two states, and neither half-made bytes nor half-removed trees. */
function assertWhole(target: Target, changes: readonly Change<'file'>[]): void {
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
  const prelude = `rtp_count=0\nrtp_step() { rtp_count=$((rtp_count + 1)); if [ "$rtp_count" = ${n} ]; then kill -9 0; fi; }\n${shims}\n`;
  const child = spawn('dash', ['-s'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(target.wrap(prelude + script));
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
  return signal === 'SIGKILL';
}

const thorough = process.env['RTPROV_THOROUGH'] === '1';

describe('a killed run', () => {
  it('leaves each path old or new, before whichever command it is killed', async function () {
    this.timeout(600_000);
    // Every third command, beginning anywhere; all of them when asked for.
    const stride = thorough ? 1 : 3;
    let steps = 0;
    for (let n = 1 + Math.floor(Math.random() * stride); ; n += stride) {
      const target = new Target('dash');
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
        const undo = undoOf(changes);
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
    for (let round = 0; round < (thorough ? 50 : 20); round += 1) {
      const target = new Target(round % 2 === 0 ? 'dash' : 'bash');
      try {
        const changes = scene(target);
        target.must(fileKind.save(changes));
        await target.runAndKill(fileKind.write(changes), Math.random() * 120);
        assertWhole(target, changes);
        const next = round % 3 === 0 ? changes : undoOf(changes);
        await target.runAndKill(fileKind.write(next), Math.random() * 120);
        assertWhole(target, changes);
        target.must(fileKind.write(next));
        assertReached(target, next);
      } finally {
        target.remove();
      }
    }
  });
});
