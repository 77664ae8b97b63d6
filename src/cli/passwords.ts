/** Passwords that are asked for before anything else: --ask-pass and --ask-become-pass. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { Passwords } from './connect.js';
import type { ConnectionOptions } from './options.js';
import type { TerminalPrompter } from './prompter.js';

export async function askPasswords(
  options: ConnectionOptions,
  prompter: TerminalPrompter | undefined,
): Promise<Passwords> {
  const ask = async (question: string): Promise<string> => {
    if (prompter === undefined)
      throw new RtprovError(
        'NO_PROMPT',
        `there is nobody to ask for the ${question}: standard input is not a terminal`,
        { hint: 'Give it as a variable of the host (ansible_become_password).' },
      );
    return prompter.ask(question, { echo: false });
  };
  return {
    ...(options.askPass ? { login: await ask('login password') } : {}),
    ...(options.askBecomePass ? { become: await ask('sudo password') } : {}),
  };
}
