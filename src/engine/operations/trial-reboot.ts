/**
 * `reboot` with `trial`: lays the trial, reboots, looks at the machine over a new connection, and makes the trial the default or has
 * the machine return. Whatever happens to the controller meanwhile, the target's guard ends the trial.
 */
import { shortened } from '../../values/shortened.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { confirmTrial, trialSeen } from '../../journal/trial.js';
import { running } from '../../modules/boot/places.js';
import type { BootState } from '../../resources/boot/state.js';
import { bootEntry } from '../../resources/boot-entry/request.js';
import { entryPath, type MenuEntry } from '../../rt/boot/grub-menu.js';
import { parseKernelLine } from '../../rt/args/kernel-args.js';
import { trialMarker } from '../../rt/boot/trial-names.js';
import { raw, sh } from '../../shell/shell.js';
import { isUnreachable, messageOf } from '../host/error.js';
import { good, type OperationInputs, type OperationOf, type OperationOutcome } from './operation.js';
import { askForReboot, awaitBoot, presentBootId } from './restart.js';
import { armTrial, bootContext, readBoot, trialEntry, writeSteps } from './trial-arm.js';
import { failedCheck, faultsOfBoot } from './trial-checks.js';
import { awaitReturn, bootKnownGood, type Returned } from './trial-return.js';
import { until } from './waiting.js';

type Trial = OperationOf<'trial_reboot'>;

export async function trialReboot(trial: Trial, inputs: OperationInputs): Promise<OperationOutcome> {
  const { target, context, host } = inputs;
  if (inputs.checkMode)
    return { ...good({ rebooted: trial.reasons.length > 0 }, true), actions: trial.shown };
  inputs.step('waiting for its turn to reboot');
  const release = await context.reboots.enter(host, trial.maxRebooting);
  const began = performance.now();
  try {
    const kernel = await trialBoot(trial, inputs);
    target.changed = true;
    return {
      ...good(
        {
          rebooted: trial.reasons.length > 0,
          kernel,
          elapsed: Math.round((performance.now() - began) / 1000),
        },
        true,
      ),
      actions: trial.shown,
    };
  } catch (error) {
    context.reboots.fail(host);
    throw error;
  } finally {
    release();
  }
}

/** Gives the release that runs and is the default now. */
async function trialBoot(trial: Trial, inputs: OperationInputs): Promise<string> {
  const { shell, target, context } = inputs;
  await readBoot(inputs);
  const before = shell.view.state(running.kind, running.name);
  const marked = trialRun(before.cmdline);
  // The guard may not have begun yet.
  const open = before.trial?.['state'] === 'trial' || before.trial?.['state'] === 'armed';
  const waits = open && marked !== undefined && before.trial['run'] === marked;
  let entry: MenuEntry;
  if (trial.reasons.length === 0 && waits) {
    // An earlier run came as far as the trial boot and was cut off.
    entry = trialEntry(trial, await bootContext(inputs));
  } else {
    inputs.step('preparing the trial boot');
    entry = await armTrial(trial, inputs);
    inputs.step('rebooting on trial');
    const refused = await askForReboot(shell);
    if (refused !== undefined)
      throw new RtprovError('REBOOT_REFUSED', `the reboot was refused: ${refused}`, {
        hint: 'The next boot is still on trial. `rtprov rollback` undoes that.',
      });
    inputs.step('waiting for the trial boot');
    const id = await awaitBoot(target, shell, before.bootId, {
      timeoutSeconds: patience(trial),
      connectTimeoutSeconds: trial.connectTimeoutSeconds,
      stop: context.stop,
    });
    if (id === undefined) throw unconfirmed('it no longer answered');
  }
  return lookUntilSettled(trial, inputs, before, entry);
}

/**
 * Looks at the trial, and again when the connection is lost meanwhile: the machine may only have been out of reach, or may have ended
 * its trial by itself. Throws RtprovError TRIAL_RETURNED or BOOT_UNCONFIRMED.
 */
async function lookUntilSettled(
  trial: Trial,
  inputs: OperationInputs,
  before: BootState,
  entry: MenuEntry,
): Promise<string> {
  const { target, shell, context } = inputs;
  const seconds = patience(trial);
  const end = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await look(trial, inputs, before, entry);
    } catch (error) {
      if (!isLost(error)) throw error;
      if (performance.now() >= end || context.stop.aborted) throw unconfirmed(messageOf(error));
    }
    inputs.step('the connection was lost: waiting for the trial boot, or for its return');
    const answers = async (): Promise<boolean> =>
      (await presentBootId(target, shell, trial.connectTimeoutSeconds)) !== undefined;
    await until(seconds, 3, context.stop, answers);
  }
}

/** Codes of errors after which the machine has to be asked again. The guard holds the lock while it undoes. */
const lostCodes: ReadonlySet<string> = new Set([
  'SHELL_DIED',
  'SCRIPT_TIMEOUT',
  'CHANNEL_FAILED',
  'BECOME_FAILED',
  'BECOME_USER_MISSING',
  'HOST_LOCKED',
  'TRIAL_GIVEN_UP',
]);

function isLost(error: unknown): error is RtprovError {
  return isUnreachable(error) || (error instanceof RtprovError && lostCodes.has(error.code));
}

/** Gives the release that runs and is the default now. */
async function look(
  trial: Trial,
  inputs: OperationInputs,
  before: BootState,
  entry: MenuEntry,
): Promise<string> {
  const { shell, target, context } = inputs;
  await settled(inputs, trial.confirmWithinSeconds);
  const bootNow = await (await shell.session).run(raw('cat /proc/cmdline'));
  if (trialRun(bootNow.stdout.toString('utf8')) === undefined)
    throw await returned(inputs, await awaitReturn(target, shell, runOf(before, inputs), context.stop));
  inputs.step('checking the trial boot');
  await shell.script(trialSeen);
  await readBoot(inputs);
  const boot = shell.view.state(running.kind, running.name);
  const faults = faultsOfBoot(trial, boot, before.failedUnits);
  const failed = faults.length > 0 ? faults.join('; ') : await failedCheck(trial, inputs);
  if (failed !== undefined) throw await giveUp(inputs, trialRun(boot.cmdline) ?? context.run, failed);
  await confirm(inputs, entry);
  return boot.release;
}

/** Longer than the guard waits: a trial without a network comes back by itself after that. */
const patience = (trial: Trial): number => trial.timeoutSeconds + trial.confirmWithinSeconds + 600;

function trialRun(cmdline: string): string | undefined {
  return parseKernelLine(cmdline.trim()).args.find(({ name }) => name === trialMarker)?.value;
}

function runOf(
  boot: { readonly trial?: Readonly<Record<string, string>> },
  { context }: OperationInputs,
): string {
  return boot.trial?.['state'] === 'trial' ? (boot.trial['run'] ?? context.run) : context.run;
}

/** Units that start last may still be failing; a boot that never settles is looked at as it is. */
async function settled(inputs: OperationInputs, confirmWithinSeconds: number): Promise<void> {
  const seconds = Math.max(10, Math.min(240, confirmWithinSeconds - 120));
  const session = await inputs.shell.session;
  const wait = sh`timeout ${seconds} systemctl is-system-running --wait >/dev/null 2>&1; :`;
  await session.run(wait, { timeoutMs: (seconds + 30) * 1000 }).catch((error: unknown) => {
    if (!(error instanceof RtprovError)) throw error;
  });
}

/**
 * The trial is confirmed to the guard, and then it becomes the default. A power cut between the two boots the known-good entry, and the next run
 * begins a trial again. Throws RtprovError TRIAL_GIVEN_UP when the guard was faster.
 */
async function confirm(inputs: OperationInputs, entry: MenuEntry): Promise<void> {
  inputs.step('confirming the trial boot');
  const result = await inputs.shell.script(confirmTrial);
  if (result.status !== 0)
    throw new RtprovError('TRIAL_GIVEN_UP', 'the trial boot ended before it could be confirmed');
  const to = { grub: true, entry: entryPath(entry) } as const;
  await writeSteps(inputs, [{ type: 'change', id: bootEntry('default'), to }], 'trial boot confirmed');
}

/** Has the machine return, and waits for it. Gives the error that ends the host. */
async function giveUp(inputs: OperationInputs, run: string, why: string): Promise<RtprovError> {
  const { shell, target, context } = inputs;
  inputs.step('the trial failed: returning to the known-good entry');
  // One line: the record has one a key.
  const reason = shortened(why.replaceAll('\n', ' '), 1000);
  const result = await shell.script(sh`rtp_trial_return ${run} ${reason}`);
  if (result.status !== 0)
    return unconfirmed(`${why}; and the request to return failed: ${result.stderr.toString('utf8').trim()}`);
  return returned(inputs, await bootKnownGood(target, shell, run, context.stop));
}

async function returned(inputs: OperationInputs, back: Returned | undefined): Promise<RtprovError> {
  if (back === undefined) return unconfirmed('it did not report that it undid the run');
  const { boot } = await bootIdLine(inputs);
  inputs.target.returned = { complete: back.complete && back.known };
  inputs.shell.view.forget();
  const undone = back.complete ? 'the run was undone there' : 'the run could not be undone completely there';
  const runs = back.known ? '' : ', but it runs a different kernel or command line than before';
  return new RtprovError(
    'TRIAL_RETURNED',
    `the trial boot failed: ${back.reason}. The host is back on its known-good entry (${boot})${runs}, and ${undone}`,
    back.complete ? {} : { hint: 'See /var/lib/rtprov/boot/undo.log there, and `rtprov rollback`.' },
  );
}

async function bootIdLine({ shell }: OperationInputs): Promise<{ readonly boot: string }> {
  const result = await (await shell.session).run(raw('uname -r'));
  return { boot: result.stdout.toString('utf8').trim() };
}

function unconfirmed(why: string): RtprovError {
  return new RtprovError('BOOT_UNCONFIRMED', `the trial boot was not confirmed: ${why}`, {
    hint: 'The host returns to its known-good entry by itself and undoes the run there; run again to see what it says.',
  });
}
