/** A machine for trial boots that go wrong: it is put back between them, and compared with what it was. */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../../lab/fingerprint.js';
import type { Boot } from '../../lab/vm/options.js';
import { type VmHost, VmLab } from '../../lab/vm/vm-lab.js';
import { type Program, startProgram } from '../../support/program.js';
import type { Rewrite } from '../../support/scripts.js';
import { converge, Project, rollBack, runArguments, type Outcome, troubles } from '../harness.js';
import {
  assertSame,
  type Booted,
  booted,
  firstOf,
  realtimeKernel,
  say,
  timed,
  waitReturned,
} from './machines.js';

export interface Trial {
  /** Tasks before the reboot. */
  readonly tasks?: readonly object[];
  /** Kernel arguments that are put into GRUB's files first. Without any, GRUB's files stay as they are but for the trial's own. */
  readonly args?: readonly string[];
  /** Arguments of `reboot`; false: no reboot. */
  readonly reboot?: object | false;
}

export interface SubjectOptions {
  readonly boot: Boot;
  /** The trial boots the real-time kernel of the image `rt`. Otherwise the kernel that runs, as the image has no other. */
  readonly realtime: boolean;
  /** Arguments of every `reboot`. */
  readonly reboot?: object;
}

export class TrialSubject {
  private readonly project = new Project();
  private readonly controllers: Program[] = [];
  /** How much the machine had said on its serial line when the test began. */
  private from = 0;

  private constructor(
    private readonly options: SubjectOptions,
    readonly lab: VmLab,
    readonly machine: VmHost,
    /** The release that trials boot. */
    readonly kernel: string,
    readonly former: Booted,
    private readonly initial: Fingerprint,
  ) {}

  static async up(options: SubjectOptions): Promise<TrialSubject> {
    const { boot, realtime } = options;
    const lab = await timed('up', () => VmLab.up({ image: realtime ? 'rt' : 'stock', boot, say }));
    const machine = firstOf(lab);
    const kernel = realtime ? await realtimeKernel(machine) : await machine.kernel();
    const initial = await timed('fingerprint', () => machine.fingerprint());
    return new TrialSubject(options, lab, machine, kernel, await booted(machine), initial);
  }

  async down(): Promise<void> {
    await this.lab.down();
    this.project.remove();
  }

  /** Puts the machine back if a test left anything. */
  async reset(): Promise<void> {
    if (!(await this.isUntouched())) await timed('reset', () => this.machine.reset());
    this.from = this.machine.serialLog().length;
  }

  private async isUntouched(): Promise<boolean> {
    return (await this.machine.ssh('test ! -e /var/lib/rtprov', { timeoutMs: 30_000 })).code === 0;
  }

  /** A trial of the kernel that runs needs a new argument as its reason. */
  private get usualArgs(): readonly string[] {
    return this.options.realtime ? [] : ['skew_tick=1'];
  }

  /** Written as JSON, which YAML is. Gives the playbook's path. */
  play(name: string, trial: Trial): string {
    const { tasks = [], args = this.usualArgs, reboot = {} } = trial;
    const grub = [
      { name: 'Arguments', kernel_cmdline: { owner: 'e2e', set: args }, notify: 'Menu' },
      { name: 'Make the menu now', meta: 'flush_handlers' },
    ];
    const { kernel, options } = this;
    const usual = { trial: true, realtime: options.realtime, confirm_within: 300, kernel, args };
    return this.project.write(
      `${name}.yaml`,
      JSON.stringify([
        {
          name: 'Trial',
          hosts: 'all',
          gather_facts: false,
          tasks: [
            ...tasks,
            ...(args.length === 0 ? [] : grub),
            ...(reboot === false
              ? []
              : [{ name: 'Boot', reboot: { ...usual, ...options.reboot, ...reboot } }]),
          ],
          handlers: [{ name: 'Menu', grub_menu: {}, touches: ['/boot/grub/grub.cfg'] }],
        },
      ]),
    );
  }

  run(name: string, trial: Trial): Promise<Outcome> {
    return timed(name, () => converge(this.lab, [this.play(name, trial)]));
  }

  /** A controller of its own, to be killed. */
  command(name: string, trial: Trial): Program {
    return this.start(name, trial);
  }

  /** A controller that is killed when it is about to send a script with this text. */
  doomed(name: string, trial: Trial, text: string): Program {
    const controller = this.start(name, trial, (script) => {
      if (script.includes(text)) controller.child.kill('SIGKILL');
      return script;
    });
    return controller;
  }

  private start(name: string, trial: Trial, rewrite?: Rewrite): Program {
    const controller = startProgram(runArguments(this.lab, [this.play(name, trial)]), {
      ...(rewrite === undefined ? {} : { rewrite }),
    });
    this.controllers.push(controller);
    return controller;
  }

  async kill(controller: Program): Promise<void> {
    controller.child.kill('SIGKILL');
    await controller.ended;
  }

  killAll(): void {
    for (const { child } of this.controllers.splice(0)) child.kill('SIGKILL');
  }

  async assertAsBefore(): Promise<void> {
    assertSame(this.initial, await this.machine.fingerprint());
  }

  /** The machine is as it was before the run, all of it, and its journal says so. */
  async assertUndone(reason: RegExp): Promise<void> {
    const result = await timed('until it was undone', () => waitReturned(this.machine, this.from));
    assert.equal(result['undo'], '0', await this.machine.must('cat /var/lib/rtprov/boot/undo.log'));
    assert.match(result['reason'] ?? '', reason);
    assert.deepEqual(await booted(this.machine), this.former);
    assert.equal(await rollBack(this.lab, this.machine.name), undefined, 'a run is not undone');
    await this.assertAsBefore();
  }

  /** The run says that the machine returned, and why. */
  assertReturned(outcome: Outcome, reason: RegExp): void {
    assert.match(troubles(outcome), /TRIAL_RETURNED|the trial boot failed/);
    assert.match(troubles(outcome), reason);
    assert.equal(outcome.exitCode, 6, troubles(outcome));
  }
}
