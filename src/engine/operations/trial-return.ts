/** The way back to the known-good entry, as the controller sees it: the target's guard does it, with or without a controller. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { trialSeen } from '../../journal/trial.js';
import { raw, sh } from '../../shell/shell.js';
import type { Target } from '../target/target.js';
import type { TargetShell } from '../target/target-shell.js';
import { askForReboot, awaitBoot, bootIdOf } from './restart.js';
import { until } from './waiting.js';

export interface Returned {
  /** The run was undone wholly. */
  readonly complete: boolean;
  /** Kernel and command line are those from before the run. */
  readonly known: boolean;
  readonly reason: string;
  /** What the undo printed. */
  readonly log: string;
}

/** Undoing on an emulated or loaded machine takes minutes: packages go, an initramfs and the menu are made again. */
const undoSeconds = 1800;

/** Reads the record, and the present boot's id as `now`, without the lock, which the guard holds while it undoes. */
async function readRecord(target: Target, shell: TargetShell): Promise<Readonly<Record<string, string>>> {
  const read = raw(
    'cat /var/lib/rtprov/boot/trial 2>/dev/null; echo "now=$(cat /proc/sys/kernel/random/boot_id)"',
  );
  const once = async (): Promise<string> =>
    (await (await shell.session).run(read, { timeoutMs: 20_000 })).stdout.toString('utf8');
  const text = await once().catch(async (error: unknown) => {
    if (!(error instanceof RtprovError)) throw error;
    await target.reconnect();
    return once();
  });
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}

/** Waits until the guard has undone the run, and has booted once more where it does so. Undefined when that did not come in time. */
export async function awaitReturn(
  target: Target,
  shell: TargetShell,
  run: string,
  stop: AbortSignal,
): Promise<Returned | undefined> {
  let record: Readonly<Record<string, string>> = {};
  const done = await until(undoSeconds, 3, stop, async () => {
    record = await readRecord(target, shell).catch((error: unknown) => {
      if (error instanceof RtprovError) return {};
      throw error;
    });
    if (record['run'] !== run || record['state'] !== 'returned') return false;
    return record['again'] === undefined || record['boot'] !== record['now'];
  });
  if (!done) return undefined;
  // The guard gives its lock back after writing the record.
  let log = '';
  let known = false;
  await until(60, 1, stop, async () => {
    try {
      const result = await shell.script(
        sh`rtp_trial_known ${run} && echo known; cat "$rtp_state/boot/undo.log" 2>/dev/null; :`,
      );
      log = result.stdout.toString('utf8');
      known = log.startsWith('known\n');
      return true;
    } catch (error) {
      if (error instanceof RtprovError) return false;
      throw error;
    }
  });
  return { complete: record['undo'] === '0', known, reason: record['reason'] ?? '', log };
}

/** Boots the known-good entry, which is the default, and waits until the guard has undone the run there. */
export async function bootKnownGood(
  target: Target,
  shell: TargetShell,
  run: string,
  stop: AbortSignal,
): Promise<Returned> {
  const before = (await (await shell.session).run(bootIdOf)).stdout.toString('utf8').trim();
  await shell.script(trialSeen);
  await askForReboot(shell);
  const id = await awaitBoot(target, shell, before, {
    timeoutSeconds: 1200,
    connectTimeoutSeconds: 20,
    stop,
  });
  const returned = id === undefined ? undefined : await awaitReturn(target, shell, run, stop);
  if (returned !== undefined) return returned;
  throw new RtprovError('BOOT_UNCONFIRMED', 'the host did not come back to its known-good entry in time', {
    hint: 'It goes on by itself: look at /var/lib/rtprov/boot/trial there, and at its console.',
  });
}
