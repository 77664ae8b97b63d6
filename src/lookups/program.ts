/** Runs a program of the controller for a lookup: at once, or so that other hosts go on meanwhile. */
import { spawn, spawnSync } from 'node:child_process';
import type { Printed, Program } from './lookup.js';

/** More is not a value of a variable. */
const maximalBytes = 32 * 1024 * 1024;
const tooMuch = 'it printed more than 32 MiB';

/** Seconds after which a program is stopped that all else waits for. */
const patience = 60;

/** All of rtprov waits for it: connections to hosts too. */
export function runNow({ file, args, cwd, input, seconds = patience }: Program): Printed {
  const options = {
    cwd,
    encoding: 'utf8' as const,
    maxBuffer: maximalBytes,
    input: input ?? '',
    timeout: seconds * 1000,
    killSignal: 'SIGKILL' as const,
    // A group of its own, so that all of it can be ended.
    detached: true,
  };
  const done = spawnSync(file, args, options);
  const { error } = done as { readonly error?: NodeJS.ErrnoException };
  if (error !== undefined) {
    endGroup(done.pid);
    const why = { ENOBUFS: tooMuch, ETIMEDOUT: `it took more than ${seconds} s` }[error.code ?? ''];
    throw new Error(why ?? error.message, { cause: error });
  }
  return { stdout: done.stdout, stderr: done.stderr, code: done.status };
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined && pid > 0) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Ends the program, and what it started, when `stop` says so. */
export function runBeside({ file, args, cwd, input, seconds }: Program, stop: AbortSignal): Promise<Printed> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that all of it can be ended.
    const child = spawn(file, args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let fault: Error | undefined;
    const end = (why: string): void => {
      fault ??= new Error(why);
      endGroup(child.pid);
    };
    const interrupt = (): void => {
      end('it was interrupted');
    };
    const timer =
      seconds === undefined ? undefined : setTimeout(end, seconds * 1000, `it took more than ${seconds} s`);
    stop.addEventListener('abort', interrupt);
    if (stop.aborted) interrupt();
    const keep = (part: 'stdout' | 'stderr', bytes: Buffer): void => {
      size += bytes.length;
      if (size > maximalBytes) end(tooMuch);
      else parts[part].push(bytes);
    };
    child.stdout.on('data', (bytes: Buffer) => {
      keep('stdout', bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => {
      keep('stderr', bytes);
    });
    // A program that does not read its input is not a fault.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    const settle = (work: () => void): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', interrupt);
      work();
    };
    child.on('error', (error) => {
      settle(() => {
        reject(error);
      });
    });
    child.on('close', (code) => {
      settle(() => {
        if (fault !== undefined) reject(fault);
        else resolve({ stdout: text(parts.stdout), stderr: text(parts.stderr), code });
      });
    });
  });
}

const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('utf8');
