/** vars_files of a play. */
import { join } from 'node:path';
import { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { HostVars } from '../../inventory/host-vars.js';
import { readVarsFile } from '../../inventory/var-map.js';
import type { Play } from '../../playbook/read/model.js';
import { findVarsFile } from '../../playbook/play/vars.js';
import type { Templates } from '../../template/engine.js';
import { plainText, type Value } from '../../values/value.js';

/** Names of the files may use facts; a list means: the first that is there. */
export function withVarsFiles(play: Play, start: HostVars, templates: Templates): HostVars {
  let vars = start;
  const diagnostics = new Diagnostics();
  for (const file of play.varsFiles) {
    const named = templates.evaluate(file.value, vars, file.range);
    const names = (Array.isArray(named) ? (named as readonly Value[]) : [named]).map(plainText);
    const path = findVarsFile(names, [join(play.playbookPath, '..')]);
    if (path === undefined) {
      diagnostics.error(
        'FILE_NOT_FOUND',
        'File does not exist',
        `None of ${names.join(', ')} was found.`,
        file.range,
        'Correct the name, or create the file.',
      );
      diagnostics.throwIfErrors();
      continue;
    }
    const table = readVarsFile(path, diagnostics);
    diagnostics.throwIfErrors();
    vars = vars.withLayer({
      name: 'vars-files',
      vars: Object.fromEntries([...table].map(([key, entry]) => [key, entry.value])),
      trusted: true,
      unsafe: new Set([...table].filter(([, entry]) => entry.unsafe).map(([key]) => key)),
      origin: (key) => table.get(key)?.origin,
    });
  }
  return vars;
}
