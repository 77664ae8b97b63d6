/** Deadlines: nothing in the transport waits for ever for a peer. */

/** Settles as `promise` does, or rejects with `onTimeout()` after `ms`. The timer does not outlive the promise. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, onTimeout: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(onTimeout()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Like `sleep`, but does not keep the program alive. */
export function quietSleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A deadline that can pause, for instance while a person types a passphrase. */
export class PausableDeadline {
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;

  constructor(
    private leftMs: number,
    private readonly onTimeout: () => void,
  ) {
    this.resume();
  }

  pause(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.leftMs -= Date.now() - this.startedAt;
  }

  resume(): void {
    if (this.timer !== undefined) return;
    this.startedAt = Date.now();
    this.timer = setTimeout(this.onTimeout, Math.max(1, this.leftMs));
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** What is read or sent piece by piece may take as long as it needs, but not pause. A minute, unless reads have less. */
export function stallMs(readTimeoutMs: number): number {
  return Math.min(readTimeoutMs, 60_000);
}

/** Calls `onStall` once, when for `ms` nobody reported progress. `isHeld`: it pauses because of this side, which does not count. */
export class StallWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private ms: number,
    private readonly onStall: () => void,
    private readonly isHeld: () => boolean = () => false,
  ) {
    this.progress();
  }

  /** From now on with another time, when one is given. */
  progress(ms = this.ms): void {
    this.ms = ms;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.isHeld() ? this.progress() : this.onStall()), this.ms);
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
