/**
 * Standard output and standard error that go away or are full. A reader that leaves (`| head`) is not a fault and ends nothing. Anything
 * else (a full disk) is reported once on standard error, and a run goes on to its end: it must not stop between two changes.
 */

/** Without it an error of these streams ends the process wherever it is. Output that is lost makes a success exit status 1. */
export function guardOutput(): void {
  let failed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || failed) return;
    failed = true;
    process.stderr.write(
      `warning: standard output cannot be written, so the rest is lost: ${error.message}\n`,
    );
  });
  // There is nowhere left to say it.
  process.stderr.on('error', () => undefined);
  // The stream reports its error after the command's end.
  process.once('exit', (code) => {
    if (failed && code === 0) process.exitCode = 1;
  });
}
