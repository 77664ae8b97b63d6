/** Runs a kind's shell text as the engine does: library first, through stdin, in any POSIX shell. */
import { spawn, spawnSync } from 'node:child_process';
import { strict as assert } from 'node:assert';
import { MemoryContentStore } from '../../src/resources/lib/content-store.js';
import type { Change, KindName, ResourceKind, StateByKind } from '../../src/resources/resource.js';
import { raw, type Shell } from '../../src/shell/shell.js';
import type { LabHost } from '../lab/lab.js';
import { fewer } from '../support/slow.js';

export type ShellName = 'dash' | 'bash' | 'busybox sh';
export const shells = fewer<ShellName>(['dash', 'bash', 'busybox sh']);

export interface Ran {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a script somewhere. */
export type Runner = (script: string, shell: ShellName) => Promise<Ran>;

export const onThisMachine: Runner = (script, shell) => {
  const [command = 'sh', ...args] = shell.split(' ');
  const done = spawnSync(command, args, { input: script, maxBuffer: 64 * 1024 * 1024 });
  return Promise.resolve({
    status: done.status ?? -1,
    stdout: done.stdout,
    stderr: done.stderr.toString('utf8'),
  });
};

/** As root in a lab host. Output goes through base64, since the lab reads text. */
export function inHost(host: LabHost): Runner {
  return async (script, shell) => {
    const wrapped = 'o=$(mktemp); $0 $1 >"$o"; s=$?; base64 -w 0 "$o"; rm -f "$o"; exit $s';
    const [command = 'sh', argument = '-s'] = shell.split(' ');
    const done = await host.inside(['sh', '-c', wrapped, command, argument], script);
    return { status: done.code, stdout: Buffer.from(done.stdout, 'base64'), stderr: done.stderr };
  };
}

/** One kind on one target, in one run of the journal. */
export class KindTarget<K extends KindName> {
  readonly store = new MemoryContentStore();
  constructor(
    readonly kind: ResourceKind<K>,
    readonly runner: Runner,
    readonly shell: ShellName = 'dash',
    readonly stateFolder = '/var/lib/rtprov',
    readonly run = 'test',
  ) {}

  /** What the engine sends before every script. `strict` as some callers may have it. */
  text(script: Shell, strict = false): string {
    const folder = `${this.stateFolder}/runs/${this.run}`;
    return [
      `rtp_state=${this.stateFolder}; rtp_run=${this.run}; rtp_rundir=${folder}; rtp_stage=${this.stateFolder}/stage`,
      'rtp_blob() { printf "%s\\n" "$rtp_state/blobs/$1"; }',
      // On this machine nothing is ever kept.
      this.runner === onThisMachine
        ? ''
        : '(umask 077; mkdir -p "$rtp_rundir" "$rtp_state/blobs" "$rtp_state/debs")',
      this.kind.library.text,
      strict ? 'set -eu' : '',
      script.text,
      '',
    ].join('\n');
  }

  exec(script: Shell, strict = false): Promise<Ran> {
    return this.runner(this.text(script, strict), this.shell);
  }

  async must(script: Shell, strict = false): Promise<Buffer> {
    const done = await this.exec(script, strict);
    assert.equal(done.status, 0, `${script.text}\n${done.stderr}`);
    return done.stdout;
  }

  /** The states of names; `show` must print exactly their canon. */
  async read(...names: string[]): Promise<ReadonlyMap<string, StateByKind[K]>> {
    const requests = names.map((name) => ({ kind: this.kind.kind, name }) as const);
    const states = this.kind.parse(requests, await this.must(this.kind.read(requests), true), this.store);
    // One script for all: of a hundred names each with a shell of its own takes most of a test's time.
    const texts = names.map((name) => `(\n${this.kind.show(name).text}\n) || exit 1\nprintf '::shown\\n'`);
    const shown = (await this.must(raw(texts.join('\n')), true)).toString('utf8').split('::shown\n');
    for (const [index, name] of names.entries()) {
      const state = states.get(name);
      assert.ok(state !== undefined, name);
      assert.equal(shown[index], `${this.kind.canon(name, state)}\n`);
    }
    return states;
  }

  async readOne(name: string): Promise<StateByKind[K]> {
    const state = (await this.read(name)).get(name);
    assert.ok(state !== undefined);
    return state;
  }

  change(name: string, from: StateByKind[K], to: StateByKind[K]): Change<K> {
    return { id: { kind: this.kind.kind, name }, from, to };
  }

  async save(...changes: Change<K>[]): Promise<void> {
    await this.must(this.kind.save(changes), true);
  }

  async write(...changes: Change<K>[]): Promise<void> {
    await this.must(this.kind.write(changes), true);
  }

  async undo(...changes: Change<K>[]): Promise<void> {
    await this.write(...changes.map((change) => ({ id: change.id, from: change.to, to: change.from })));
  }

  async expect(side: 'from' | 'to', ...changes: Change<K>[]): Promise<void> {
    const states = await this.read(...changes.map(({ id }) => id.name));
    for (const { id, [side]: wanted } of changes) {
      const state = states.get(id.name);
      assert.ok(state !== undefined);
      assert.equal(this.kind.canon(id.name, state), this.kind.canon(id.name, wanted), id.name);
    }
  }

  /** The laws of every kind: write reaches `to`, may be repeated, and undo leads back and may be repeated. */
  async holdsLaws(...changes: Change<K>[]): Promise<void> {
    await this.save(...changes);
    await this.write(...changes);
    await this.expect('to', ...changes);
    await this.write(...changes);
    await this.expect('to', ...changes);
    await this.undo(...changes);
    await this.expect('from', ...changes);
    await this.undo(...changes);
    await this.expect('from', ...changes);
  }
}

/** Starts a script in a host and kills it with all that it started; true when it had ended before. */
export async function killedInHost(leader: number, script: string, afterMs: number): Promise<boolean> {
  const child = spawn('nsenter', ['-t', String(leader), '-a', 'sh', '-s'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
  });
  let ended = false;
  const closed = new Promise((resolve) => child.once('exit', resolve));
  child.once('exit', () => (ended = true));
  child.stdin.on('error', () => undefined);
  child.stdin.end(script);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const before = ended;
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was done already.
  }
  await closed;
  return before;
}
