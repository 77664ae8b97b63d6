/** Shell text that puts one window's entries and their undo on the target's disk. */
import { library, lines, quote, raw, sh, Shell, withheld } from '../shell/shell.js';
import { halfWay } from '../resources/lib/guard.js';
import { kinds, kindOf } from '../resources/registry.js';
import type { Change, ResourceKind, KindName } from '../resources/resource.js';
import { keyOf } from '../resources/resource.js';
import { comparison, stateLine } from '../resources/lib/whole.js';
import { needCommand, storedEntry, type Entry } from './entry.js';
import { keepOwed } from './owed.js';
import { undoProgram } from './undo-program.js';
import { trialLibrary } from './trial.js';

/** Canonical states that each resource had earlier, oldest first, by its key. */
export type EarlierStates = ReadonlyMap<string, readonly string[]>;

/** What else than the state before an entry may be there when it is undone. */
interface Earlier {
  /** States of this window: a run that was cut off may not have come as far as the entry. */
  readonly within: EarlierStates;
  /** States of earlier windows, which were all done: only a rollback that left the entry as it was and went on goes back to one. */
  readonly older: EarlierStates;
}

/** All kinds' functions and those of trial boots, as one library: what windows and their undo call. */
export const resourceLibrary: Shell = library([
  ...[...kinds.values()].map((kind) => kind.library),
  trialLibrary,
]);

const swap = (change: Change): Change => ({ id: change.id, from: change.to, to: change.from });

/** Writes a text file in the run's folder by the shell's own printf: nothing of it is in any argv. */
function writeFile(name: Shell, content: string): Shell {
  return sh`printf '%s' ${withheld('journal', sh`${content}`)} >${name} || exit 1`;
}

function undoOfChanges(entry: Extract<Entry, { type: 'change' }>, earlier: Earlier): Shell {
  const kind = kindOf<KindName>(entry.kind);
  const compare: Shell[] = [];
  const restored: Shell[] = [];
  for (const change of entry.changes) {
    const { name } = change.id;
    const key = keyOf(change.id);
    const [within, older] = [earlier.within.get(key) ?? [], earlier.older.get(key) ?? []];
    const { line, show } = comparison(change, [...within, ...older], entry.afterUnknown === true);
    const before = line(change.from);
    const after = entry.afterUnknown === true ? raw('"$rtp_now_seen"') : new Shell(quote(line(change.to)));
    const known = [before, ...within, raw('--'), ...older];
    compare.push(
      sh`rtp_key=${key}`,
      entry.afterUnknown === true
        ? sh`rtp_now_seen=$(${show})
if [ ! -e "$rtp_rundir/$rtp_seq.ran.${entry.command ?? 0}" ]; then rtp_now_seen=${before}
elif [ -f "$rtp_rundir/$rtp_seq.after.${entry.index}" ]; then rtp_now_seen=$(cat "$rtp_rundir/$rtp_seq.after.${entry.index}"); fi
rtp_judge "$(${show})" ${after} ${known}`
        : sh`rtp_judge "$(${show})" ${after} ${known}`,
    );
    for (const state of kind.afterBoot?.(change.to) ?? [])
      compare.push(
        sh`if [ "$rtp_verdict" = conflict ] && rtp_booted && [ "$(${kind.show(name)})" = ${kind.canon(name, state)} ]; then rtp_verdict=undo; fi`,
      );
    // What is below a folder was compared when it was made again, before its owners may have got other names.
    const isBack =
      kind.restored?.(change) ?? sh`[ "$(${kind.show(name)})" = ${kind.canon(name, change.from)} ]`;
    restored.push(sh`${isBack} || return 1`);
  }
  const write = undoWrite(entry);
  const tidy = entry.changes.flatMap(({ id }) => kind.tidy?.(id.name) ?? []);
  const unfinished = kind.unfinished?.(entry.changes);
  const group = sh`rtp_group ${entry.kind} ${entry.index}`;
  return sh`${lines(tidy)}
rtp_compare() {
${lines(compare)}
${unfinished === undefined ? raw('') : sh`if ${unfinished}; then rtp_verdict=undo; fi`}
}
rtp_remains() {
${remainsOf(entry)}
}
rtp_restored() {
${lines(restored)}
return 0
}
rtp_write() {
${write}
}
${kind.lostAtBoot === true ? sh`if rtp_booted; then rtp_say same ${entry.index}; else ${group}; fi` : group}`;
}

/**
 * Writes the states from before. Where a boot, or a write that failed on its way, has changed the state after, that one
 * is brought back first: what the change did not touch may be another then (a service that fell at its restart).
 */
function undoWrite({ kind: kindName, changes }: Extract<Entry, { type: 'change' }>): Shell {
  const kind = kindOf<KindName>(kindName);
  const plain = kind.write(changes.map(swap));
  const [change] = changes;
  if (change === undefined || changes.length > 1) return plain;
  const { id, from, to } = change;
  const others = [...(kind.afterBoot?.(to) ?? []), ...halfWay(kind, change)];
  if (others.length === 0) return plain;
  return lines([
    sh`rtp_was=$(${kind.show(id.name)})`,
    ...others.map(
      (state) =>
        sh`if [ "$rtp_was" = ${kind.canon(id.name, state)} ]; then ${kind.write([{ id, from: state, to: from }])}; fi`,
    ),
    plain,
  ]);
}

/** Succeeds when something is left that the states of the entry's changes do not show. */
function remainsOf({ kind: kindName, changes }: Extract<Entry, { type: 'change' }>): Shell {
  const kind = kindOf<KindName>(kindName);
  return lines([
    ...changes.flatMap((change) => {
      const remains = kind.remains?.(change);
      return remains === undefined ? [] : [sh`if ${remains}; then return 0; fi`];
    }),
    raw('return 1'),
  ]);
}

function undoOf(entry: Entry, earlier: Earlier): Shell {
  switch (entry.type) {
    case 'change':
      return entry.notUndoable === undefined ? undoOfChanges(entry, earlier) : sh`rtp_kept ${entry.index}`;
    case 'command':
      if (entry.undo === undefined)
        return sh`if [ -e "$rtp_rundir/$rtp_seq.ran.${entry.index}" ]; then rtp_say ${entry.touches ? 'same' : 'kept'} ${entry.index}; else rtp_say same ${entry.index}; fi`;
      // In quotes: a text that is not a shell text fails by itself, and not the program.
      return sh`rtp_command ${entry.index} ${entry.undo.text} ${raw(entry.hidden === true ? 'hidden' : '')}`;
    case 'action':
      return raw('');
  }
}

/** The states that resources had before these entries of a window. */
function statesOf(before: readonly Entry[]): EarlierStates {
  const all = new Map<string, readonly string[]>();
  for (const entry of before) {
    if (entry.type !== 'change') continue;
    for (const change of entry.changes) {
      const key = keyOf(change.id);
      all.set(key, [...(all.get(key) ?? []), stateLine(change, change.from)]);
    }
  }
  return all;
}

function settleOf(entries: readonly Entry[], older: EarlierStates): Shell {
  const within = statesOf(entries);
  const parts: Shell[] = [];
  for (const kind of kinds.values() as Iterable<ResourceKind<KindName>>) {
    const changes = entries.flatMap((entry) =>
      entry.type === 'change' && entry.kind === kind.kind ? entry.changes.map(swap) : [],
    );
    const text = changes.length > 0 ? kind.settle?.(changes) : undefined;
    if (text !== undefined && text.text !== '') parts.push(text);
  }
  for (const entry of entries) {
    if (entry.type !== 'action' || entry.onUndo === undefined) continue;
    const key = entry.resource === undefined ? '' : keyOf(entry.resource);
    const [first = ''] = [...(older.get(key) ?? []), ...(within.get(key) ?? [])];
    parts.push(sh`rtp_first=${first}`, entry.onUndo);
  }
  return lines(parts);
}

/**
 * Saves what undo needs and writes SEQ.json, SEQ.undo, SEQ.settle and what handlers are owed, all synced before it ends.
 * `first` also writes run.json, lib.sh and undo.sh. A failure exits the script: nothing was changed then.
 */
export function journalScript(
  seq: string,
  entries: readonly Entry[],
  options: {
    readonly earlier: EarlierStates;
    readonly owed: readonly string[];
    readonly first?: { readonly runJson: string };
  },
): Shell {
  const blobs = new Set<string>();
  const parts: Shell[] = [sh`rtp_prepare || exit 1`];
  if (options.first !== undefined) {
    parts.push(
      writeFile(raw('"$rtp_rundir/run.json"'), options.first.runJson),
      writeFile(raw('"$rtp_rundir/lib.sh"'), lines([raw(blobFunction), resourceLibrary]).text + '\n'),
      writeFile(raw('"$rtp_state/.undo.sh.new"'), undoProgram.text),
      raw('mv -f "$rtp_state/.undo.sh.new" "$rtp_state/undo.sh" || exit 1'),
    );
  }
  for (const kind of kinds.values() as Iterable<ResourceKind<KindName>>) {
    const changes = entries.flatMap((entry) =>
      entry.type === 'change' && entry.kind === kind.kind && entry.notUndoable === undefined
        ? entry.changes
        : [],
    );
    // Of several changes of one resource only the first finds on the target the bytes it names.
    const first = changes.filter(
      (change, index) => changes.findIndex((other) => other.id.name === change.id.name) === index,
    );
    const saved = kind.savesEach === true ? changes : first;
    const save = saved.length === 0 ? '' : kind.save(saved).text.trim();
    if (save !== '') parts.push(raw(`(\n${save}\n) || exit 1`));
    // States between two changes of one window are never on disk before it starts: their bytes come from the stage.
    const between = changes.filter((change, index) =>
      changes.some((other, at) => at > index && other.id.name === change.id.name),
    );
    for (const sha of new Set(
      between.flatMap((change) =>
        kind.blobs(change.to).filter((blob) => !kind.blobs(change.from).includes(blob)),
      ),
    )) {
      parts.push(
        sh`[ -f "$rtp_state/blobs/"${sha} ] || cp "$rtp_stage/"${sha} "$rtp_state/blobs/"${sha} || exit 1`,
      );
    }
    for (const change of changes) for (const sha of kind.blobs(change.from)) blobs.add(sha);
  }
  const json = entries.map((entry) => JSON.stringify(storedEntry(seq, entry))).join('\n') + '\n';
  const undo = lines(
    entries
      .map((entry, at) => undoOf(entry, { within: statesOf(entries.slice(0, at)), older: options.earlier }))
      .reverse(),
  ).text;
  const settle = settleOf(entries, options.earlier).text;
  const base = sh`"$rtp_rundir"/${seq}`;
  parts.push(sh`cat /proc/sys/kernel/random/boot_id >${base}.boot || exit 1`);
  // In this order: entries that have no undo beside them, not even a new one, have lost it. Its first and last line show that it is complete.
  const whole = `# ${entries.length} entries\n${undo}\n# end of ${entries.length} entries\n`;
  parts.push(writeFile(sh`${base}.undo.new`, whole), writeFile(sh`${base}.json`, json));
  if (needCommand(entries)) parts.push(sh`: >${base}.commands || exit 1`);
  parts.push(keepOwed(options.owed));
  if (settle !== '') parts.push(writeFile(sh`${base}.settle`, settle + '\n'));
  parts.push(
    sh`set --
for rtp_file in ${[...blobs].map((sha) => sh`"$rtp_state/blobs/"${sha}`)}; do
  if [ -f "$rtp_file" ]; then set -- "$@" "$rtp_file"; fi
done
rtp_sync ${base}.json ${base}.undo.new "$rtp_rundir"/* "$rtp_state/undo.sh" "$rtp_state/blobs" "$@"
mv -f ${base}.undo.new ${base}.undo || exit 1
rtp_sync "$rtp_rundir" "$rtp_state/runs" "$rtp_state"`,
  );
  return lines(parts);
}

const blobFunction =
  'rtp_blob() { if [ -f "$rtp_stage/$1" ]; then printf \'%s\\n\' "$rtp_stage/$1"; else printf \'%s\\n\' "$rtp_state/blobs/$1"; fi; }';
