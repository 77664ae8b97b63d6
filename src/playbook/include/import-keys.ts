/** The keys of a task that imports or includes: its own keywords, and nothing that is another module. */
import type { MapEntry, MapNode } from '../../yaml/node.js';
import type { LoadContext } from '../read/context.js';
import { reportUnknownKey, reportUnsupported } from '../read/keys.js';
import { keywordsOf, type Place } from '../read/keywords.js';
import { IMPORTS, shortName } from '../task/module-key.js';

const LOOP_HINT =
  'An import happens once, when the playbook is read. Use include_tasks (or include_role) to loop.';

export function checkImportKeys(map: MapNode, own: MapEntry, place: Place, load: LoadContext): void {
  const known = keywordsOf(place);
  for (const entry of map.entries) {
    if (entry === own) continue;
    const keyword = known.get(entry.key);
    if (keyword?.unsupported !== undefined) reportUnsupported(entry, keyword.unsupported, load);
    if (keyword !== undefined) continue;
    const isLoop = entry.key === 'loop' || entry.key.startsWith('with_');
    if (isLoop && place === 'include_tasks') continue;
    const short = shortName(entry.key);
    if (load.modules.find(short) !== undefined || IMPORTS.includes(short)) {
      load.diagnostics.error(
        'TWO_MODULES',
        'Task has two modules',
        `A task does one thing, but this one names both "${own.key}" and "${entry.key}".`,
        entry.keyRange,
        'Make two tasks of it; start the second with a new dash.',
      );
    } else {
      reportUnknownKey(entry, place, [...known.keys()], load, isLoop ? LOOP_HINT : hintFor(entry, place));
    }
  }
}

/** Keywords of tasks that an include does not hand down. */
function hintFor(entry: MapEntry, place: Place): string | undefined {
  if (place !== 'include_tasks' || !keywordsOf('task').has(entry.key)) return undefined;
  return keywordsOf('block').has(entry.key)
    ? `Put it below "apply:", so that the included tasks have it: apply: {${entry.key}: ...}.`
    : `Put "${entry.key}" on the tasks in the included file.`;
}
