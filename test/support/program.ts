/**
 * The one place from which tests start rtprov: the packed and installed program, in a process of its own, as users start it. Its path
 * is in RTPROV_BIN, which `scripts/test.sh` and `.ci/run` set; a test file that is run alone has it installed here first.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { cloneDir } from '../lab/names.js';
import { scriptPreload, serveScripts, type Rewrite } from './scripts.js';

/** Empty when the installation failed, which is then told by the first who needs it. */
let installed = process.env['RTPROV_BIN'] === '' ? undefined : process.env['RTPROV_BIN'];

/** The path of the installed program. */
export function programPath(): string {
  installed ??= execFileSync('bash', [join(cloneDir, 'scripts', 'install-package.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  return installed;
}

let scratch: string | undefined;

/** A folder of this process, which goes when it ends. */
export function scratchFolder(): string {
  if (scratch === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'rtprov-program-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    scratch = folder;
  }
  return scratch;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** Over the environment of the tests; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it is killed, which `timedOut` shows. Default: an hour, as a run on a virtual machine takes long where it is emulated. */
  readonly timeoutMs?: number;
  /** What it reads; by default nothing. */
  readonly input?: string | Buffer;
  /** Called with each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Rewrites the scripts that it sends to targets: where tests put faults between a run's steps. */
  readonly rewrite?: Rewrite;
  /** Options of Node before the program, such as `--max-old-space-size=200`. */
  readonly nodeOptions?: readonly string[];
}

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

function environment(more: ProgramOptions['env'] = {}): NodeJS.ProcessEnv {
  // Records go to a folder of the tests, and what is printed does not depend on where the tests run.
  const usual = { XDG_STATE_HOME: join(scratchFolder(), 'state'), CI: 'true', NO_COLOR: '1' };
  const { FORCE_COLOR: _color, NODE_OPTIONS: _options, ...inherited } = process.env;
  // A variable that is undefined is not handed on.
  return { ...inherited, ...usual, ...more };
}

/** Starts `rtprov ARGS...`. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  const { rewrite, input, onLine } = options;
  const preload = rewrite === undefined ? [] : ['--require', scriptPreload(scratchFolder())];
  const child = spawn(
    process.execPath,
    [...preload, ...(options.nodeOptions ?? []), programPath(), ...args],
    {
      cwd: options.cwd ?? cloneDir,
      env: environment(options.env),
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...(rewrite === undefined ? [] : ['pipe' as const]),
      ],
    },
  );
  if (rewrite !== undefined) {
    const scripts = child.stdio[3];
    assert.ok(scripts instanceof Duplex);
    serveScripts(scripts, rewrite);
  }
  if (child.stdin !== null) {
    // A program that ends before it has read its input is not a fault of the tests.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  }
  return { child, ended: ending(child, options.timeoutMs ?? 3_600_000, onLine) };
}

function ending(
  child: ChildProcess,
  timeoutMs: number,
  onLine: ((line: string) => void) | undefined,
): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let rest = '';
  let timedOut = false;
  child.stdout?.on('data', (chunk: Buffer) => {
    out.push(chunk);
    if (onLine === undefined) return;
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        timedOut,
      });
    });
  });
}

/** Runs `rtprov ARGS...` to its end, however it ends. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return startProgram(args, options).ended;
}
