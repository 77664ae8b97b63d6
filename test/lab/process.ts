import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a finished command left. `code` is 128 + n-like `-1` when a signal ended it. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds, none by default. */
  readonly timeoutMs?: number;
}

/** Runs a command to its end whatever its exit code; rejects only when it cannot be started. */
export function attempt(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        maxBuffer: 256 * 1024 * 1024,
        encoding: 'utf8',
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
        ...(options.timeoutMs === undefined
          ? {}
          : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'string') reject(new Error(error.message, { cause: error }));
        else resolve({ code: typeof error.code === 'number' ? error.code : -1, stdout, stderr });
      },
    );
    // A command that ends before it has read its input is not a fault of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs a command and returns its standard output; a failure carries the command and its standard error. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const done = await attempt(command, args, options);
  if (done.code === 0) return done.stdout;
  const said = (done.stderr + done.stdout).trim().split('\n').slice(-15).join('\n');
  throw new Error(`${[command, ...args].join(' ').slice(0, 300)}: exit code ${done.code}\n${said}`);
}

/**
 * The start time of a process in clock ticks since boot, undefined when it is gone or a zombie.
 * Together with the pid it names one process for good: pids are used again.
 */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command's name and may hold blanks and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** A process that was written down: alive only while pid and start time both fit. */
export interface ProcessId {
  readonly pid: number;
  readonly start: string;
}

export function isAlive(id: ProcessId): boolean {
  return startTime(id.pid) === id.start;
}

export function thisProcess(): ProcessId {
  return { pid: process.pid, start: startTime(process.pid) ?? '' };
}

/** Kills one written-down process and waits until it is gone. */
export async function killProcess(id: ProcessId): Promise<void> {
  while (isAlive(id)) {
    try {
      process.kill(id.pid, 'SIGKILL');
    } catch {
      return;
    }
    await sleep(10);
  }
}

/** Starts a process in a session of its own that outlives this one, with its output in a file descriptor. */
export function startDetached(
  command: string,
  args: readonly string[],
  output: number,
  cwd: string,
): ProcessId | undefined {
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', output, output] });
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) return undefined;
  const start = startTime(child.pid);
  return start === undefined ? undefined : { pid: child.pid, start };
}

/** Polls until `done` answers something; throws with `what` when the time is over. */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  done: () => Promise<T | undefined> | T | undefined,
  everyMs = 40,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await done();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(everyMs);
  }
}
