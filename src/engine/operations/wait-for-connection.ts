/** `wait_for_connection`: until the target answers over a new connection. */
import { raw } from '../../shell/shell.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { sleep, until } from './waiting.js';

export async function waitForConnection(
  operation: OperationOf<'wait_for_connection'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return good({});
  inputs.step('waiting for a connection');
  const began = performance.now();
  await sleep(operation.delaySeconds, inputs.context.stop);
  let last: unknown;
  const came = await until(
    operation.timeoutSeconds,
    operation.sleepSeconds,
    inputs.context.stop,
    async () => {
      try {
        await inputs.target.reconnect();
        return (await inputs.shell.script(raw(':'))).status === 0;
      } catch (error) {
        last = error;
        return false;
      }
    },
  );
  if (!came)
    return bad(
      `no connection within ${operation.timeoutSeconds} s: ${last instanceof Error ? last.message : ''}`,
    );
  return good({ elapsed: Math.round((performance.now() - began) / 1000) });
}
