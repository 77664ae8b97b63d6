/** `reboot`: asked for, waited for, and proven by the boot id. */
import { raw } from '../../shell/shell.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { askForReboot, awaitBoot, bootIdOf } from './restart.js';
import { sleep, until } from './waiting.js';

/** A plain reboot: the boot id must be there and differ from the one before, over a new connection, and the test command must succeed. */
export async function reboot(
  operation: OperationOf<'reboot'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({ rebooted: true, elapsed: 0 }, true), actions: ['reboot'] };
  const { shell, target, context } = inputs;
  const before = (await shell.script(bootIdOf)).stdout.toString('utf8').trim();
  if (before === '') return bad('the boot id cannot be read, so a reboot could not be recognised');
  inputs.step('rebooting');
  const began = performance.now();
  const elapsed = (): number => Math.round((performance.now() - began) / 1000);
  await sleep(operation.preDelaySeconds, context.stop);
  const refused = await askForReboot(
    shell,
    operation.command === undefined ? undefined : raw(operation.command),
  );
  if (refused !== undefined) return bad(`the reboot was refused: ${refused}`);
  inputs.step('waiting for the reboot');
  const id = await awaitBoot(target, shell, before, { ...operation, stop: context.stop });
  if (id === undefined)
    return bad(`the host did not come back with a new boot id within ${operation.timeoutSeconds} s`, {
      rebooted: false,
      elapsed: elapsed(),
    });
  await sleep(operation.postDelaySeconds, context.stop);
  const tested = await until(
    operation.timeoutSeconds,
    2,
    context.stop,
    async () => (await shell.script(raw(operation.testCommand)).catch(() => ({ status: 1 }))).status === 0,
  );
  target.changed = true;
  if (!tested)
    return bad(`after the reboot, \`${operation.testCommand}\` did not succeed`, { rebooted: true });
  return good({ rebooted: true, elapsed: elapsed() }, true);
}
