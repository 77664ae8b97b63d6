/** Waiting that ends when the run is being stopped. */

export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (seconds <= 0 || signal.aborted) {
      done();
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      done();
    }, seconds * 1000);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits until `holds` gives true; false when the time is over or the run is being stopped. */
export async function until(
  seconds: number,
  pauseSeconds: number,
  signal: AbortSignal,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    if (await holds()) return true;
    if (performance.now() >= end || signal.aborted) return false;
    await sleep(Math.min(pauseSeconds, Math.max(0, (end - performance.now()) / 1000)), signal);
  }
}
