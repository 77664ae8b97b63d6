/** What a plan says about the inventory, as diagnostics with the line to change. */
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { formatDiagnostics } from '../../diagnostics/format.js';
import { paintFor } from '../../report/paint.js';
import { ruleTitle } from '../../rt/partition/titles.js';
import type { PlanDiagnostic } from '../../rt/partition/model.js';
import { commandSecrets } from '../command-secrets.js';
import type { Wanted } from './machine-vars.js';

/** Errors and warnings; notes stand below the drawing. */
export function reportPlan(
  host: string,
  found: readonly PlanDiagnostic[],
  wanted: Wanted,
  diagnostics: Diagnostics,
): void {
  for (const { code, severity, message, hint, origin } of found) {
    if (severity === 'note') continue;
    const range = wanted.place(host, origin);
    const detail = `${host}: ${message}${message.endsWith('.') ? '' : '.'}`;
    diagnostics.add({
      code,
      severity,
      summary: ruleTitle(code),
      detail,
      ...(range === undefined ? {} : { range }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** On standard error, after what was asked for was printed. */
export function printDiagnostics(diagnostics: Diagnostics): void {
  if (diagnostics.all.length === 0) return;
  const text = formatDiagnostics(diagnostics.all, {
    paint: paintFor(process.stderr),
    baseDir: process.cwd(),
  });
  process.stderr.write(commandSecrets.text(`${text}\n`));
}
