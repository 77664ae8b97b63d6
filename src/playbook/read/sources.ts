/** Files of the controller that a task names literally: that they exist, and that a template's own text is right. */
import { relative } from 'node:path';
import { GivenArgs } from '../../modules/args/given.js';
import type { Value } from '../../values/value.js';
import type { LoadContext } from './context.js';
import { findFile, isFile, isFolder, readText, reportMissingFile } from './files.js';
import type { Loop } from '../task/loop.js';
import { MAGIC } from '../names/magic.js';
import type { Task } from './model.js';
import { Scope } from './scope.js';
import { isTemplate } from './templated.js';

/** Values of `{{ item }}` (or of the loop variable) when the loop is a list of plain texts. */
function loopTexts(loop: Loop | undefined): readonly string[] {
  const items = loop?.loop?.value;
  if (!Array.isArray(items)) return [];
  return (items as readonly Value[]).filter(
    (item): item is string => typeof item === 'string' && !isTemplate(item),
  );
}

/** A source's names: itself, or one for each item when it holds only the loop variable. */
function namesOf(src: string, loop: Loop | undefined): readonly string[] {
  if (!isTemplate(src)) return [src];
  const variable = new RegExp(`\\{\\{\\s*${loop?.control.loopVar ?? 'item'}\\s*\\}\\}`, 'g');
  const names = loopTexts(loop).map((item) => src.replace(variable, () => item));
  return names.filter((name) => !isTemplate(name));
}

function noteTemplate(path: string, scope: Scope, load: LoadContext): void {
  const text = readText(path, load);
  if (text === undefined) return;
  const inside = new Scope(scope);
  inside.addAll(MAGIC.template);
  const place = (offset: number, length: number) => {
    const before = text.slice(0, offset).split('\n');
    return load.sources.range(path, before.length, (before.at(-1) ?? '').length + 1, length);
  };
  load.uses.push({
    text,
    kind: 'file',
    place,
    scope: inside,
    passableBy: scope.passableBy,
    lazy: false,
    optional: false,
  });
}

/** The arguments that say whether and where the module looks on the controller; the rest may be templates. */
function requestsOf(
  task: Task,
): readonly { readonly name: string; readonly folder: 'files' | 'templates' | 'vars' }[] {
  if (task.module.name === 'include_vars') return includedOf(task);
  if (task.module.sources === undefined) return [];
  const plain = Object.entries(task.args).filter(
    ([, { value }]) => typeof value !== 'string' || !isTemplate(value),
  );
  const src = task.args['src']?.value;
  const { dest } = task.args;
  const values = {
    ...(src === undefined ? {} : { src }),
    ...(dest === undefined ? {} : { dest: '/' }),
    ...Object.fromEntries(plain.map(([name, arg]) => [name, arg.value])),
  };
  const parsed = new GivenArgs(task.module, values).parsed;
  return parsed.faults === undefined ? task.module.sources(parsed.args) : [];
}

/** The one file of `include_vars`; what it holds is learnt elsewhere. */
function includedOf({ args }: Task): readonly { readonly name: string; readonly folder: 'vars' }[] {
  const name = args['file']?.value;
  return typeof name === 'string' && name !== '' ? [{ name, folder: 'vars' }] : [];
}

/** Checks what a task copies, renders or reads variables from. */
export function checkSources(task: Task, scope: Scope, load: LoadContext, loop: Loop | undefined): void {
  for (const request of requestsOf(task)) {
    const argument = Object.values(task.args).find(
      ({ value }) => typeof value === 'string' && value.startsWith(request.name),
    );
    for (const name of namesOf(request.name, loop)) {
      const { path, tried } = findFile(
        name,
        task.searchPaths,
        request.folder,
        request.folder === 'templates' ? task.furtherTemplates : [],
      );
      if (path === undefined) {
        const base = task.searchPaths.at(-1) ?? '';
        // Whether a host reads the variables may depend on that there are any.
        if (request.folder === 'vars' && scope.passableBy !== undefined) continue;
        reportMissingFile(name, tried, argument?.range ?? task.range, load, (place) =>
          task.furtherTemplates.some((folder) => place.startsWith(`${folder}/`))
            ? place
            : relative(base, place),
        );
      } else if (!isFile(path) && (request.folder === 'vars' || !isFolder(path))) {
        load.diagnostics.error(
          'SOURCE_NOT_REGULAR',
          'A source is neither a file nor a folder',
          isFolder(path) ? `${path} is a folder.` : `${path} is a device, a FIFO or a socket.`,
          argument?.range ?? task.range,
          isFolder(path) ? 'Name a file, or give the folder as "dir".' : 'Name a regular file.',
        );
      } else if (request.folder === 'templates' && isFile(path) && !hasOwnMarkers(task)) {
        noteTemplate(path, scope, load);
      }
    }
  }
}

/** Templates with markers of their own are not checked before they are rendered. */
function hasOwnMarkers(task: Task): boolean {
  return Object.keys(task.args).some((name) => name.endsWith('_string'));
}
