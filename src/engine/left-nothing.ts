/** Whether all that a run wrote through one shell has left nothing that undo could bring back. */
import { commandsOf, leftNothing, type Window, type WindowOutcome } from './plan-window.js';

export class LeftNothing {
  private states = true;
  /** Commands that were sent and of which nobody has said that they changed nothing. */
  private commands = 0;

  /** A window is sent. */
  sent(window: Window): void {
    this.commands += commandsOf(window);
  }

  /** It ended. */
  ended(outcome: WindowOutcome): void {
    this.states &&= leftNothing(outcome);
  }

  /** So many commands of a window have changed nothing, as their tasks judge it. */
  byCommands(count: number): void {
    this.commands -= count;
  }

  get holds(): boolean {
    return this.states && this.commands === 0;
  }
}
