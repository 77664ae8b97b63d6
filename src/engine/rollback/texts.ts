/**
 * Brings the texts that a rollback shows: of files that would be undone (with `--diff`), and of those that somebody else has changed
 * since. Old bytes come from the target's journal at that moment, up to the size that is shown as text, and are nowhere kept.
 */
import type { Journal } from '../../journal/read-journal.js';
import type { FileState } from '../../resources/file/state.js';
import { mostTextBytes } from '../../resources/file/diff.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf, type ReadRequest, type State } from '../../resources/resource.js';
import { raw } from '../../shell/shell.js';
import type { TargetShell } from '../target/target-shell.js';

/** Keys of resources that some task with no_log has changed: what other tasks of the run changed in them is hidden as well. */
export function hiddenResources(journal: Journal): ReadonlySet<string> {
  const hidden = journal.entries.filter((entry) => entry.hidden === true);
  return new Set(hidden.flatMap(({ changes = [] }) => changes.map(({ id }) => keyOf(id))));
}

function isText(state: FileState): state is Extract<FileState, { type: 'file' }> {
  return state.type === 'file' && state.size <= mostTextBytes;
}

/** Puts the bytes into the shell's content store. `present`: what was read of the resources, by their keys. */
export async function readTexts(
  shell: TargetShell,
  journal: Journal,
  present: ReadonlyMap<string, State>,
  all: boolean,
): Promise<void> {
  const { store } = shell.view;
  const paths = new Set<string>();
  const blobs = new Set<string>();
  const kind = kindOf('file');
  const hidden = hiddenResources(journal);
  for (const entry of journal.entries) {
    for (const { id, from, to } of entry.changes ?? []) {
      if (id.kind !== 'file' || hidden.has(keyOf(id))) continue;
      const now = present.get(keyOf(id)) as FileState | undefined;
      if (now === undefined) continue;
      const states = [now, from as FileState, to as FileState].map((state) => kind.canon(id.name, state));
      if (!all && states.indexOf(states[0] ?? '', 1) > 0) continue;
      if (isText(now) && !store.has(now.sha256)) paths.add(id.name);
      const before = from as FileState;
      if (isText(before) && !store.has(before.sha256)) blobs.add(before.sha256);
    }
  }
  const requests = [...paths].map((name): ReadRequest => ({ kind: 'file', name, depth: 'content' }));
  if (blobs.size > 0) {
    const folder = (await shell.script(raw('printf %s "$rtp_state/blobs"'))).stdout.toString('utf8');
    for (const sha of blobs) requests.push({ kind: 'file', name: `${folder}/${sha}`, depth: 'content' });
  }
  if (requests.length > 0) await shell.read(requests);
}
