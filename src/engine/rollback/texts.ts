/**
 * Brings the texts that a rollback shows: of files that would be undone (with `--diff`), and of those that somebody else has changed
 * since. Old bytes come from the target's journal at that moment, up to the size that is shown as text, and are nowhere kept.
 */
import type { Journal } from '../../journal/read-journal.js';
import { fileRequest } from '../../resources/file/request.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf, type KindName, type ReadRequest, type State } from '../../resources/resource.js';
import { raw } from '../../shell/shell.js';
import type { TargetShell } from '../target/target-shell.js';

/** Keys of resources that some task with no_log has changed: what other tasks of the run changed in them is hidden as well. */
export function hiddenResources(journal: Journal): ReadonlySet<string> {
  const hidden = journal.entries.filter((entry) => entry.hidden === true);
  return new Set(hidden.flatMap(({ changes = [] }) => changes.map(({ id }) => keyOf(id))));
}

/** Puts the bytes into the shell's content store. `present`: what was read of the resources, by their keys. */
export async function readTexts(
  shell: TargetShell,
  journal: Journal,
  present: ReadonlyMap<string, State>,
  all: boolean,
): Promise<void> {
  const { store } = shell.view;
  const requests = new Map<string, ReadRequest>();
  const blobs = new Set<string>();
  const hidden = hiddenResources(journal);
  for (const entry of journal.entries) {
    for (const { id, from, to } of entry.changes ?? []) {
      const kind = kindOf<KindName>(id.kind);
      const now = present.get(keyOf(id));
      if (kind.textOf === undefined || now === undefined || hidden.has(keyOf(id))) continue;
      const states = [now, from, to].map((state) => kind.canon(id.name, state));
      if (!all && states.indexOf(states[0] ?? '', 1) > 0) continue;
      const [text, old] = [kind.textOf(now), kind.textOf(from)];
      if (text !== undefined && !store.has(text)) requests.set(keyOf(id), { ...id, depth: 'content' });
      if (old !== undefined && !store.has(old)) blobs.add(old);
    }
  }
  if (blobs.size > 0) {
    const folder = (await shell.script(raw('printf %s "$rtp_state/blobs"'))).stdout.toString('utf8');
    for (const sha of blobs) requests.set(sha, fileRequest(`${folder}/${sha}`, 'content'));
  }
  if (requests.size > 0) await shell.read([...requests.values()]);
}
