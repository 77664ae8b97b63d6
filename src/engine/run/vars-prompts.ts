/** vars_prompt: variables that a person is asked for before a play. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { VarsPrompt } from '../../playbook/read/model.js';
import { plainText, type Value, type Vars } from '../../values/value.js';
import type { Prompter } from './context.js';
import type { EventSink } from './events.js';
import type { RunInputs } from './run-inputs.js';

/** Variables of the command line are not asked for. */
export async function askVars(
  prompts: readonly VarsPrompt[],
  inputs: Pick<RunInputs, 'prompter' | 'extraVars' | 'secrets' | 'emit'>,
): Promise<Vars> {
  const answers: Record<string, Value> = {};
  for (const prompt of prompts) {
    const given = inputs.extraVars.vars[prompt.name];
    if (given !== undefined) {
      if (prompt.private) inputs.secrets.add(plainText(given));
      continue;
    }
    const { prompter } = inputs;
    if (prompter === undefined) {
      if (prompt.default === undefined) {
        throw new RtprovError(
          'NO_PROMPT',
          `the variable ${prompt.name} has to be asked for, but nobody can answer`,
          { hint: `Give it with -e ${prompt.name}=VALUE.` },
        );
      }
      if (prompt.private) inputs.secrets.add(plainText(prompt.default));
      const msg = `the variable ${prompt.name} gets its default, because nobody can answer: standard input is not a terminal`;
      inputs.emit({ type: 'warning', msg });
      answers[prompt.name] = prompt.default;
      continue;
    }
    const fallback =
      prompt.default === undefined ? '' : ` [${prompt.private ? 'default' : plainText(prompt.default)}]`;
    const answer = await answerTo(prompt, `${prompt.prompt}${fallback}`, prompter, inputs.emit);
    const value = answer === '' && prompt.default !== undefined ? prompt.default : answer;
    if (prompt.private) inputs.secrets.add(plainText(value));
    answers[prompt.name] = value;
  }
  return answers;
}

/** With `confirm` it is asked for twice, again and again until both answers are the same, as in Ansible. */
async function answerTo(
  { name, private: hidden, confirm }: VarsPrompt,
  question: string,
  prompter: Prompter,
  emit: EventSink,
): Promise<string> {
  for (;;) {
    const answer = await prompter.ask(question, { echo: !hidden });
    if (!confirm || answer === (await prompter.ask(`confirm ${question}`, { echo: !hidden }))) return answer;
    emit({ type: 'warning', msg: `the two values for ${name} are not the same` });
  }
}
