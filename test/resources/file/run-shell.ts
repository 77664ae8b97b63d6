/** Runs script text of the `file` kind by each shell, as the engine does: through stdin, with the library before it. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKind } from '../../../src/resources/file/kind.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { FileAttributes, FileState } from '../../../src/resources/file/state.js';
import type { Change, ReadRequest } from '../../../src/resources/resource.js';
import { lines, quote, type Shell } from '../../../src/shell/shell.js';
import { fewer } from '../../support/slow.js';

/** `applets` is busybox ash where every other program is busybox's too. */
export type ShellName = 'dash' | 'bash' | 'busybox' | 'applets';
export const shellNames = fewer<ShellName>(['dash', 'bash', 'busybox', 'applets']);

let appletFolder: string | undefined;

/** A folder with a link for each busybox applet, used as the whole PATH. */
function applets(): string {
  if (appletFolder === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'rtprov-applets-'));
    process.on('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
    const list = spawnSync('busybox', ['--list'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
    const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
    for (const applet of list) if (applet !== 'busybox') symlinkSync(busybox, join(folder, applet));
    appletFolder = folder;
  }
  return appletFolder;
}

function commandOf(shell: ShellName): { command: string; args: string[]; env: NodeJS.ProcessEnv } {
  const command = shell === 'applets' ? join(applets(), 'sh') : shell;
  const args = shell === 'busybox' ? ['sh', '-s'] : ['-s'];
  const env = shell === 'applets' ? { ...process.env, PATH: applets() } : process.env;
  return { command, args, env };
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export const absent: FileState = { type: 'absent' };

/** A user who owns folders that root writes into. */
export const strangerId = 54321;
export const stranger = { owner: String(strangerId), group: String(strangerId) } as const;

/** A pretended target: a folder to play in and the journal's folders beside it. */
export class Target {
  readonly base = mkdtempSync(join(tmpdir(), 'rtprov-file-'));
  readonly root = join(this.base, 'root');
  readonly state = join(this.base, 'state');
  readonly stage = join(this.base, 'stage');
  readonly store = new MemoryContentStore();

  /** `foreign`: the folder to play in belongs to another user, who may change names in it at any moment. */
  constructor(
    readonly shell: ShellName,
    foreign = false,
  ) {
    for (const folder of [this.root, this.state, this.stage]) mkdirSync(folder);
    if (!foreign) return;
    chmodSync(this.base, 0o755);
    for (const folder of [this.state, this.stage]) chmodSync(folder, 0o700);
    chownSync(this.root, strangerId, strangerId);
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /** Puts bytes on the target for `write`, as the engine's upload does, and into the store. */
  upload(content: Buffer | string): string {
    const sha256 = this.store.put(Buffer.from(content));
    if (!existsSync(join(this.stage, sha256))) writeFileSync(join(this.stage, sha256), content);
    return sha256;
  }

  /** The state of a file with these bytes, which are on the target as after an upload; by default it is root's. */
  regular(
    content: string,
    attributes: Partial<FileAttributes> = {},
  ): Extract<FileState, { readonly type: 'file' }> {
    const usual = { mode: '0644', owner: 'root', group: 'root' };
    const bytes = { sha256: this.upload(content), size: Buffer.byteLength(content) };
    return { type: 'file', ...bytes, ...usual, ...attributes };
  }

  wrap(script: string | Shell, strict = true): string {
    return [
      strict ? 'set -eu' : '',
      `rtp_state=${quote(this.state)} rtp_stage=${quote(this.stage)}`,
      `rtp_blob() { if [ -f "$rtp_stage/$1" ]; then printf '%s' "$rtp_stage/$1"; else printf '%s' "$rtp_state/blobs/$1"; fi; }`,
      fileKind.library.text,
      String(script),
      '',
    ].join('\n');
  }

  run(script: string | Shell, strict = true): Outcome {
    const { command, args, env } = commandOf(this.shell);
    const done = spawnSync(command, args, {
      input: this.wrap(script, strict),
      env,
      maxBuffer: 512 * 1024 * 1024,
    });
    return { status: done.status, stdout: done.stdout, stderr: done.stderr.toString('utf8') };
  }

  /** Runs the script and kills it, with all that it started, after a delay. */
  async runAndKill(script: string | Shell, delayMs: number): Promise<void> {
    const { command, args, env } = commandOf(this.shell);
    const child = spawn(command, args, { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => undefined);
    child.stdin.end(this.wrap(script));
    const closed = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It was done already.
    }
    await closed;
  }

  /** Runs a script that must succeed. */
  must(script: string | Shell): Buffer {
    const outcome = this.run(script);
    if (outcome.status !== 0) throw new Error(`status ${String(outcome.status)}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  read(requests: readonly (Omit<ReadRequest<'file'>, 'kind'> | string)[]): ReadonlyMap<string, FileState> {
    const full = requests.map((request): ReadRequest<'file'> => ({
      kind: 'file',
      ...(typeof request === 'string' ? { name: request } : request),
    }));
    return fileKind.parse(full, this.must(fileKind.read(full)), this.store);
  }

  readOne(name: string, depth: 'meta' | 'content' | 'tree' = 'meta'): FileState {
    const state = this.read([{ name, depth }]).get(name);
    if (state === undefined) throw new Error(`no state of ${name}`);
    return state;
  }

  show(name: string): string {
    return this.must(fileKind.show(name)).toString('utf8');
  }

  /** The lines of many paths, by one shell. */
  shows(scripts: readonly Shell[]): string[] {
    return this.must(lines(scripts)).toString('utf8').split('\n').slice(0, -1);
  }

  showExact(name: string, like: FileState): string {
    return this.must(fileKind.showExact(name, like)).toString('utf8');
  }

  apply(...changes: Change<'file'>[]): void {
    this.must(fileKind.save(changes));
    this.must(fileKind.write(changes));
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}

export function change(name: string, from: FileState, to: FileState): Change<'file'> {
  return { id: { kind: 'file', name }, from, to };
}

/** The changes that undo these. */
export function reversed(changes: readonly Change<'file'>[]): Change<'file'>[] {
  return changes.toReversed().map(({ id, from, to }) => change(id.name, to, from));
}

/** Runs the tests of `body` once for each shell, each test with a fresh target (`foreign`: as in `Target`). */
export function onEachShell(
  title: string,
  body: (target: () => Target, shell: ShellName) => void,
  { shells = shellNames, foreign = false }: { shells?: readonly ShellName[]; foreign?: boolean } = {},
): void {
  for (const shell of shells) {
    describe(`${title} (${shell})`, () => {
      let current: Target | undefined;
      beforeEach(() => {
        current = new Target(shell, foreign);
      });
      afterEach(() => {
        current?.remove();
      });
      body(() => {
        if (current === undefined) throw new Error('no target outside a test');
        return current;
      }, shell);
    });
  }
}
