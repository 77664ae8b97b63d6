/** Whether a machine on trial shows what it was booted for. */
import { shortened } from '../../values/shortened.js';
import { observed } from '../../modules/boot/observe.js';
import type { BootState } from '../../resources/boot/state.js';
import { effectOf } from '../../rt/args/effective.js';
import { argsNamed, parseKernelLine } from '../../rt/args/kernel-args.js';
import { realtime, unknownParameters } from '../../rt/kernel/kernel-log.js';
import { raw } from '../../shell/shell.js';
import type { OperationInputs, OperationOf } from './operation.js';

type Trial = OperationOf<'trial_reboot'>;

/** What of it does not hold, each with its evidence. */
export function faultsOfBoot(
  trial: Trial,
  boot: BootState,
  failedBefore: readonly string[],
): readonly string[] {
  const faults: string[] = [];
  if (trial.kernel !== undefined && trial.kernel !== boot.release)
    faults.push(`the running kernel is ${boot.release}, not ${trial.kernel}`);
  const rt = realtime(boot.version, boot.files['/sys/kernel/realtime']);
  if (trial.realtime && !rt.realtime)
    faults.push(`the running kernel is not a real-time kernel: ${rt.evidence}`);
  const seen = observed(boot);
  const wanted = parseKernelLine(trial.args.join(' ')).args;
  for (const { arg, verdict, evidence } of effectOf(wanted, seen)) {
    if (verdict === 'not_in_effect') faults.push(`${arg.text} is not in effect: ${evidence}`);
  }
  const { args } = parseKernelLine(boot.cmdline);
  for (const name of trial.absentArgs) {
    if (argsNamed(args, name).length > 0) faults.push(`${name} is still on the command line`);
  }
  const unknown = boot.dmesg === undefined ? [] : (unknownParameters(boot.dmesg, boot.cmdline) ?? []);
  for (const arg of unknown) faults.push(`the kernel does not know the argument ${arg.text}`);
  const failed = boot.failedUnits.filter((unit) => !failedBefore.includes(unit));
  if (failed.length > 0) faults.push(`units failed that did not fail before: ${failed.join(', ')}`);
  return faults;
}

/** The user's own checks, one after the other; what the first that fails says. */
export async function failedCheck(trial: Trial, inputs: OperationInputs): Promise<string | undefined> {
  for (const check of trial.checks) {
    const done = await inputs.shell.script(raw(`(${check}\n)`));
    if (done.status === 0) continue;
    const said = shortened(`${done.stdout.toString('utf8')}${done.stderr.toString('utf8')}`.trim(), 500);
    return `the check \`${check}\` ended with ${done.status}${said === '' ? '' : `: ${said}`}`;
  }
  return undefined;
}
