/** Which view a command gets: JSON lines, live on a terminal, plain lines otherwise and in CI. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { formatDiagnostic } from '../diagnostics/format.js';
import type { RunEvent } from '../engine/events.js';
import { paintFor } from '../report/paint.js';
import { plainView } from '../report/plain.js';

export interface View {
  event(event: RunEvent): void;
  /** A line for the person that is no event. */
  note(text: string): void;
  suspend(): Promise<void>;
  resume(): void;
  end(): Promise<void>;
}

export function openView(
  options: { readonly json: boolean; readonly verbose: number; readonly diff: boolean; readonly check: boolean },
  warnings: readonly Diagnostic[],
): Promise<View> {
  const paint = paintFor(process.stdout);
  const errors = paintFor(process.stderr);
  for (const warning of warnings) process.stderr.write(`${formatDiagnostic(warning, { paint: errors })}\n`);
  const nothing = { suspend: () => Promise.resolve(), resume: () => undefined, end: () => Promise.resolve() };
  const note = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  if (options.json) {
    return Promise.resolve({ ...nothing, note, event: (event: RunEvent) => void process.stdout.write(`${JSON.stringify(event)}\n`) });
  }
  const event = plainView({ paint, diff: options.diff, verbosity: options.verbose, check: options.check, write: (line) => void process.stdout.write(`${line}\n`) });
  return Promise.resolve({ ...nothing, note, event });
}
