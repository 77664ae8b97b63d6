/** `meta`: ends of hosts and plays, facts and connections. Handlers are flushed by the program itself. */
import { good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';

export async function meta(
  operation: OperationOf<'meta'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  switch (operation.action) {
    case 'end_host':
      return good({ ends: 'host' });
    case 'end_play':
    case 'end_batch':
      return good({ ends: 'play' });
    case 'clear_host_errors':
      return good({ clears: true });
    case 'clear_facts':
      inputs.shell.forgetFacts();
      return good({});
    case 'reset_connection':
      if (!inputs.checkMode) await inputs.target.reconnect();
      return good({});
    default:
      return good({});
  }
}
