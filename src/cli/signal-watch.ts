/** Tells of signals that ask the program to end, also when its event loop is busy (see signal-thread.ts and docs/adr/0011). */
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

/** Calls back for each signal until it is disposed of. */
export function watchSignals(onSignal: (signal: EndingSignal) => void): { dispose(): void } {
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
  thread.on('message', (message: EndingSignal | 'unavailable') => {
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
    dispose: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
      void thread.terminate();
    },
  };
}
