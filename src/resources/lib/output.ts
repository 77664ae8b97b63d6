/** Reading what a kind's `read` printed. */
import { shortened } from '../../values/shortened.js';
import { RtprovError } from '../../diagnostics/diagnostic.js';

/** The error for output that is not what `read` prints. */
export function readFailed(kind: string, output: string): RtprovError {
  return new RtprovError(
    'READ_FAILED',
    `the ${kind} states could not be read; the target printed: ${JSON.stringify(shortened(output, 200))}`,
  );
}

/** The lines of an output, without the last empty one. */
export function outputLines(output: Buffer): string[] {
  const text = output.toString('utf8');
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
