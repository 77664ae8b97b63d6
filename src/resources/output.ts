/** Reading what a kind's `read` printed. */
import { RtprovError } from '../diagnostics/diagnostic.js';

/** The error for output that is not what `read` prints. */
export function readFailed(kind: string, output: string): RtprovError {
  const shown = output.length > 200 ? `${output.slice(0, 200)}...` : output;
  return new RtprovError(
    'READ_FAILED',
    `the ${kind} states could not be read; the target printed: ${JSON.stringify(shown)}`,
  );
}

/** The lines of an output, without the last empty one. */
export function outputLines(output: Buffer): string[] {
  const text = output.toString('utf8');
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}
