/** Holds calls back while a question is being asked, and makes them up afterwards in their order. */
export class Hold {
  private depth = 0;
  private waiting: (() => void)[] = [];

  run(call: () => void): void {
    if (this.depth > 0) this.waiting.push(call);
    else call();
  }

  suspend(): void {
    this.depth += 1;
  }

  /** True when nothing holds any longer. */
  resume(): boolean {
    this.depth = Math.max(0, this.depth - 1);
    if (this.depth > 0) return false;
    this.release();
    return true;
  }

  /** Makes up what waits, whatever still holds. */
  release(): void {
    const calls = this.waiting;
    this.waiting = [];
    for (const call of calls) call();
  }
}
