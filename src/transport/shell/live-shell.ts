/** One running session shell: says hello, then answers frames one at a time, until it dies. */
import { lastWords, transportError } from '../errors.js';
import { AnswerReader, encodeFrame, newNonce, type FrameKind } from './framing.js';
import { launch, type Launched, type LaunchRequest, programTaken } from './launch.js';
import { endOfInput, inputEaten, sessionProgram } from './bootstrap.js';
import { OutputKeeper } from './output-keeper.js';
import { describeEnd, type ProcessEnd } from '../process.js';
import type { ScriptResult } from '../types.js';

export interface Hello {
  readonly pid: number;
  readonly user: string;
  readonly uid: number;
  readonly home: string;
}

/** What a shell is given to run. */
export interface ShellJob {
  readonly kind: FrameKind;
  readonly text: string;
  /** Function definitions that travel in front. */
  readonly definitions: readonly string[];
  readonly onStderr?: (chunk: Buffer) => void;
  readonly maxOutputBytes?: number;
  readonly mark?: string;
  /** Called once for each stream whose output is beyond the limit. */
  readonly onCut?: () => void;
}

interface Pending {
  readonly out: AnswerReader;
  readonly err: AnswerReader;
  readonly resolve: (result: ScriptResult) => void;
  readonly reject: (error: Error) => void;
}

const HELLO_LINES = 3;
/** A hello is three short lines. */
const HELLO_BYTES = 64 * 1024;
/** After the marker a shell answers at once; one that does not may wait for a program that start files took. */
const ASK_MS = 3000;

export class LiveShell {
  /** What the shell said of itself; rejects when it did not come so far. */
  readonly hello: Promise<Hello>;
  /** Names of the libraries that this shell has. */
  readonly defined = new Set<string>();
  private greet: (hello: Hello) => void = () => undefined;
  private refuse: (error: Error) => void = () => undefined;
  private helloText: string | undefined = '';
  private pending: Pending | undefined;
  private failure: Error | undefined;
  private dying = '';
  private answered = false;

  private constructor(
    private readonly launched: Launched,
    private readonly at: string,
    private readonly helloMs: number,
  ) {
    this.hello = new Promise((resolve, reject) => {
      this.greet = resolve;
      this.refuse = reject;
    });
    this.hello.catch(() => undefined);
    const { process } = launched;
    launched.ready.then(
      () => {
        process.stdout.on('data', (chunk: Buffer) => this.onStdout(chunk));
        process.stderr.on('data', (chunk: Buffer) => this.onStderr(chunk));
        process.stdout.resume();
        process.stderr.resume();
        this.awaitHello();
        void process.ended.then((end) => this.onEnd(end));
      },
      (error: unknown) => this.fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Starts a shell. Comes back before the shell has answered, so that a first script can follow at once. */
  static async start(request: Omit<LaunchRequest, 'program'>): Promise<LiveShell> {
    const launched = await launch({ ...request, program: sessionProgram() });
    return new LiveShell(launched, request.at, request.deadlineMs);
  }

  get isDead(): boolean {
    return this.failure !== undefined;
  }

  get marker(): string {
    return this.launched.marker;
  }

  get stdin() {
    return this.launched.process.stdin;
  }

  /** Resolves when the shell is no more. */
  get ended(): Promise<ProcessEnd> {
    return this.launched.process.ended;
  }

  /** Sends one job and gives its answer. The caller sends the next only after that. */
  async run(job: ShellJob): Promise<ScriptResult> {
    if (!this.launched.mayWriteNow) await this.launched.ready;
    if (this.failure !== undefined) throw this.failure;
    const nonce = newNonce();
    const answer = new Promise<ScriptResult>((resolve, reject) => {
      const keeper = (): OutputKeeper =>
        new OutputKeeper(job.maxOutputBytes ?? Number.MAX_SAFE_INTEGER, job.mark, job.onCut);
      const out = new AnswerReader(nonce, undefined, keeper());
      this.pending = { out, err: new AnswerReader(nonce, job.onStderr, keeper()), resolve, reject };
    });
    const frames = job.definitions.map((text) => encodeFrame('D', newNonce(), text));
    this.stdin.write(Buffer.concat([...frames, encodeFrame(job.kind, nonce, job.text)]));
    return await answer;
  }

  /** `why`: what its script fails with. */
  close(why: Error = transportError('CONNECTION_LOST', `the session on ${this.at} was closed`)): void {
    this.fail(why);
    this.launched.process.close();
  }

  private awaitHello(): void {
    const asking = setTimeout(() => this.stdin.write(endOfInput(this.marker)), ASK_MS);
    const late = setTimeout(() => {
      this.fail(
        transportError('SHELL_DIED', `the shell on ${this.at} did not answer within ${this.helloMs} ms`, {
          hint: "Look in the login shell's start files for something that waits, or for a slow directory service.",
        }),
      );
      this.launched.process.close();
    }, this.helloMs);
    const over = (): void => {
      clearTimeout(asking);
      clearTimeout(late);
    };
    this.hello.then(over, over);
  }

  private onStdout(chunk: Buffer): void {
    let rest = chunk;
    if (this.helloText !== undefined) {
      // latin1 keeps bytes and indexes one to one.
      this.helloText += chunk.toString('latin1');
      const lines = this.helloText.split('\n');
      if (lines.length <= HELLO_LINES) {
        if (this.helloText.length > HELLO_BYTES) this.close();
        return;
      }
      this.greet(parseHello(lines));
      rest = Buffer.from(lines.slice(HELLO_LINES).join('\n'), 'latin1');
      this.helloText = undefined;
    }
    if (rest.length > 0 && this.pending?.out.push(rest) === true) this.settle();
  }

  private onStderr(chunk: Buffer): void {
    this.dying = (this.dying + chunk.toString()).slice(-4096);
    if (this.pending?.err.push(chunk) === true) this.settle();
  }

  private settle(): void {
    const { pending } = this;
    if (pending?.out.isDone !== true || !pending.err.isDone) return;
    this.pending = undefined;
    this.dying = '';
    this.answered = true;
    const { out, err } = pending;
    const isCut = out.cuts.length + err.cuts.length > 0;
    pending.resolve({
      status: out.status,
      stdout: out.output,
      stderr: err.output,
      ...(isCut ? { cuts: { stdout: out.cuts, stderr: err.cuts } } : {}),
    });
  }

  private onEnd(end: ProcessEnd): void {
    if (end.code === inputEaten && this.helloText !== undefined) {
      this.fail(programTaken(this.at));
      this.launched.process.close();
      return;
    }
    const said = lastWords(this.dying.replace(/[0-9a-f]{32}[<>]\d*/g, ''));
    this.fail(
      end.lost ??
        transportError(
          'SHELL_DIED',
          `the shell on ${this.at} died: ${describeEnd(end)}${said === '' ? '' : ` (${said})`}`,
          {
            hint: this.answered
              ? 'A script must not kill its own shell. The next script gets a new one.'
              : "Check the login shell's start files, such as limits that they set (`ulimit`), and ForceCommand.",
          },
        ),
    );
    this.launched.process.close();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.refuse(error);
    this.pending?.reject(error);
    this.pending = undefined;
  }
}

function parseHello(lines: readonly string[]): Hello {
  const [pid = '', id = '', home = ''] = lines.map((line) => Buffer.from(line, 'latin1').toString());
  const match = /^uid=(\d+)(?:\(([^)]*)\))?/.exec(id);
  return {
    pid: Number(pid),
    uid: Number(match?.[1] ?? Number.NaN),
    user: match?.[2] ?? match?.[1] ?? '',
    home,
  };
}
