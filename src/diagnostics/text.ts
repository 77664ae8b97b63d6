import { detailOf, type Diagnostic } from './diagnostic.js';

/** Text of diagnostics that only showed themselves while running (an undefined variable of this host). */
export function diagnosticText(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((item) => {
      const where =
        item.range === undefined ? '' : `${item.range.file}:${item.range.line}:${item.range.column}: `;
      const { detail, hint } = detailOf(item);
      return `${where}${item.summary}: ${detail}${hint === undefined ? '' : ` ${hint}`}`;
    })
    .join('\n');
}
