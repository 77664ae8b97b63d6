/** Questions to the person at the terminal: one at a time, with the view held still meanwhile. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { visible } from '../diagnostics/printable.js';
import { commandSecrets } from './command-secrets.js';

export interface Held {
  suspend(): Promise<void>;
  resume(): void;
}

export class TerminalPrompter {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly held: () => Held | undefined) {}

  /** What is asked for without an echo is a secret. */
  ask(question: string, options: { readonly echo: boolean }): Promise<string> {
    const answer = this.queue.then(() => this.now(question, options.echo));
    if (!options.echo) void answer.then((text) => commandSecrets.add(text)).catch(() => undefined);
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  private async now(question: string, echo: boolean): Promise<string> {
    const held = this.held();
    await held?.suspend();
    try {
      return await prompt(visible(question), echo);
    } finally {
      held?.resume();
    }
  }
}

function prompt(question: string, echo: boolean): Promise<string> {
  return new Promise((done, failed) => {
    // What is typed is shown by readline itself; without echo it writes into nothing.
    const silent = new Writable({ write: (_chunk, _encoding, next) => next() });
    const reader = createInterface({
      input: process.stdin,
      output: echo ? process.stderr : silent,
      terminal: true,
    });
    if (!echo) process.stderr.write(`${question}: `);
    let answered = false;
    reader.question(echo ? `${question}: ` : '', (answer) => {
      answered = true;
      reader.close();
      if (!echo) process.stderr.write('\n');
      done(answer);
    });
    reader.on('SIGINT', () => {
      reader.close();
      process.kill(process.pid, 'SIGINT');
    });
    reader.on('close', () => {
      if (!answered) failed(new RtprovError('NO_ANSWER', 'the question was not answered'));
    });
  });
}
