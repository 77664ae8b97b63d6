/**
 * Ctrl-C, SIGTERM and SIGHUP: the first ends the run between windows, the second at once (the journal on the targets keeps what
 * undo needs). A run that is in no window does not let anybody wait: it ends within two seconds.
 */
import { exitCodeOfSignal, watchSignals, type EndingSignal, type SignalWatch } from './signal-watch.js';

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** What the program ends with; undefined when no signal came. */
  exitCode(): number | undefined;
  dispose(): void;
}

export interface InterruptOptions {
  /** Shows a text to the person at the terminal. */
  note(text: string): void;
  /** Is something being written on a target right now? That is waited for. */
  isWriting(): boolean;
  /** Brings the terminal back to what it was. */
  leave(): Promise<void>;
}

/** What is in no window has this long to end by itself. */
const graceMs = 1200;
const lookMs = 100;

/** Requests in Node's pool of threads, such as a question to DNS. `process.exit` waits for them, however long they take. */
const inPool = /Req|Job/;

/** Ends the program, and what it started here. Where an exit would wait the signal itself ends it: a shell sees the same number. */
async function leave(watch: SignalWatch, signal: EndingSignal, left?: Promise<void>): Promise<void> {
  await Promise.race([left, new Promise((done) => setTimeout(done, lookMs))]).catch(() => undefined);
  await watch.endChildren();
  if (process.getActiveResourcesInfo().some((name) => inPool.test(name))) {
    await watch.dispose();
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.kill(process.pid, signal);
  } else process.exit(exitCodeOfSignal(signal));
}

/**
 * For commands that need not come to an end: a signal ends them at once, with the programs that they started, and the terminal is as it
 * was. `left` brings back what the command itself changed of it.
 */
export function leaveOnSignals(left?: () => Promise<void> | undefined): void {
  const watch = watchSignals((signal) => void leave(watch, signal, left?.()));
}

export function interrupts(options: InterruptOptions): Interrupts {
  const controller = new AbortController();
  let first: EndingSignal | undefined;
  let looking: NodeJS.Timeout | undefined;
  const look = (signal: EndingSignal): void => {
    if (options.isWriting()) looking = setTimeout(() => look(signal), lookMs);
    else void leave(watch, signal, options.leave());
  };
  const watch = watchSignals((signal) => {
    if (first !== undefined) {
      void leave(watch, signal);
      return;
    }
    first = signal;
    controller.abort();
    options.note(
      'Interrupted: stopping each host after its current step. Press Ctrl-C again to leave at once.',
    );
    looking = setTimeout(() => look(signal), graceMs);
  });
  return {
    signal: controller.signal,
    exitCode: () => (first === undefined ? undefined : exitCodeOfSignal(first)),
    dispose: () => {
      clearTimeout(looking);
      void watch.dispose();
    },
  };
}
