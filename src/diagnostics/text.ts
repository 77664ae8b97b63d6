import type { Diagnostic } from './diagnostic.js';

/** Text of diagnostics that only showed themselves while running (an undefined variable of this host). */
export function diagnosticText(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((item) => {
      const where =
        item.range === undefined ? '' : `${item.range.file}:${item.range.line}:${item.range.column}: `;
      return `${where}${item.summary}: ${item.detail}${item.hint === undefined ? '' : ` ${item.hint}`}`;
    })
    .join('\n');
}
