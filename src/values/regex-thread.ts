/**
 * Runs regular expressions in a thread of their own, because nothing can stop one that backtracks without end in the thread that
 * it runs in. The caller waits, in short turns, and ends the thread when the time is over or a signal waits.
 */
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { mustGiveUp } from './time-limit.js';

/** A match as it crosses between threads; `input` is left out. */
interface Answer {
  /** The first match, or every match; empty when there is none. */
  readonly matches: readonly RegExpExecArray[];
  readonly lastIndex: number;
  readonly error?: string;
}

export type ThreadResult = Answer | 'late' | 'interrupted';

/** In plain JavaScript, so that it is the same in the bundle. The text stays here between the matches over it. */
const program = `
const { workerData } = require('node:worker_threads');
const { port, state } = workerData;
let text = '';
port.on('message', (ask) => {
  if (ask.text !== undefined) text = ask.text;
  let answer;
  try {
    const regex = new RegExp(ask.source, ask.flags);
    regex.lastIndex = ask.lastIndex;
    const matches = [];
    if (ask.all) for (const match of text.matchAll(regex)) matches.push(match);
    else matches.push(...[regex.exec(text)].filter((match) => match !== null));
    for (const match of matches) match.input = '';
    answer = { matches, lastIndex: regex.lastIndex };
  } catch (error) {
    answer = { matches: [], lastIndex: 0, error: String(error && error.message) };
  }
  port.postMessage(answer);
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
});
`;

/** How long one turn of waiting is; a signal is seen after it. */
const turnMs = 25;

class RegexThread {
  private readonly state = new Int32Array(new SharedArrayBuffer(4));
  private readonly port: MessagePort;
  private readonly worker: Worker;
  private text: string | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(program, {
      eval: true,
      workerData: { port: port2, state: this.state },
      transferList: [port2],
      stdin: false,
      execArgv: [],
      env: {},
    });
    this.worker.unref();
    // A thread that ends by itself is seen as late, and made again.
    this.worker.on('error', () => undefined);
    port1.unref();
  }

  exec(regex: RegExp, text: string, limitMs: number, all: boolean): ThreadResult {
    const end = performance.now() + limitMs;
    Atomics.store(this.state, 0, 0);
    const { source, flags, lastIndex } = regex;
    this.port.postMessage({ source, flags, lastIndex, all, ...(text === this.text ? {} : { text }) });
    this.text = text;
    for (;;) {
      Atomics.wait(this.state, 0, 0, turnMs);
      if (Atomics.load(this.state, 0) === 1) break;
      if (mustGiveUp()) return this.end('interrupted');
      if (performance.now() > end) return this.end('late');
    }
    const received = receiveMessageOnPort(this.port) as { readonly message: Answer } | undefined;
    return received?.message ?? this.end('late');
  }

  private end<T>(why: T): T {
    void this.worker.terminate();
    this.port.close();
    thread = undefined;
    return why;
  }
}

let thread: RegexThread | undefined;

/** One match, or all of them, within the limit. `late` and `interrupted`: it was given up. */
export function execInThread(regex: RegExp, text: string, limitMs: number, all: boolean): ThreadResult {
  thread ??= new RegexThread();
  return thread.exec(regex, text, limitMs, all);
}
