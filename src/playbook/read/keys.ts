/** Which keys are allowed where, and what was meant by a key that is not. */
import { nearest } from '../../diagnostics/nearest.js';
import type { MapEntry, MapNode, Node } from '../../yaml/node.js';
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

/** Names that are nowhere a keyword and near none. */
const instead: Readonly<Record<string, string>> = {
  env: 'Write environment variables below "environment:".',
  sudo: 'Write "become: true".',
  sudo_user: 'Write "become_user".',
  include: 'Use import_tasks or include_tasks in a list of tasks, or import_playbook in a playbook.',
};

/** The places where a keyword is allowed, for a hint. */
function elsewhere(key: string): string | undefined {
  const found = KEYWORDS.find((keyword) => keyword.name === key);
  if (found === undefined) return undefined;
  return `Write it in ${found.on.map((place) => CALLED[place]).join(', ')}.`;
}

/** For a mapping in the place of a list: was its first key to begin an entry? */
export function dashHint(node: Node): string | undefined {
  const key = node.type === 'map' ? (node.entries[0]?.key ?? '') : '';
  return /^-[^-]/.test(key) ? `Put a space after the dash: "- ${key.slice(1).trim()}: ...".` : undefined;
}

/** Keywords that make variables: which ones, is not known where such a keyword is mistyped. */
export const DEFINING = /^(?:vars|vars_files|vars_prompt|register|loop|loop_control|with_\w+)$/;

export function reportUnknownKey(
  entry: MapEntry,
  place: Place,
  names: readonly string[],
  load: LoadContext,
  hint?: string,
): void {
  const near = nearest(entry.key, names);
  if (near !== undefined && DEFINING.test(near)) load.root.open();
  load.diagnostics.error(
    'UNKNOWN_KEYWORD',
    'Unknown keyword',
    `"${entry.key}" is not a keyword of ${CALLED[place]}.`,
    entry.keyRange,
    hint ??
      elsewhere(entry.key) ??
      (near === undefined
        ? (instead[entry.key] ?? `Remove it. ${capital(CALLED[place])} has: ${names.join(', ')}.`)
        : `Did you mean "${near}"?`),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Reports a keyword that Ansible has and rtprov does not. */
export function reportUnsupported(entry: MapEntry, hint: string, load: LoadContext): void {
  load.diagnostics.error(
    'UNSUPPORTED_KEYWORD',
    'Keyword is not supported',
    `Ansible has "${entry.key}", but this version of rtprov does not.`,
    entry.keyRange,
    hint,
  );
}

/** For a module in the place of a keyword. */
function moduleHint(key: string, load: LoadContext): string | undefined {
  const module = load.modules.find(key.replace(/^ansible\.(?:builtin|legacy)\./, ''));
  return module === undefined
    ? undefined
    : `"${key}" is a module. Modules are used in tasks: write "tasks:" and below it "- ${key}: ...".`;
}

/** Reports every key of a mapping that is not a keyword of its place. */
export function checkKeys(map: MapNode, place: Place, load: LoadContext): void {
  const known = keywordsOf(place);
  for (const entry of map.entries) {
    const keyword = known.get(entry.key);
    if (keyword === undefined)
      reportUnknownKey(entry, place, [...known.keys()], load, moduleHint(entry.key, load));
    else if (keyword.unsupported !== undefined) reportUnsupported(entry, keyword.unsupported, load);
  }
}
