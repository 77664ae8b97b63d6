/** What a target's handlers came to in a run, by the names under which the target remembers them (journal/owed.ts). */
import { RtprovError } from '../../diagnostics/diagnostic.js';

/** A fault of a user's shell in what journals remember besides changes is reported when it is used. */
export function ignored(error: unknown): void {
  if (!(error instanceof RtprovError)) throw error;
}

/** What a target's handlers came to in a run: which names were owed at any time, and which have run. */
export class OwedHandlers {
  private readonly ever = new Set<string>();
  private readonly run = new Set<string>();

  /** These are owed from now on. */
  owe(names: readonly string[]): void {
    for (const name of names) this.ever.add(name);
  }

  /** Of what earlier runs owe, what has not run in this one. */
  left(names: readonly string[]): readonly string[] {
    return names.filter((name) => !this.run.has(name));
  }

  /** A play has ended; all that was ever owed and does not wait any more has run. */
  settle(waiting: readonly string[]): void {
    for (const name of this.ever) {
      if (waiting.includes(name)) this.run.delete(name);
      else this.run.add(name);
    }
  }

  get handled(): readonly string[] {
    return [...this.run];
  }
}
