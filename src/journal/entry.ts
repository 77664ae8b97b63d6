/** The journal's entries: what a window is about to change, complete enough to undo it. */
import type { Change, KindName, ResourceId } from '../resources/resource.js';
import type { Shell } from '../shell/shell.js';

/** Changes that are written, compared and undone together: one change, or a package transaction. */
export interface ChangeGroup {
  readonly kind: KindName;
  readonly changes: readonly Change[];
  readonly notUndoable?: string;
  /**
   * True for paths that a command was declared to touch: what it will leave there is not known before, so
   * until the state after it is recorded, any present state counts as the command's.
   */
  readonly afterUnknown?: boolean;
  /** With `afterUnknown`: the index of the command's own entry. */
  readonly command?: number;
}

export type EntryBody =
  | ({ readonly type: 'change' } & ChangeGroup)
  /** A command: undone by the shell text its task gives, or not at all. */
  | {
      readonly type: 'command';
      readonly shown: string;
      readonly undo?: Shell;
      /** All that it changes is listed in entries of its own. */ readonly touches: boolean;
    }
  /** A restart or reload; `onUndo` runs once after everything is back, with `$rtp_first`: the canonical state of its resource before the run. */
  | {
      readonly type: 'action';
      readonly label: string;
      readonly resource?: ResourceId;
      readonly onUndo?: Shell;
      /** It leaves nothing to undo. */
      readonly transient?: true;
    };

/** One entry of a window. Indexes count from 0 within the window, in the order of the changes. */
export type Entry = EntryBody & {
  readonly index: number;
  readonly taskId: string;
  readonly taskName: string;
  /** Its task has no_log: what it changes is named, and never shown. */
  readonly hidden?: true;
};

/**
 * Do the entries of a window leave something to undo only where a command was begun? Then SEQ.commands is beside them: a run that
 * was cut off before has left nothing.
 */
export function needCommand(entries: readonly Entry[]): boolean {
  return entries.every(
    (entry) =>
      entry.type === 'command' ||
      (entry.type === 'change' ? entry.afterUnknown === true : entry.transient === true),
  );
}

/** An entry as it is in SEQ.json, one JSON object a line. */
export interface StoredEntry {
  readonly format: 1;
  readonly seq: string;
  readonly index: number;
  readonly taskId: string;
  readonly taskName: string;
  /** Its task has no_log: nobody who reads the journal shows what it changes. */
  readonly hidden?: true;
  readonly type: EntryBody['type'];
  readonly kind?: KindName;
  readonly changes?: readonly Change[];
  readonly notUndoable?: string;
  readonly afterUnknown?: boolean;
  readonly shown?: string;
  readonly command?: number;
  /** For commands: is there an undo text? */
  readonly undo?: boolean;
  /** For commands: entries of their own list all that it changes. */
  readonly touches?: boolean;
}

export function storedEntry(seq: string, entry: Entry): StoredEntry {
  const common = {
    format: 1,
    seq,
    index: entry.index,
    taskId: entry.taskId,
    taskName: entry.taskName,
    ...(entry.hidden === true ? { hidden: true as const } : {}),
    type: entry.type,
  } as const;
  switch (entry.type) {
    case 'change':
      return {
        ...common,
        kind: entry.kind,
        changes: entry.changes,
        ...(entry.notUndoable === undefined ? {} : { notUndoable: entry.notUndoable }),
        ...(entry.afterUnknown === true ? { afterUnknown: true } : {}),
        ...(entry.command === undefined ? {} : { command: entry.command }),
      };
    case 'command':
      return { ...common, shown: entry.shown, undo: entry.undo !== undefined, touches: entry.touches };
    case 'action':
      return { ...common, shown: entry.label };
  }
}
