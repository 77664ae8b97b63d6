/** What the engine does itself for a task: on the controller, or with the connection rather than over it. */
import type { ControllerOperation } from '../../modules/core/controller-operation.js';
import { fetchFile } from './fetch.js';
import { includeVars } from './include-vars.js';
import { meta } from './meta.js';
import { good, type OperationInputs, type OperationOutcome } from './operation.js';
import { pause } from './pause.js';
import { reboot } from './reboot.js';
import { setup } from './setup.js';
import { trialReboot } from './trial-reboot.js';
import { waitFor } from './wait-for.js';
import { waitForConnection } from './wait-for-connection.js';

export async function runOperation(
  operation: ControllerOperation,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  switch (operation.op) {
    case 'set_fact':
      return good({ ansible_facts: operation.facts });
    case 'pause':
      return pause(operation, inputs);
    case 'meta':
      return meta(operation, inputs);
    case 'setup':
      return setup(operation, inputs);
    case 'include_vars':
      return includeVars(operation, inputs);
    case 'fetch':
      return fetchFile(operation, inputs);
    case 'wait_for_connection':
      return waitForConnection(operation, inputs);
    case 'wait_for':
      return waitFor(operation, inputs);
    case 'reboot':
      return reboot(operation, inputs);
    case 'trial_reboot':
      return trialReboot(operation, inputs);
  }
}
