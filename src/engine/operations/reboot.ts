/** `reboot`: asked for, waited for, and told from none by the boot id. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw } from '../../shell/shell.js';
import { bad, good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { sleep, until } from './waiting.js';

const bootIdOf = raw('cat /proc/sys/kernel/random/boot_id');

/**
 * A plain reboot: the boot id must be there and differ from the one before, over a new connection, and the test
 * command must succeed. A connection that drops while the reboot is being asked for is how it should be.
 */
export async function reboot(
  operation: OperationOf<'reboot'>,
  inputs: OperationInputs,
): Promise<OperationOutcome> {
  if (inputs.checkMode) return { ...good({ rebooted: true, elapsed: 0 }, true), actions: ['reboot'] };
  const { shell, target, context } = inputs;
  const before = (await shell.script(bootIdOf)).stdout.toString('utf8').trim();
  if (before === '') return bad('the boot id cannot be read, so a reboot could not be told from none');
  inputs.step('rebooting');
  const began = performance.now();
  await sleep(operation.preDelaySeconds, context.stop);
  const command =
    operation.command === undefined
      ? raw('systemctl reboot 2>/dev/null || shutdown -r now || reboot')
      : raw(operation.command);
  const asked = await (
    await shell.session
  )
    .run(command, { timeoutMs: 30_000 })
    .catch((error: unknown) => error);
  if (
    !(asked instanceof Error) &&
    'status' in (asked as object) &&
    (asked as { status: number }).status !== 0
  ) {
    return bad(`the reboot was refused: ${(asked as { stderr: Buffer }).stderr.toString('utf8').trim()}`);
  }
  inputs.step('waiting for the reboot');
  let wait = 1;
  const other = await until(operation.timeoutSeconds, 0, context.stop, async () => {
    await sleep(wait, context.stop);
    wait = Math.min(wait * 2, 8);
    try {
      await target.reconnect();
      const now = (
        await (await shell.session).run(bootIdOf, { timeoutMs: operation.connectTimeoutSeconds * 1000 })
      ).stdout
        .toString('utf8')
        .trim();
      return now !== '' && now !== before;
    } catch (error) {
      if (error instanceof RtprovError) return false;
      throw error;
    }
  });
  if (!other)
    return bad(`the host did not come back with another boot id within ${operation.timeoutSeconds} s`, {
      rebooted: false,
      elapsed: Math.round((performance.now() - began) / 1000),
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
  return good({ rebooted: true, elapsed: Math.round((performance.now() - began) / 1000) }, true);
}
