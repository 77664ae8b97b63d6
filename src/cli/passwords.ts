/** Passwords that are asked for before anything else: --ask-pass and --ask-become-pass. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { Passwords } from './connect.js';
import type { ConnectionOptions } from './options.js';
import type { TerminalPrompter } from './prompter.js';

export async function askPasswords(
  options: ConnectionOptions,
  prompter: TerminalPrompter | undefined,
): Promise<Passwords> {
  const ask = async (question: string, variable: string): Promise<string> => {
    if (prompter === undefined)
      throw new RtprovError('NO_PROMPT', `cannot ask for the ${question}: standard input is not a terminal`, {
        hint: `Give it as the variable ${variable} of the host, for instance from lookup("env", ...).`,
      });
    return prompter.ask(question, { echo: false });
  };
  return {
    ...(options.askPass ? { login: await ask('login password', 'ansible_password') } : {}),
    ...(options.askBecomePass ? { become: await ask('sudo password', 'ansible_become_password') } : {}),
  };
}
