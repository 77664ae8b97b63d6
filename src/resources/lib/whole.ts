/**
 * The lines by which undo compares the state of a resource with those that a change found and left. Where the change removes or
 * makes a folder with what is in it, or a group with its members, these belong to it: by what `canon` names a folder that somebody
 * made again would pass for the one that was removed.
 */
import type { Shell } from '../../shell/shell.js';
import { kindOf } from '../registry.js';
import type { Change, KindName, State } from '../resource.js';

/** As `rtp_is` of the rollback program has it: what is after the last blank of such a line is the value of `whole`. */
const wholeLine = /^((?:directory:|exists=true gid=).*) (?:tree|members)=[^ ]*$/;

/** The line without the value that `whole` adds. */
export function bare(line: string): string {
  return wholeLine.exec(line)?.[1] ?? line;
}

/** The line of a state of the change, as the journal has it: with the value where undo has to compare it. */
export function stateLine(change: Change, state: State): string {
  const kind = kindOf<KindName>(change.id.kind);
  return kind.whole?.applies(change) === true
    ? kind.whole.canon(change.id.name, state)
    : kind.canon(change.id.name, state);
}

export interface Comparison {
  readonly line: (state: State) => string;
  /** Prints the line of the present state. */
  readonly show: Shell;
}

/** How the present state is compared with those of a change and with `earlier` lines of its resource. `unknown`: nobody knew what the change would leave. */
export function comparison(change: Change, earlier: readonly string[], unknown: boolean): Comparison {
  const { id } = change;
  const kind = kindOf<KindName>(id.kind);
  const { whole } = kind;
  if (
    whole !== undefined &&
    (unknown || whole.applies(change) || earlier.some((line) => wholeLine.test(line)))
  )
    return { line: (state) => whole.canon(id.name, state), show: whole.show(id.name) };
  return { line: (state) => kind.canon(id.name, state), show: kind.show(id.name) };
}

/**
 * Is the state of the line `now` the one of `known`? A known state without the value does not say what it is. Where the value of the
 * present state is not known, because a part of it would be undone before, the target will see whether it is the same.
 */
export function isSame(now: string, known: string): boolean {
  return (
    now === known ||
    bare(now) === known ||
    (/^(?:directory:|exists=true gid=)/.test(now) && now === bare(known))
  );
}
