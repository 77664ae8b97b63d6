/** Stack traces with the lines of the source files: the bundle's own lines say nothing in a bug report (docs/adr/0023). */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The stack of an error, for people who mend rtprov. In the package, places in the bundle become places in the source files; the map is
 * read only now. Run from the sources, the stack has the right places already.
 */
export function sourceStack(error: Error): string {
  const stack = error.stack ?? error.message;
  const bundle = fileURLToPath(import.meta.url);
  try {
    return translated(stack, basename(bundle), readFileSync(`${bundle}.map`, 'utf8'));
  } catch {
    // Without the map, or with a broken one, the fault itself must still be shown.
    return stack;
  }
}

/**
 * `bundle`: its name in the stack, without a folder, as the launcher gives it. `map`: JSON of a source map, as
 * https://tc39.es/ecma426/ describes it. What it does not know stays as it is.
 */
export function translated(stack: string, bundle: string, map: string): string {
  const entries = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return stack.replaceAll(
    /(?<=[\s(])([^\s:()/]+):(\d+):(\d+)/g,
    (place, file: string, line: string, column: string) => {
      if (file !== bundle) return place;
      const found = entries.findEntry(Number(line) - 1, Number(column) - 1);
      return 'originalSource' in found && found.generatedLine < Number(line)
        ? `${found.originalSource}:${found.originalLine + 1}`
        : place;
    },
  );
}
