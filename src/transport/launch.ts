/**
 * Starts `sh` on a target, as the login user or through sudo, and waits for its random marker. Noise that login files
 * print before the marker is dropped. The password goes to stdin only when sudo's random prompt has been seen, and nothing
 * else is sent before the marker when there is a password.
 */
import { randomBytes } from 'node:crypto';
import { argvProgram, fillingInput, inputEaten, lastFilling, programInput } from './bootstrap.js';
import { lastWords, messageOf, transportError } from './errors.js';
import { describeEnd, type ProcessEnd, type RemoteProcess } from './process.js';
import { sudoFailure, sudoWords, wrongPassword } from './sudo.js';
import type { BecomeOptions } from './types.js';

/** Starts a command line through the login shell of the connection's user. */
export type Spawn = (command: string) => Promise<RemoteProcess>;

export interface LaunchRequest {
  readonly spawn: Spawn;
  /** What runs the program: `sh`, `bash`, `busybox sh`. */
  readonly shell: string;
  /** Evaluated by the shell: one line. */
  readonly program: string;
  readonly become?: BecomeOptions;
  /** `host:port as user`, for messages. */
  readonly at: string;
  readonly deadlineMs: number;
  /** Start files read the stdin: they are given empty lines, and the program is sent once they are done. */
  readonly waits?: boolean;
}

export interface Launched {
  readonly process: RemoteProcess;
  /** The marker in the shell's command line, by which the process can be recognised. */
  readonly marker: string;
  /** True when bytes may be written at once; otherwise only after `ready`. */
  readonly mayWriteNow: boolean;
  /** Resolves when the marker came; stdout and stderr are then paused behind it. Rejects coded. */
  readonly ready: Promise<void>;
}

const PLAIN_SHELL = /^[A-Za-z0-9_./-]+( [A-Za-z0-9_./-]+)*$/;
const KEPT = 16 * 1024;
const FILL_MS = 3000;

export async function launch(request: LaunchRequest): Promise<Launched> {
  const { become, shell } = request;
  if (!PLAIN_SHELL.test(shell))
    throw transportError('SHELL_DIED', `not a shell's command: ${JSON.stringify(shell)}`);
  const marker = `rtprov-${randomBytes(12).toString('hex')}`;
  const prompt = `rtprov-ask-${randomBytes(12).toString('hex')}:`;
  const sudo = become === undefined ? '' : `${sudoWords(become, prompt)} `;
  const process = await request.spawn(`exec ${sudo}${shell} -c '${argvProgram(marker)}'`);
  const mayWriteNow = become?.password === undefined && request.waits !== true;
  const input = programInput(marker, request.program);
  if (mayWriteNow) process.stdin.write(input);
  else if (become?.password === undefined) process.stdin.write(fillingInput);
  const ready = awaitMarker(process, marker, prompt, request).then(() => {
    if (!mayWriteNow) process.stdin.write(input);
  });
  ready.catch(() => process.close());
  return { process, marker, mayWriteNow, ready };
}

function awaitMarker(
  process: RemoteProcess,
  marker: string,
  prompt: string,
  request: LaunchRequest,
): Promise<void> {
  const { become, at } = request;
  return new Promise((resolve, reject) => {
    let out = Buffer.alloc(0);
    let err = '';
    let asked = 0;
    const settle = (error?: Error) => {
      clearTimeout(timer);
      clearTimeout(filling);
      process.stdout.off('data', onStdout);
      process.stderr.off('data', onStderr);
      if (error !== undefined) {
        reject(error);
        return;
      }
      process.stdout.pause();
      process.stderr.pause();
      resolve();
    };
    const onStdout = (chunk: Buffer) => {
      out = Buffer.concat([out, chunk]);
      const at = out.indexOf(`${marker}\n`);
      if (at < 0) {
        out = out.subarray(Math.max(0, out.length - KEPT));
        return;
      }
      settle();
      const rest = out.subarray(at + marker.length + 1);
      if (rest.length > 0) process.stdout.unshift(rest);
    };
    const onStderr = (chunk: Buffer) => {
      err = (err + chunk.toString()).slice(-KEPT);
      while (become?.password !== undefined && err.includes(prompt)) {
        err = err.replace(prompt, '');
        asked += 1;
        if (asked > 1) {
          settle(wrongPassword(become, at));
          return;
        }
        process.stdin.write(`${become.password}\n`);
      }
    };
    const onEnd = (end: ProcessEnd) => {
      if (end.lost !== undefined) settle(end.lost);
      else if (end.code === inputEaten) settle(programTaken(at));
      else if (become !== undefined) settle(sudoFailure(become, at, err + out.toString()));
      else settle(notStarted(at, describeEnd(end), err + out.toString()));
    };
    // Start files may wait for more than was sent.
    const filling = setTimeout(() => {
      if (become?.password === undefined) process.stdin.write(lastFilling);
    }, FILL_MS);
    const timer = setTimeout(() => {
      const said = lastWords(err + out.toString());
      settle(
        transportError(
          become === undefined ? 'SHELL_DIED' : 'BECOME_FAILED',
          `no shell began on ${at} within ${request.deadlineMs} ms${said === '' ? '' : ` (${said})`}`,
          {
            hint: "Look for something in the login shell's start files that waits, or for a slow PAM module.",
          },
        ),
      );
    }, request.deadlineMs);
    process.stdout.on('data', onStdout);
    process.stderr.on('data', onStderr);
    process.stdin.on('error', () => undefined);
    process.ended.then(onEnd, (error: unknown) => settle(new Error(messageOf(error))));
  });
}

/** Nothing of a program was run: what read it was no shell of rtprov, or did not get all of it. */
export function programTaken(at: string): Error {
  const msg = `start files of the login shell on ${at} read from standard input and took the program; nothing was run`;
  return transportError('INPUT_EATEN', msg, {
    hint: 'Find the `read`, the `cat` or the shell (`exec sh`) in them.',
  });
}

function notStarted(at: string, how: string, output: string): Error {
  const said = lastWords(output);
  return transportError('SHELL_DIED', `no shell began on ${at}: ${how}${said === '' ? '' : ` (${said})`}`, {
    hint: "Check the user's login shell and its start files (an `exit` or `exec` in them), ForceCommand, and that the target has a POSIX sh.",
  });
}
