/** Lays a trial boot: the known-good entry, the trial's entry, the guard, a watchdog, the record. All of it is journalled. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { armScript, guardScript, guardUnit, guardUnitText } from '../../journal/trial.js';
import { armedFiles, armedState } from '../../modules/boot/arming.js';
import { withEntries } from '../../modules/boot/custom-entries.js';
import { customFile, frozenAs, keepKnownGood, knownGoodNeeds } from '../../modules/boot/known-good.js';
import { fileText, grubPlaces, madeEntries, running, type BootContext } from '../../modules/boot/places.js';
import { entryFaults, laidFaults, menuFaults } from '../../modules/boot/trial-ready.js';
import type { Step } from '../../modules/core/module.js';
import { bootEntryLibrary } from '../../resources/boot-entry/library.js';
import { bootEntry, isBootEntry } from '../../resources/boot-entry/request.js';
import { fileRequest } from '../../resources/file/request.js';
import { kindOf } from '../../resources/registry.js';
import type { ReadRequest } from '../../resources/resource.js';
import { bootedLine } from '../../rt/boot/booted-line.js';
import { bootedEntry, menuEntries, normalEntry, type MenuEntry } from '../../rt/boot/grub-menu.js';
import { setArgs } from '../../rt/args/arg-sets.js';
import { argsNamed, kernelArg } from '../../rt/args/kernel-args.js';
import { knownGoodId, trialId, trialMarker } from '../../rt/boot/trial-names.js';
import type { WindowStep } from '../window/steps.js';
import type { TargetShell } from '../target/target-shell.js';
import type { OperationInputs, OperationOf } from './operation.js';

type Trial = OperationOf<'trial_reboot'>;

/** What modules are given, over what the shell has read. */
export async function bootContext(inputs: OperationInputs): Promise<BootContext> {
  const { shell, context } = inputs;
  const { view } = shell;
  return {
    facts: await shell.targetFacts(false),
    backupSuffix: context.backupSuffix,
    state: (kind, name) => view.state(kind, name),
    content: (sha256) => {
      const content = view.store.get(sha256);
      if (content === undefined) throw new Error(`the bytes ${sha256} were not read`);
      return content;
    },
    put: (content) => view.store.put(content),
  };
}

/** Reads all that concerns the boot again, together with `more`. */
export async function readBoot(inputs: OperationInputs, more: readonly ReadRequest[] = []): Promise<void> {
  const { shell } = inputs;
  shell.view.forget();
  const needs = knownGoodNeeds({ facts: await shell.targetFacts(false) });
  await shell.read([...needs, bootEntry('next'), ...more]);
}

/** The usual entry of the kernel that is to run. Throws RtprovError NO_BOOT_ENTRY. */
export function trialEntry(trial: Pick<Trial, 'kernel'>, context: BootContext): MenuEntry {
  const { menu } = grubPlaces(context);
  const entries = madeEntries(context);
  const boot = context.state(running.kind, running.name);
  const release = trial.kernel ?? boot.release;
  const entry =
    normalEntry(entries, release) ??
    (trial.kernel === undefined ? bootedEntry(entries, boot.cmdline)?.entry : undefined);
  if (entry !== undefined) return entry;
  throw new RtprovError('NO_BOOT_ENTRY', `${menu} has no entry for the kernel ${release}`, {
    hint: 'Rebuild the menu (grub_menu) after the kernel is installed, and flush the handlers before the reboot.',
  });
}

/** The trial's entry. Throws RtprovError NO_BOOT_ENTRY where it is not known which line of the entry would boot. */
function trialText(entry: MenuEntry, trial: Trial, run: string, context: BootContext): string {
  const { cmdline } = context.state(running.kind, running.name);
  // The branch that runs now is the one that runs next, whatever arguments and kernel it has by then.
  const choice = bootedLine(entry, cmdline, entry.linux[0]?.path);
  const line = entry.linux[choice === 'all' ? 0 : (choice ?? 0)];
  const args = line?.args ?? [];
  const panic = argsNamed(args, 'panic').length > 0 ? [] : [kernelArg('panic', String(trial.panicSeconds))];
  const as = {
    id: trialId,
    title: `rtprov: on trial (${entry.title})`,
    args: setArgs(args, [...panic, kernelArg(trialMarker, run)]),
  };
  const frozen = frozenAs(entry, as, choice, context);
  if ('why' in frozen) throw new RtprovError('NO_BOOT_ENTRY', frozen.why);
  return frozen.text;
}

/** Writes steps as a window of their own. Throws RtprovError with what failed. */
export async function writeSteps(
  inputs: OperationInputs,
  steps: readonly Step[],
  taskName: string,
): Promise<void> {
  const { shell, task } = inputs;
  const planned = steps.flatMap((step): readonly WindowStep['step'][] => {
    if (step.type === 'action') return [step];
    const from = shell.view.state(step.id.kind, step.id.name);
    const kind = kindOf(step.id.kind);
    return kind.canon(step.id.name, from) === kind.canon(step.id.name, step.to)
      ? []
      : [{ type: 'change', change: { id: step.id, from, to: step.to } }];
  });
  const window = planned.map((step): WindowStep => ({
    of: { task: 0, item: 0 },
    taskId: task.id,
    taskName,
    step,
  }));
  const written = await inputs.target.write(inputs.host, shell, {
    steps: window,
    mergeTasks: false,
    owed: new Map(),
  });
  for (const { name } of written.window.segments) {
    const part = written.parts.get(name);
    if (part?.status === 0) continue;
    const said = part?.stderr.toString('utf8').trim() ?? '';
    throw new RtprovError('TRIAL_NOT_LAID', `the trial boot could not be prepared: ${said}`, {
      hint: 'Nothing was rebooted. `rtprov rollback` undoes what was changed.',
    });
  }
}

function fileStep(shell: TargetShell, file: ReturnType<typeof armedFiles>[number]): readonly Step[] {
  const id = fileRequest(file.path);
  const present = shell.view.state(id.kind, id.name);
  if (file.type === 'directory' && present.type === 'directory') return [];
  const to = armedState(file, (content) => shell.view.store.put(content));
  return [{ type: 'change', id, to }];
}

/** Everything but the reboot itself. Gives the entry that is to be the default once the trial is confirmed. */
export async function armTrial(trial: Trial, inputs: OperationInputs): Promise<MenuEntry> {
  const { shell } = inputs;
  const files = armedFiles(guardUnit, guardUnitText, trial.watchdog);
  await readBoot(
    inputs,
    files.map(({ path }) => fileRequest(path)),
  );
  const context = await bootContext(inputs);
  const kept = keepKnownGood(context);
  if (kept.type === 'refused') throw new RtprovError('NO_KNOWN_GOOD', kept.why);
  const entry = trialEntry(trial, context);
  const { custom } = grubPlaces(context);
  const known = kept.type === 'kept' ? kept.steps : [];
  // What keeps the known-good entry has custom.cfg's new text already, or the file has it.
  const planned = known.find((step) => step.type === 'change' && step.id.name === custom);
  const [sha256] = planned?.type === 'change' ? kindOf(planned.id.kind).blobs(planned.to) : [];
  const text = sha256 === undefined ? fileText(custom, context) : context.content(sha256).toString('utf8');
  const frozen = menuEntries(text).find(({ id }) => id === knownGoodId);
  if (frozen === undefined) throw new RtprovError('NO_KNOWN_GOOD', `${custom} has no known-good entry`);
  const entries = withEntries(text, [
    `${frozen.text}\n`,
    trialText(entry, trial, inputs.context.run, context),
  ]);
  const foretold = [
    ...entryFaults(trial, entries).map((fault) => `the menu entry "${entry.title}" ${fault}`),
    ...menuFaults(context),
  ];
  if (foretold.length > 0) throw notReady(foretold, 'Nothing was changed for the trial.');
  await writeSteps(
    inputs,
    [
      ...files.flatMap((file) => fileStep(shell, file)),
      ...customFile(entries, context),
      ...known.filter((step) => step.type === 'change' && isBootEntry(step.id)),
      {
        type: 'action',
        label: 'prepare the trial boot',
        script: armScript(inputs.context.run, guardScript(bootEntryLibrary), trial.confirmWithinSeconds),
      },
      { type: 'change', id: bootEntry('next'), to: { grub: true, entry: trialId } },
    ],
    'trial boot',
  );
  await checkLaid(trial, inputs);
  return entry;
}

function notReady(faults: readonly string[], hint: string): RtprovError {
  return new RtprovError('TRIAL_NOT_READY', `the next boot would not be as planned: ${faults.join('; ')}`, {
    hint: `${hint} Rebuild the menu (grub_menu) after the arguments are set, and flush the handlers before the reboot.`,
  });
}

/** Looks at what was written, right before the reboot. Throws RtprovError TRIAL_NOT_READY; then the next boot is of the known-good entry. */
async function checkLaid(trial: Trial, inputs: OperationInputs): Promise<void> {
  await readBoot(inputs);
  const faults = laidFaults(trial, await bootContext(inputs));
  if (faults.length === 0) return;
  await writeSteps(
    inputs,
    [{ type: 'change', id: bootEntry('next'), to: { grub: true } }],
    'trial boot undone',
  );
  throw notReady(faults, 'Nothing was rebooted; `rtprov rollback` undoes what was changed.');
}
