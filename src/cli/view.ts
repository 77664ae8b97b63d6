/** The view of a command: JSON lines, live on a terminal, plain lines otherwise and in CI. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { formatDiagnostic } from '../diagnostics/format.js';
import { chooseView, isCi } from '../report/choose.js';
import { paintFor } from '../report/paint.js';
import type { View } from '../report/view.js';

export type { View } from '../report/view.js';

/** Warnings of the files come first, on standard error. */
export function openView(
  options: { readonly json: boolean; readonly verbose: number; readonly diff: boolean },
  warnings: readonly Diagnostic[],
): View {
  const errors = paintFor(process.stderr);
  for (const warning of warnings)
    process.stderr.write(`${formatDiagnostic(warning, { paint: errors, baseDir: process.cwd() })}\n`);
  return chooseView({
    json: options.json,
    isTTY: process.stdout.isTTY,
    ci: isCi(process.env),
    paint: paintFor(process.stdout),
    diff: options.diff,
    verbosity: options.verbose,
    baseDir: process.cwd(),
    terminal: { stream: process.stdout, others: process.stderr.isTTY ? [process.stderr] : [] },
    writeNote: (text) => void process.stderr.write(text),
  });
}
