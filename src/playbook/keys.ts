/** Which keys may stand where, and what a key that may not was meant to be. */
import { nearest } from '../diagnostics/nearest.js';
import type { MapEntry, MapNode } from '../yaml/node.js';
import type { LoadContext } from './context.js';
import { KEYWORDS, keywordsOf, type Place } from './keywords.js';

const CALLED: Readonly<Record<Place, string>> = {
  play: 'a play',
  block: 'a block',
  task: 'a task',
  handler: 'a handler',
  import_tasks: 'an import',
  include_tasks: 'include_tasks and include_role',
  role: 'a role entry',
  import_playbook: 'import_playbook',
};

/** The places in which a keyword may stand, for a hint. */
function elsewhere(key: string): string | undefined {
  const found = KEYWORDS.find((keyword) => keyword.name === key);
  if (found === undefined) return undefined;
  return `It belongs on ${found.on.map((place) => CALLED[place]).join(', ')}.`;
}

export function reportUnknownKey(
  entry: MapEntry,
  place: Place,
  names: readonly string[],
  load: LoadContext,
  hint?: string,
): void {
  const near = nearest(entry.key, names);
  load.diagnostics.error(
    'UNKNOWN_KEYWORD',
    'Unknown keyword',
    `"${entry.key}" is not a keyword of ${CALLED[place]}.`,
    entry.keyRange,
    hint ??
      elsewhere(entry.key) ??
      (near === undefined
        ? `Take it away. ${capital(CALLED[place])} has: ${names.join(', ')}.`
        : `Did you mean "${near}"?`),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Reports a keyword that Ansible has and rtprov has not. */
export function reportUnsupported(entry: MapEntry, hint: string, load: LoadContext): void {
  load.diagnostics.error(
    'UNSUPPORTED_KEYWORD',
    'Keyword is not supported',
    `Ansible has "${entry.key}", but this version of rtprov does not.`,
    entry.keyRange,
    hint,
  );
}

/** Reports every key of a mapping that is not a keyword of its place. */
export function checkKeys(map: MapNode, place: Place, load: LoadContext): void {
  const known = keywordsOf(place);
  for (const entry of map.entries) {
    const keyword = known.get(entry.key);
    if (keyword === undefined) reportUnknownKey(entry, place, [...known.keys()], load);
    else if (keyword.unsupported !== undefined) reportUnsupported(entry, keyword.unsupported, load);
  }
}
