/** The handle that users of the transport hold: queues scripts, re-makes the shell after it died, stops late scripts. */
import type { Readable } from 'node:stream';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { Shell } from '../../shell/shell.js';
import { quietSleep, withDeadline } from '../deadline.js';
import { transportError } from '../errors.js';
import { sendingExchange, whereabouts, type Sending } from './exchanges.js';
import type { FrameKind } from './framing.js';
import type { Hello, LiveShell, ShellJob } from './live-shell.js';
import { Queue } from '../queue.js';
import { stopScript } from './stop-script.js';
import { scriptEnd, traced, type Trace } from '../trace.js';
import type { RunOptions, ScriptResult, ShellSession } from '../types.js';
import { uploadEnd, uploadThrough } from './upload.js';

/** What a session needs of its connection. */
interface SessionHost {
  /** `host:port as user`, for messages. */
  readonly at: string;
  readonly maxOutputBytes: number;
  readonly readTimeoutMs: number;
  openShell(): Promise<LiveShell>;
  openDownload(remotePath: string): Promise<Readable>;
  countRoundTrip(): void;
  readonly trace: Trace | undefined;
  /** Whom its shell becomes; undefined for the login user. */
  readonly become: string | undefined;
  /** From now on programs are sent only once start files are done; false when that was so already. */
  heedStartFiles(): boolean;
}

const STOP_MS = 10_000;
const CLOSE_MS = 2000;

export class Session implements ShellSession {
  private readonly queue = new Queue();
  private readonly libraries = new Map<string, string>();
  private shell: LiveShell | undefined;
  private opening: Promise<LiveShell> | undefined;
  private known: Hello | undefined;
  private farewell: Shell | undefined;

  constructor(private readonly host: SessionHost) {}

  get user(): string {
    return this.hello.user;
  }

  get uid(): number {
    return this.hello.uid;
  }

  get home(): string {
    return this.hello.home;
  }

  /** Resolves once the shell has answered, so that user, uid and home are known. */
  async opened(): Promise<this> {
    this.known = await this.again(async () => (await this.live()).hello);
    return this;
  }

  get isOpen(): boolean {
    return this.shell?.isDead === false;
  }

  /** True while a script runs or waits. */
  get isBusy(): boolean {
    return this.queue.length > 0;
  }

  async run(script: Shell, options: RunOptions = {}): Promise<ScriptResult> {
    return await this.enqueue(() => this.perform('R', script, options), options.signal);
  }

  define(name: string, library: Shell): void {
    if (!this.libraries.has(name)) this.libraries.set(name, library.text);
  }

  beforeGivingWay(script: Shell): void {
    this.farewell = script;
  }

  async upload(source: Readable, remotePath: string, options: Pick<RunOptions, 'signal' | 'withheld'> = {}) {
    const { withheld } = options;
    const sending = { uploads: remotePath, ...(withheld === undefined ? {} : { withheld }) };
    return await this.enqueue(
      () =>
        uploadThrough(
          {
            at: this.host.at,
            readTimeoutMs: this.host.readTimeoutMs,
            run: (script, feed) => this.perform('U', script, sending, feed),
            ...(options.signal === undefined ? {} : { signal: options.signal }),
          },
          source,
          remotePath,
        ),
      options.signal,
    );
  }

  async download(remotePath: string): Promise<Readable> {
    return await this.host.openDownload(remotePath);
  }

  /** Ends the shell, and resolves when it is no more; the next use opens a new one. */
  async close(): Promise<void> {
    const { shell } = this;
    this.shell = undefined;
    shell?.close();
    await Promise.race([shell?.ended, quietSleep(CLOSE_MS)]);
  }

  async end(): Promise<void> {
    await this.enqueue(() => this.close(), undefined);
  }

  /** Ends an idle shell for another one's sake: its last words first. What waits for it gets a new shell. */
  async giveWay(): Promise<void> {
    await this.enqueue(async () => {
      const { farewell } = this;
      if (farewell !== undefined && this.isOpen) await this.perform('R', farewell, {}).catch(() => undefined);
      await this.close();
    }, undefined);
  }

  private get hello(): Hello {
    if (this.known === undefined) throw new Error('the session is not open yet');
    return this.known;
  }

  private async enqueue<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return await this.queue.run(job, signal, () =>
      transportError('INTERRUPTED', `interrupted while waiting for a script on ${this.host.at}`, {
        cause: signal?.reason,
        hint: 'A script that had begun runs to its end on the target.',
      }),
    );
  }

  /** Where start files took the program nothing was run, and the next shell is given it when they are done. */
  private async again<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RtprovError) || error.code !== 'INPUT_EATEN' || !this.host.heedStartFiles())
        throw error;
      return await work();
    }
  }

  private perform(
    kind: FrameKind,
    script: Shell,
    options: Sending,
    feed?: (shell: LiveShell) => Promise<void>,
  ): Promise<ScriptResult> {
    return this.again(() => this.performOnce(kind, script, options, feed));
  }

  private async performOnce(
    kind: FrameKind,
    script: Shell,
    options: Sending,
    feed?: (shell: LiveShell) => Promise<void>,
  ): Promise<ScriptResult> {
    const shell = await this.live();
    // What feeds a script writes to the same stdin, so the frame must be on its way first.
    if (feed !== undefined) await shell.hello;
    const fresh = [...this.libraries].filter(([name]) => !shell.defined.has(name));
    for (const [name] of fresh) shell.defined.add(name);
    this.host.countRoundTrip();
    return await traced(
      this.host.trace,
      () =>
        sendingExchange(
          whereabouts(this.host),
          script,
          options,
          fresh.map(([name]) => name),
        ),
      () =>
        this.send(
          shell,
          { kind, text: script.text, definitions: fresh.map(([, text]) => text) },
          options,
          feed,
        ),
      feed === undefined ? scriptEnd : (answer) => uploadEnd(answer, options),
    );
  }

  private async send(
    shell: LiveShell,
    job: Pick<ShellJob, 'kind' | 'text' | 'definitions'>,
    options: Sending,
    feed?: (shell: LiveShell) => Promise<void>,
  ): Promise<ScriptResult> {
    const { onStderr, mark, isRead } = options;
    const timeoutMs = options.timeoutMs ?? (isRead === true ? this.host.readTimeoutMs : undefined);
    const tooMuch = new AbortController();
    const answer = shell.run({
      ...job,
      maxOutputBytes: this.host.maxOutputBytes,
      ...(mark === undefined ? {} : { mark }),
      ...(onStderr === undefined ? {} : { onStderr }),
      ...(isRead === true ? { onCut: () => tooMuch.abort() } : {}),
    });
    void shell.hello.then((hello) => (this.known = hello)).catch(() => undefined);
    if (feed !== undefined) return (await Promise.all([answer, feed(shell)]))[0];
    if (timeoutMs === undefined) return await answer;
    const hint =
      options.timeoutMs === undefined
        ? 'The variable rtprov_read_timeout (seconds) gives it longer; or find out what it waits for.'
        : 'Find out what it waits for.';
    return await this.within(timeoutMs, hint, answer, shell, tooMuch.signal);
  }

  private async within(
    timeoutMs: number,
    hint: string,
    answer: Promise<ScriptResult>,
    shell: LiveShell,
    tooMuch: AbortSignal,
  ): Promise<ScriptResult> {
    const late = new Error('late');
    const large = new Error('large');
    const over = new Promise<never>((_, reject) => {
      tooMuch.addEventListener('abort', () => reject(large), { once: true });
    });
    try {
      return await withDeadline(Promise.race([answer, over]), timeoutMs, () => late);
    } catch (error) {
      if (error !== late && error !== large) throw error;
      answer.catch(() => undefined);
      const stopped = await this.stop(shell);
      if (error === large) {
        throw transportError(
          'OUTPUT_TOO_LARGE',
          `what was read on ${this.host.at} is more than ${this.host.maxOutputBytes} bytes; ${stopped}`,
          { hint: 'The variable rtprov_max_output (bytes) sets another limit.' },
        );
      }
      throw transportError(
        'SCRIPT_TIMEOUT',
        `a script on ${this.host.at} did not end within ${timeoutMs} ms; ${stopped}`,
        { hint },
      );
    }
  }

  /** Stops what the shell runs through a second shell, which then takes the place of the first. */
  private async stop(late: LiveShell): Promise<string> {
    this.shell = undefined;
    try {
      const work = (async () => {
        const { pid } = await late.hello;
        const shell = await this.live();
        const script = stopScript(pid, late.marker);
        await traced(
          this.host.trace,
          () => ({ ...whereabouts(this.host), operation: 'stop', script }),
          () => shell.run({ kind: 'R', text: script.text, definitions: [] }),
          scriptEnd,
        );
        await Promise.race([late.ended, quietSleep(1000)]);
      })();
      await withDeadline(work, STOP_MS, () => new Error('not stopped'));
      return 'it was stopped';
    } catch {
      return 'it could not be stopped and may still run';
    } finally {
      late.close();
    }
  }

  private async live(): Promise<LiveShell> {
    if (this.shell !== undefined && !this.shell.isDead) return this.shell;
    this.opening ??= this.host.openShell().finally(() => (this.opening = undefined));
    this.shell = await this.opening;
    return this.shell;
  }
}
