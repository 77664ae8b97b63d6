/**
 * Whether a run has left nothing that undo could bring back of all that it wrote through one shell. Only what is proven counts: a window
 * that was sent and not answered, and a command that was begun and not judged, may have changed anything.
 */
import { comparison } from '../../resources/lib/whole.js';
import { raw, sh, type Shell } from '../../shell/shell.js';
import { leftNothing, type Window, type WindowOutcome } from './script.js';
import type { WindowStep } from './steps.js';

export class LeftNothing {
  private isSo = true;
  private unanswered = 0;
  /** Marks in the journal that commands were begun, of those of which nobody has said that they changed nothing. */
  private readonly unjudged = new Map<unknown, string>();
  /** Those of commands without an undo of which somebody has. */
  private readonly saidNothing: string[] = [];
  /** Conditions that what commands touch is as it was, asked of the journal at the run's end. */
  private readonly untouched: Shell[] = [];

  /** A window is sent. */
  sent({ entries, commands }: Window): void {
    if (entries.length === 0) return;
    this.unanswered += 1;
    for (const { step, ran, touches } of commands) {
      // All that it changes is what it touches: the states show it. A command with an undo may have changed more.
      if (touches.length === 0 || step.undo !== undefined) this.unjudged.set(step, ran);
      for (const { change, after } of touches) {
        const before = comparison(change, [], true).line(change.from);
        this.untouched.push(
          sh`{ [ ! -e "$rtp_rundir/"${ran} ] || [ "$(cat "$rtp_rundir/"${after} 2>/dev/null)" = ${before} ]; }`,
        );
      }
    }
  }

  /** It was answered. */
  ended(outcome: WindowOutcome): void {
    if (outcome.window.entries.length === 0) return;
    this.unanswered -= 1;
    this.isSo &&= leftNothing(outcome);
  }

  /** These commands have changed nothing, as their task judges it. */
  judged(steps: readonly WindowStep[]): void {
    for (const { step } of steps) {
      const ran = this.unjudged.get(step);
      if (ran !== undefined && step.type === 'command' && step.undo === undefined) this.saidNothing.push(ran);
      this.unjudged.delete(step);
    }
  }

  /** At the run's end: a rollback has no word to say of commands that changed nothing and have no undo. */
  forget(): Shell {
    return this.saidNothing.length === 0
      ? raw(':')
      : sh`(cd "$rtp_rundir" 2>/dev/null && rm -f -- ${this.saidNothing}) || :`;
  }

  /** What the journal must say besides, each a condition; undefined: the run may have left something. */
  conditions(): readonly Shell[] | undefined {
    if (!this.isSo || this.unanswered > 0) return undefined;
    return [
      ...[...this.unjudged.values()].map((ran) => sh`[ ! -e "$rtp_rundir/"${ran} ]`),
      ...this.untouched,
    ];
  }
}
