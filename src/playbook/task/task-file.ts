/** A file of tasks: `import_tasks`, `include_tasks`, a role's tasks and handlers. */
import { dirname } from 'node:path';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { parseYamlFile } from '../../yaml/parse.js';
import type { Site } from '../read/context.js';
import { readText } from '../read/files.js';
import { reportImportCircle } from '../read/import-circle.js';
import type { Node } from '../read/model.js';

/** Loads the tasks of a file. A file with syntax errors opens the scope and the play's handlers: what it defines is not known. */
export function loadTaskFile(path: string, site: Site, range: SourceRange): readonly Node[] {
  const { load, playbookDir: folder } = site.play;
  if (site.open.includes(path)) {
    const hint = 'Remove one of the imports, or make it an include_tasks with a condition that ends it.';
    reportImportCircle(path, site.open, { folder, range, hint }, load.diagnostics);
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
