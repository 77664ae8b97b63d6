/** Reports signals that ask the program to end, also when its event loop is busy (see signal-thread.ts and docs/adr/0011). */
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { busyInterrupt } from '../values/time-limit.js';
import { signalThread } from './signal-thread.js';

export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndingSignal = (typeof endingSignals)[number];

/** As shells count it: 130, 143, 129. */
export function exitCodeOfSignal(signal: EndingSignal): number {
  return 128 + constants.signals[signal];
}

export interface SignalWatch {
  /** Ends the programs that were started here, but for the shells of targets; resolves when they have been sent the signal. */
  endChildren(): Promise<void>;
  /** Resolves when signals have their usual effect again. */
  dispose(): Promise<unknown>;
}

/** The thread answers at once; should it be gone, nobody waits for it. */
const answerMs = 200;

/** Calls back for each signal until it is disposed of. */
export function watchSignals(onSignal: (signal: EndingSignal) => void): SignalWatch {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const listeners = endingSignals.map((name) => [name, () => onSignal(name)] as const);
  const thread = new Worker(signalThread, {
    eval: true,
    workerData: {
      state,
      busy: busyInterrupt,
      signals: endingSignals.map((name) => [name, constants.signals[name]]),
      showCursor: process.stderr.isTTY || process.stdout.isTTY,
    },
    execArgv: [],
  });
  const listenHere = (): void => {
    for (const [name, listener] of listeners) process.on(name, listener);
  };
  let onEnded = (): void => undefined;
  thread.on('message', (message: EndingSignal | 'unavailable' | 'ended') => {
    if (message === 'ended') {
      onEnded();
      return;
    }
    if (message === 'unavailable') {
      listenHere();
      return;
    }
    Atomics.add(state, 0, 1);
    Atomics.store(busyInterrupt, 0, 0);
    onSignal(message);
  });
  thread.on('error', listenHere);
  thread.unref();
  return {
    endChildren: () =>
      new Promise<void>((resolve) => {
        onEnded = resolve;
        setTimeout(resolve, answerMs);
        thread.postMessage('end');
      }),
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
      return thread.terminate();
    },
  };
}
