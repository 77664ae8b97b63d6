/** --step: each task is asked about. Without a terminal the answers are the lines of standard input, as in Ansible. */
import { createInterface, type Interface } from 'node:readline';
import { RtprovError } from '../diagnostics/diagnostic.js';
import { visible } from '../diagnostics/printable.js';
import type { RunInputs } from '../engine/run/run-inputs.js';
import type { Held, TerminalPrompter } from './prompter.js';

/** Undefined: nobody answers any more. */
type Ask = (question: string) => Promise<string | undefined>;

/** Answers from a pipe or a file, a line each. They are read when the first is asked for, and only as far as they are needed. */
export class LineAnswers {
  private reader: Interface | undefined;
  private lines: AsyncIterator<string, undefined> | undefined;

  constructor(
    private readonly input: NodeJS.ReadableStream,
    private readonly show: (text: string) => void,
    private readonly held: () => Held | undefined = () => undefined,
  ) {}

  /** Undefined where the input has ended. One question at a time. */
  async ask(question: string): Promise<string | undefined> {
    const held = this.held();
    await held?.suspend();
    try {
      this.show(`${visible(question)}: `);
      this.reader ??= createInterface({ input: this.input, terminal: false });
      this.lines ??= this.reader[Symbol.asyncIterator]();
      const answer = await this.lines.next();
      this.show('\n');
      return answer.value;
    } finally {
      held?.resume();
    }
  }

  /** An input that is still open would keep the program from its end. */
  close(): void {
    this.reader?.close();
  }
}

/** `n`, `y`, or `c` to go on without asking; every other answer is a no. Rejects with RtprovError NO_ANSWER where nobody answers. */
export function stepper(ask: Ask): NonNullable<RunInputs['confirmTask']> {
  let all = false;
  return async (task) => {
    if (all) return true;
    const name = task.name ?? task.module.name;
    const answer = await ask(`Run "${name}"? (n)o, (y)es, (c)ontinue`);
    if (answer === undefined)
      throw new RtprovError('NO_ANSWER', `no answer for the task "${name}": standard input has ended`, {
        hint: 'Nothing more is changed. Give an answer for each task (n, y, or c to continue without questions), or omit --step.',
      });
    all = /^\s*c(ontinue)?\s*$/i.test(answer);
    return all || /^\s*y(es)?\s*$/i.test(answer);
  };
}

/** How the person is asked: at the terminal if there is one. `close` is called at the end of the command. */
export function stepAnswers(
  prompter: TerminalPrompter | undefined,
  held: () => Held | undefined,
): { readonly ask: Ask; readonly close: () => void } {
  if (prompter !== undefined)
    return { ask: (question) => prompter.ask(question, { echo: true }), close: () => undefined };
  const answers = new LineAnswers(process.stdin, (text) => void process.stderr.write(text), held);
  return { ask: (question) => answers.ask(question), close: () => answers.close() };
}
