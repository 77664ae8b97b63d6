/** How many hosts of a run may be on trial at the same time, and the end of a wave in which one failed. */
import { RtprovError } from '../../diagnostics/diagnostic.js';

export class Reboots {
  private readonly inside = new Set<string>();
  private readonly waiting: (() => void)[] = [];
  private failed: string | undefined;

  /**
   * Waits until the host may reboot: fewer than `max` are at it, and no trial failed. Gives the function that ends its turn. Throws
   * RtprovError WAVE_STOPPED.
   */
  async enter(host: string, max: number | undefined): Promise<() => void> {
    for (;;) {
      if (this.failed !== undefined)
        throw new RtprovError('WAVE_STOPPED', `not rebooted: the trial boot of ${this.failed} failed`, {
          hint: 'What was changed on this host takes effect at its own trial boot; `rtprov rollback` undoes it.',
        });
      if (max === undefined || this.inside.size < max) break;
      await new Promise<void>((done) => this.waiting.push(done));
    }
    this.inside.add(host);
    return () => {
      this.inside.delete(host);
      this.wake();
    };
  }

  /** No other host begins a trial any more. */
  fail(host: string): void {
    this.failed ??= host;
    this.wake();
  }

  private wake(): void {
    for (const done of this.waiting.splice(0)) done();
  }
}
