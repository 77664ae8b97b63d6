/** A file of tasks: `import_tasks`, `include_tasks`, a role's tasks and handlers. */
import { dirname, relative } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { parseYamlFile } from '../../yaml/parse.js';
import type { Site } from '../read/context.js';
import { readText } from '../read/files.js';
import type { Node } from '../read/model.js';

function reportCircle(path: string, site: Site, range: SourceRange): void {
  const { playbookDir, load } = site.play;
  const circle = [...site.open.slice(site.open.indexOf(path)), path].map((file) =>
    relative(playbookDir, file),
  );
  load.diagnostics.error(
    'IMPORT_CIRCLE',
    'Files import each other in a circle',
    `The circle is: ${circle.join(', then ')}.`,
    range,
    'Remove one of the imports, or make it an include_tasks with a condition that ends it.',
  );
}

/** Loads the tasks of a file. A file with syntax errors opens the scope and the play's handlers: what it defines is not known. */
export function loadTaskFile(path: string, site: Site, range: SourceRange): readonly Node[] {
  const { load } = site.play;
  if (site.open.includes(path)) {
    reportCircle(path, site, range);
    return [];
  }
  const text = readText(path, load, range);
  const before = load.diagnostics.all.length;
  const node = text === undefined ? undefined : parseYamlFile(text, path, load.diagnostics);
  if (text === undefined || load.diagnostics.all.length > before) {
    load.root.open();
    site.play.handlersUnknown = true;
  }
  if (node === undefined) return [];
  return load.nodes(node, 'A file of tasks', { ...site, dir: dirname(path), open: [...site.open, path] });
}
