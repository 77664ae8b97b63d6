/**
 * Writes that look once more, right before they change something, that nobody else has changed it since it was read. One place for all
 * kinds: their canonical states (`show`) are compared. Files look by themselves, path by path, right before each rename.
 *
 * What the window itself has changed on the way (a unit that another one brought up) is not drift: it is noted after the step that may
 * have done so (`note`), and counts like the state that was read.
 */
import { lines, raw, sh, type Shell } from '../../shell/shell.js';
import { shellPath } from '../file/names.js';
import { kindOf } from '../registry.js';
import {
  keyOf,
  type Change,
  type ChangePlace,
  type KindName,
  type ResourceKind,
  type StateByKind,
} from '../resource.js';

/** A change of a window. */
export interface Guarded<K extends KindName = KindName> extends ChangePlace {
  readonly change: Change<K>;
}

/** A canonical line for each name, in order. */
function present<K extends KindName>(kind: ResourceKind<K>, names: readonly string[]): Shell {
  return kind.showAll === undefined ? lines(names.map((name) => kind.show(name))) : kind.showAll(names);
}

/** When the command before it fails: the write ends, and these are marked as not begun. */
function orEnd(unbegun: readonly Guarded[], status = raw('1')): Shell {
  const entries = [...new Set(unbegun.map(({ entry }) => String(entry)))];
  return entries.length === 0
    ? sh` || exit ${status}`
    : sh` || { rtp_untouched ${entries}; exit ${status}; }`;
}

/**
 * Fails with `drift: KIND:NAME` for each that is neither as it was read nor as it is wanted. Then these and the `later` ones are marked
 * as not begun.
 */
function still<K extends KindName>(
  kind: ResourceKind<K>,
  changes: readonly Guarded<K>[],
  later: readonly Guarded<K>[],
): Shell {
  const words = changes.flatMap(({ change: { id, from, to }, entry }) => [
    String(entry),
    id.name,
    kind.canon(id.name, from),
    kind.canon(id.name, to),
  ]);
  return sh`rtp_now=$(
${present(
  kind,
  changes.map(({ change }) => change.id.name),
)}
)${orEnd([...changes, ...later])}
rtp_still ${kind.kind} "$rtp_now" ${words}${orEnd([...changes, ...later])}`;
}

/** Files: which entry is not begun when their write finds a path changed. */
function byPath(changes: readonly Guarded[]): Shell {
  const cases = changes.map(
    ({ change, entry }) => sh`${shellPath(change.id.name)}) rtp_untouched ${entry} ;;`,
  );
  return sh`rtp_drifted() { case $1 in
${lines(cases)}
esac; }`;
}

/** The canonical states between those of a change, without its own two. */
export function halfWay<K extends KindName>(
  kind: ResourceKind<K>,
  { id, from, to }: Change<K>,
): readonly StateByKind[K][] {
  const seen = new Set([kind.canon(id.name, from), kind.canon(id.name, to)]);
  return (kind.between?.({ id, from, to }) ?? []).filter((state) => {
    const canon = kind.canon(id.name, state);
    return !seen.has(canon) && seen.add(canon);
  });
}

/** `write`, between notes of what it leaves when it fails or is cut off: undo takes that for this run's own. */
function noted<K extends KindName>(
  kind: ResourceKind<K>,
  changes: readonly Guarded<K>[],
  later: readonly Guarded<K>[],
): Shell {
  const write = kind.write(changes.map(({ change }) => change));
  // Transactions know by themselves whether they finished.
  if (kind.unfinished !== undefined) return write;
  const begin = changes.map(({ change, entry }) => {
    const states = halfWay(kind, change).map(
      (state) => `${keyOf(change.id)} ${kind.canon(change.id.name, state)}`,
    );
    return sh`rtp_writing ${[String(entry), ...states]} || exit 1`;
  });
  const words = changes.flatMap(({ change: { id, to }, entry }) => [
    String(entry),
    id.name,
    kind.canon(id.name, to),
  ]);
  return sh`${lines(begin)}
(
${write}
)
rtp_rc=$?
rtp_written "$rtp_rc" ${kind.kind} "$(
${present(
  kind,
  changes.map(({ change }) => change.id.name),
)}
)" ${words}
[ "$rtp_rc" = 0 ]${orEnd(later, raw('"$rtp_rc"'))}`;
}

/** `write` of changes, each guarded. `kind` is that of all. */
export function guardedWrite<K extends KindName>(
  kind: ResourceKind<K>,
  changes: readonly Guarded<K>[],
): Shell {
  const all = changes.map(({ change }) => change);
  if (kind.guardsItself === true) return lines([byPath(changes), kind.write(all, true, changes)]);
  if (kind.showAll !== undefined) return lines([still(kind, changes, []), noted(kind, changes, [])]);
  return lines(
    changes.flatMap((one, at) => {
      const later = changes.slice(at + 1);
      return [still(kind, [one], later), noted(kind, [one], later)];
    }),
  );
}

/** Notes how resources are now, for the guards of their entries. */
export function note(changes: readonly Pick<Guarded, 'change' | 'entry'>[]): Shell {
  return lines(
    changes.map(
      ({ change: { id }, entry }) => sh`(${present(kindOf(id.kind), [id.name])}) >"$rtp_stage/seen."${entry}`,
    ),
  );
}
