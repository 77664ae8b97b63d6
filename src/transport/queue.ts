/**
 * Runs jobs one after the other. Whoever is aborted stops waiting at once; a begun job still ends before the next begins.
 * Not p-limit: who waits in it cannot stop waiting.
 */

export class Queue {
  private tail: Promise<unknown> = Promise.resolve();
  private count = 0;

  /** Jobs that run or wait. */
  get length(): number {
    return this.count;
  }

  async run<T>(job: () => Promise<T>, signal: AbortSignal | undefined, aborted: () => Error): Promise<T> {
    if (signal?.aborted === true) throw aborted();
    this.count += 1;
    let cancelled = false;
    const result = this.tail.then(() => {
      if (cancelled) throw aborted();
      return job();
    });
    this.tail = result.then(
      () => (this.count -= 1),
      () => (this.count -= 1),
    );
    if (signal === undefined) return await result;
    return await new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        cancelled = true;
        reject(aborted());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}
