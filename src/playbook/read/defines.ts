/** Which variables a task defines for later ones. The order of tasks is not looked at. */
import type { Module } from '../../modules/core/module.js';
import type { Arguments } from '../task/arguments.js';
import type { LoadContext } from './context.js';
import { filesLike } from './files.js';
import { isTemplate } from './templated.js';
import { learnVarsFile, readVarsFile } from '../play/vars.js';

function learnFacts(args: Arguments, load: LoadContext): void {
  for (const [name, value] of Object.entries(args)) {
    if (isTemplate(name)) load.root.open();
    load.root.add(name, value.range);
    load.defined.add(name, value.range);
  }
}

/** Names in every file that an include_vars may load; when it may load any file, any name may be defined. */
function learnIncluded(args: Arguments, folders: readonly string[], load: LoadContext): void {
  const as = args['name']?.value;
  if (typeof as === 'string' && !isTemplate(as)) {
    load.root.add(as);
    return;
  }
  const file = (args['file'] ?? args['free_form'] ?? args['_raw_params'])?.value;
  const files = typeof file === 'string' ? filesLike(file, folders, 'vars') : [];
  if (files.length === 0) load.root.open();
  const learn = typeof file === 'string' && isTemplate(file) ? learnVarsFile : readVarsFile;
  for (const path of files) learn(path, 'task_vars', load.root, load);
}

/** Adds the variables that a task will define. */
export function learnNames(
  module: Module,
  args: Arguments,
  folders: readonly string[],
  load: LoadContext,
): void {
  if (module.name === 'set_fact' || module.name === 'add_host') learnFacts(args, load);
  else if (module.name === 'include_vars') learnIncluded(args, folders, load);
}
