/** What a plan says about the inventory, as diagnostics with the line to change. */
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { ruleTitle } from '../../rt/partition/titles.js';
import type { PlanDiagnostic } from '../../rt/partition/model.js';
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
