/** Errors that a task fails with: faults in what the user or the target gave. */
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import { NulByte } from '../../shell/shell.js';

/** What the task fails with. Throws any other error once more. */
export function inputFault(error: unknown): string {
  if (error instanceof DiagnosticError) return diagnosticText(error.diagnostics);
  if (error instanceof NulByte)
    return 'A value contains a NUL character, which neither a command nor its arguments can contain. Look for "\\0" in it, or in the output of a command that it comes from.';
  throw error;
}
