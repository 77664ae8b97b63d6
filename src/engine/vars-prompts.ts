/** vars_prompt: variables that a person is asked for before a play. */
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { VarsPrompt } from '../playbook/model.js';
import { plainText, type Value, type Vars } from '../values/value.js';
import type { RunInputs } from './run-inputs.js';

/** Variables of the command line are not asked for. */
export async function askVars(
  prompts: readonly VarsPrompt[],
  inputs: Pick<RunInputs, 'prompter' | 'extraVars' | 'secrets'>,
): Promise<Vars> {
  const answers: Record<string, Value> = {};
  for (const prompt of prompts) {
    if (Object.hasOwn(inputs.extraVars.vars, prompt.name)) continue;
    const { prompter } = inputs;
    if (prompter === undefined) {
      if (prompt.default === undefined) {
        throw new RtprovError(
          'NO_PROMPT',
          `the variable ${prompt.name} has to be asked for and there is nobody to ask`,
          { hint: `Give it with -e ${prompt.name}=VALUE.` },
        );
      }
      answers[prompt.name] = prompt.default;
      continue;
    }
    const fallback =
      prompt.default === undefined ? '' : ` [${prompt.private ? 'default' : plainText(prompt.default)}]`;
    const answer = await prompter.ask(`${prompt.prompt}${fallback}`, { echo: !prompt.private });
    const value = answer === '' && prompt.default !== undefined ? prompt.default : answer;
    if (prompt.private) inputs.secrets.add(plainText(value));
    answers[prompt.name] = value;
  }
  return answers;
}
