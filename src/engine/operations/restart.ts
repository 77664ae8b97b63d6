/** Asking a machine for a reboot, and waiting for another boot of it. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw, type Shell } from '../../shell/shell.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';
import { sleep, until } from './waiting.js';

export const bootIdOf = raw('cat /proc/sys/kernel/random/boot_id');

const usual = raw('systemctl reboot 2>/dev/null || shutdown -r now || reboot');

/** Asks for it. A connection that drops meanwhile is how it should be. Gives why it was refused. */
export async function askForReboot(shell: TargetShell, command: Shell = usual): Promise<string | undefined> {
  const session = await shell.session;
  const asked = await session.run(command, { timeoutMs: 30_000 }).catch((error: unknown) => {
    if (error instanceof RtprovError) return undefined;
    throw error;
  });
  if (asked === undefined || asked.status === 0) return undefined;
  return asked.stderr.toString('utf8').trim();
}

/** The id of the boot that answers over a new connection; undefined when nobody does. */
export async function presentBootId(
  target: Target,
  shell: TargetShell,
  timeoutSeconds: number,
): Promise<string | undefined> {
  try {
    await target.reconnect();
    const session = await shell.session;
    const { stdout } = await session.run(bootIdOf, { timeoutMs: timeoutSeconds * 1000 });
    const id = stdout.toString('utf8').trim();
    return id === '' ? undefined : id;
  } catch (error) {
    if (error instanceof RtprovError) return undefined;
    throw error;
  }
}

/** Waits until another boot than that of `before` answers; gives its id, or undefined when the time is over. */
export async function awaitBoot(
  target: Target,
  shell: TargetShell,
  before: string,
  waiting: {
    readonly timeoutSeconds: number;
    readonly connectTimeoutSeconds: number;
    readonly stop: AbortSignal;
  },
): Promise<string | undefined> {
  let pause = 1;
  let id: string | undefined;
  await until(waiting.timeoutSeconds, 0, waiting.stop, async () => {
    await sleep(pause, waiting.stop);
    pause = Math.min(pause * 2, 8);
    id = await presentBootId(target, shell, waiting.connectTimeoutSeconds);
    return id !== undefined && id !== before;
  });
  return id === before ? undefined : id;
}
