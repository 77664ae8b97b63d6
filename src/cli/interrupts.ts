/**
 * Ctrl-C, SIGTERM and SIGHUP: the first ends the run between windows, the second at once (the journal on the targets keeps what
 * undo needs). A run that is in no window does not let anybody wait: it ends within two seconds.
 */
import { exitCodeOfSignal, watchSignals, type EndingSignal } from './signal-watch.js';

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** What the program ends with; undefined when no signal came. */
  exitCode(): number | undefined;
  dispose(): void;
}

export interface InterruptOptions {
  /** Tells the person at the terminal. */
  note(text: string): void;
  /** Is something being written on a target right now? That is waited for. */
  isWriting(): boolean;
  /** Brings the terminal back to what it was. */
  leave(): Promise<void>;
}

/** What is in no window has this long to end by itself. */
const graceMs = 1200;
const lookMs = 100;

export function interrupts(options: InterruptOptions): Interrupts {
  const controller = new AbortController();
  let first: EndingSignal | undefined;
  let looking: NodeJS.Timeout | undefined;
  const end = (signal: EndingSignal): void => {
    const code = exitCodeOfSignal(signal);
    void options.leave().finally(() => process.exit(code));
    setTimeout(() => process.exit(code), lookMs);
  };
  const look = (signal: EndingSignal): void => {
    if (options.isWriting()) looking = setTimeout(() => look(signal), lookMs);
    else end(signal);
  };
  const watch = watchSignals((signal) => {
    if (first !== undefined) {
      process.exit(exitCodeOfSignal(signal));
    }
    first = signal;
    controller.abort();
    options.note(
      'Interrupted: each host ends behind the step that it is writing. Press Ctrl-C again to leave at once.',
    );
    looking = setTimeout(() => look(signal), graceMs);
  });
  return {
    signal: controller.signal,
    exitCode: () => (first === undefined ? undefined : exitCodeOfSignal(first)),
    dispose: () => {
      clearTimeout(looking);
      watch.dispose();
    },
  };
}
