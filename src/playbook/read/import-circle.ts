/** Files that import each other in a circle, which would never come to an end. */
import { relative } from 'node:path';
import type { Diagnostics, SourceRange } from '../../diagnostics/diagnostic.js';

/** `open`: the files on the way to `path`, which is one of them. Names are shown as they are below `folder`. */
export function reportImportCircle(
  path: string,
  open: readonly string[],
  { folder, range, hint }: { readonly folder: string; readonly range: SourceRange; readonly hint: string },
  diagnostics: Diagnostics,
): void {
  const names = [...open.slice(open.indexOf(path)), path].map((file) => relative(folder, file));
  diagnostics.error(
    'IMPORT_CIRCLE',
    'Files import each other in a circle',
    `The circle is: ${names.join(', then ')}.`,
    range,
    hint,
  );
}
