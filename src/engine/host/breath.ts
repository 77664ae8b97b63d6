/**
 * Lets the event loop turn from time to time. Tasks that touch no target follow each other without waiting for anything, so that no
 * signal, timer or other host would be seen until the last of them.
 */
const busyMs = 20;
let turned = performance.now();

export async function breathe(): Promise<void> {
  if (performance.now() - turned < busyMs) return;
  await new Promise((done) => setImmediate(done));
  turned = performance.now();
}
