/**
 * Starts `sh` on a target, as the login user or through sudo, and waits for its random marker. Noise that login files
 * print before the marker is dropped. The password goes to stdin only when sudo's random prompt has been seen, and nothing
 * else is sent before the marker when there is a password.
 */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { argvProgram, fillingInput, inputEaten, lastFilling, programInput } from './bootstrap.js';
import { lastWords, messageOf, transportError } from '../errors.js';
import { describeEnd, type ProcessEnd, type RemoteProcess } from '../process.js';
import { sudoFailure, sudoWords, wrongPassword } from './sudo.js';
import type { BecomeOptions } from '../types.js';

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
  /** Resolves when the marker came on both outputs, which are then paused after it. Rejects coded. */
  readonly ready: Promise<void>;
}

const PLAIN_SHELL = /^[A-Za-z0-9_./-]+( [A-Za-z0-9_./-]+)*$/;
const KEPT = 16 * 1024;
const FILL_MS = 3000;
/** The marker comes on both outputs at once. */
const ALONE_MS = 5000;

export async function launch(request: LaunchRequest): Promise<Launched> {
  const { become, shell } = request;
  if (!PLAIN_SHELL.test(shell))
    throw transportError('SHELL_DIED', `not a shell's command: ${JSON.stringify(shell)}`);
  const marker = `rtprov-${randomBytes(12).toString('hex')}`;
  const prompt = `rtprov-ask-${randomBytes(12).toString('hex')}:`;
  const sudo = become === undefined ? '' : `${sudoWords(become, prompt)} `;
  // A bash that takes the place of one which sshd began reads ~/.bashrc once more, unless an option prevents it.
  const command = /(^|\/)bash$/.test(shell) ? `${shell} --norc` : shell;
  const process = await request.spawn(`exec ${sudo}${command} -c '${argvProgram(marker)}'`);
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

/** One output of the program: what came before the marker, and what came after it. */
class Marked {
  before = '';
  after: string | undefined;

  constructor(private readonly marker: string) {}

  /** latin1 keeps bytes and indexes one to one. */
  push(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    if (this.after !== undefined) {
      this.after += text;
      return;
    }
    this.before += text;
    const at = this.before.indexOf(this.marker);
    if (at >= 0) this.after = this.before.slice(at + this.marker.length);
    this.before = at >= 0 ? this.before.slice(0, at) : this.before.slice(-KEPT);
  }

  /** Gives back to the stream what is no longer ours, and halts it. */
  release(stream: Readable): void {
    stream.pause();
    if (this.after) stream.unshift(Buffer.from(this.after, 'latin1'));
  }
}

/** What came instead of the marker; some shells repeat the whole program in their complaints. */
function saidBy(marker: string, ...outputs: readonly Marked[]): string {
  const all = outputs.map(({ before }) => Buffer.from(before, 'latin1').toString()).join('');
  return all.replaceAll(argvProgram(marker), '...');
}

/** Resolves when the marker came on both outputs, which are then paused after it. Rejects coded. */
function awaitMarker(
  process: RemoteProcess,
  marker: string,
  prompt: string,
  request: LaunchRequest,
): Promise<void> {
  return new Promise((resolve, reject) => new MarkerWait(process, marker, prompt, request, resolve, reject));
}

/** Waits from its making on, and ends once: by `resolve` or by `reject`. */
class MarkerWait {
  private readonly out: Marked;
  private readonly err: Marked;
  /** How often sudo asked for the password. */
  private asked = 0;
  private alone: NodeJS.Timeout | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly filling: NodeJS.Timeout;

  constructor(
    private readonly process: RemoteProcess,
    private readonly marker: string,
    private readonly prompt: string,
    private readonly request: LaunchRequest,
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.out = new Marked(`${marker}\n`);
    this.err = new Marked(`${marker}\n`);
    // Start files may wait for more than was sent.
    this.filling = setTimeout(() => {
      if (this.password === undefined) process.stdin.write(lastFilling);
    }, FILL_MS);
    this.timer = setTimeout(() => this.end(this.tooLate()), request.deadlineMs);
    process.stdout.on('data', this.onStdout);
    process.stderr.on('data', this.onStderr);
    process.stdin.on('error', () => undefined);
    process.ended.then(
      (end) => this.end(this.endedBy(end)),
      (error: unknown) => this.end(new Error(messageOf(error))),
    );
  }

  private get password(): string | undefined {
    return this.request.become?.password;
  }

  private readonly onStdout = (chunk: Buffer): void => {
    this.out.push(chunk);
    if ((this.out.after?.length ?? 0) > KEPT) this.process.stdout.pause();
    this.look();
  };

  private readonly onStderr = (chunk: Buffer): void => {
    const { err, prompt, password } = this;
    const { become, at } = this.request;
    err.push(chunk);
    if ((err.after?.length ?? 0) > KEPT) this.process.stderr.pause();
    while (become !== undefined && password !== undefined && err.before.includes(prompt)) {
      err.before = err.before.replace(prompt, '');
      this.asked += 1;
      if (this.asked > 1) {
        this.end(wrongPassword(become, at));
        return;
      }
      this.process.stdin.write(`${password}\n`);
    }
    this.look();
  };

  /** Ends the waiting where what came so far decides it. */
  private look(): void {
    const { out, err, marker } = this;
    const { at } = this.request;
    if (out.after !== undefined && err.after !== undefined) this.end();
    else if (out.after?.includes(`${marker}\n`)) this.end(redirected(at, 'error'));
    else if (err.after?.includes(`${marker}\n`)) this.end(redirected(at, 'output'));
    else if (this.password !== undefined && out.before.includes(this.prompt))
      this.end(redirected(at, 'error'));
    else if (out.before.includes(`${marker}+`)) this.end(notStarted(at, 'what was sent came back', ''));
    else if (out.after !== undefined || err.after !== undefined)
      this.alone ??= setTimeout(
        () => this.end(redirected(at, out.after === undefined ? 'output' : 'error')),
        ALONE_MS,
      );
  }

  /** Why a shell that ended gave no marker on both outputs. */
  private endedBy(end: ProcessEnd): Error {
    const { become, at } = this.request;
    const said = saidBy(this.marker, this.err, this.out);
    if (end.lost !== undefined) return end.lost;
    if (end.code === inputEaten) return programTaken(at);
    if (this.out.after !== undefined) return redirected(at, 'error', said);
    if (this.err.after !== undefined) return redirected(at, 'output', said);
    return become === undefined ? notStarted(at, describeEnd(end), said) : sudoFailure(become, at, said);
  }

  private tooLate(): Error {
    const { become, at, deadlineMs } = this.request;
    const said = lastWords(saidBy(this.marker, this.err, this.out));
    return transportError(
      become === undefined ? 'SHELL_DIED' : 'BECOME_FAILED',
      `no shell began on ${at} within ${deadlineMs} ms${said === '' ? '' : ` (${said})`}`,
      {
        hint: "Look in the login shell's start files for something that waits or redirects (`exec 2>`), or for a slow PAM module.",
      },
    );
  }

  private end(error?: Error): void {
    const { process } = this;
    clearTimeout(this.timer);
    clearTimeout(this.filling);
    clearTimeout(this.alone);
    process.stdout.off('data', this.onStdout);
    process.stderr.off('data', this.onStderr);
    if (error !== undefined) {
      this.reject(error);
      return;
    }
    this.out.release(process.stdout);
    this.err.release(process.stderr);
    this.resolve();
  }
}

/** A shell's answers are on both outputs, so none would ever be complete. */
function redirected(at: string, stream: 'output' | 'error', output = ''): Error {
  const said = lastWords(output);
  const msg = `no shell began on ${at}: its standard ${stream} does not arrive${said === '' ? '' : ` (${said})`}`;
  return transportError('SHELL_DIED', msg, {
    hint: "Look for a redirection in the login shell's start files (`exec >`, `exec 2>&1`) or a limit (`ulimit -n`), and make it for interactive shells only.",
  });
}

/** Nothing of a program was run: what read it was not a shell of rtprov, or did not get all of it. */
export function programTaken(at: string): Error {
  const msg = `start files of the login shell on ${at} read from standard input and took the program; nothing was run`;
  return transportError('INPUT_EATEN', msg, {
    hint: 'Find the `read`, the `cat`, the shell (`exec sh`) or the redirection (`exec </dev/null`) in them.',
  });
}

function notStarted(at: string, how: string, output: string): Error {
  const said = lastWords(output);
  return transportError('SHELL_DIED', `no shell began on ${at}: ${how}${said === '' ? '' : ` (${said})`}`, {
    hint: "Check the user's login shell and its start files (an `exit` or `exec` in them), ForceCommand, and that the target has a POSIX sh.",
  });
}
