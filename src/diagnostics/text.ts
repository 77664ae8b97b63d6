import { detailOf, type Diagnostic } from './diagnostic.js';

/** Text of errors that only showed themselves while running (an undefined variable of this host), without warnings beside them. */
export function diagnosticText(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return (errors.length > 0 ? errors : diagnostics)
    .map((item) => {
      const where =
        item.range === undefined ? '' : `${item.range.file}:${item.range.line}:${item.range.column}: `;
      const { detail, hint } = detailOf(item);
      return `${where}${item.summary}: ${detail}${hint === undefined ? '' : ` ${hint}`}`;
    })
    .join('\n');
}
