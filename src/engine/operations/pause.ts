/** `pause`: for a time, or until somebody presses Enter. */
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { sleep } from './waiting.js';

export async function pause(
  operation: OperationOf<'pause'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({}), actions: ['pause'] };
  const began = performance.now();
  if (operation.seconds !== undefined) {
    inputs.step(`pause of ${operation.seconds} s`);
    await sleep(operation.seconds, inputs.context.stop);
    return good({ delta: Math.round((performance.now() - began) / 1000), user_input: '' });
  }
  const { prompter } = inputs.context;
  if (prompter === undefined) return bad('nobody can press Enter: standard input is not a terminal');
  const answer = await prompter.ask(operation.prompt ?? 'Press Enter to continue', { echo: operation.echo });
  return good({
    delta: Math.round((performance.now() - began) / 1000),
    user_input: answer,
    echo: operation.echo,
  });
}
