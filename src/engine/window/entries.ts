/** What the journal is to hold of a window. */
import type { Entry } from '../../journal/entry.js';
import { kindOf } from '../../resources/registry.js';
import type { WindowStep } from './steps.js';

/** The journal's entries for the steps: one a change, one a transaction, one a command. */
export function entriesOf(steps: readonly WindowStep[]): {
  readonly entries: readonly Entry[];
  readonly indexes: ReadonlyMap<unknown, number>;
} {
  const entries: Entry[] = [];
  /** Of commands, of the changes they may make, and of all other changes. */
  const indexes = new Map<unknown, number>();
  for (const { taskId, taskName, hidden, of, step } of steps) {
    const task = { taskId, taskName, ...(hidden === true ? { hidden } : {}) };
    const common = { index: entries.length, ...task };
    if (step.type === 'action')
      entries.push({
        ...common,
        type: 'action',
        label: step.label,
        ...(step.resource === undefined ? {} : { resource: step.resource }),
        ...(step.onUndo === undefined ? {} : { onUndo: step.onUndo }),
        ...(step.transient === true ? { transient: true } : {}),
      });
    else if (step.type === 'command') {
      if (!step.journalled) continue;
      indexes.set(step, entries.length);
      entries.push({
        ...common,
        type: 'command',
        shown: step.shown,
        touches: step.touches.length > 0,
        ...(step.undo === undefined ? {} : { undo: step.undo }),
      });
      for (const change of step.touches) {
        indexes.set(change, entries.length);
        entries.push({
          index: entries.length,
          ...task,
          type: 'change',
          kind: change.id.kind,
          changes: [change],
          afterUnknown: true,
          command: common.index,
        });
      }
    } else {
      const { change } = step;
      const kind = kindOf(change.id.kind);
      const last = entries.at(-1);
      if (
        kind.oneTransaction === true &&
        last?.type === 'change' &&
        last.kind === change.id.kind &&
        steps.some(
          (other) =>
            other.of.task === of.task &&
            other.of.item === of.item &&
            other.step.type === 'change' &&
            last.changes.includes(other.step.change),
        )
      ) {
        indexes.set(change, entries.length - 1);
        entries[entries.length - 1] = { ...last, changes: [...last.changes, change] };
        continue;
      }
      indexes.set(change, entries.length);
      const reason = kind.notUndoable?.(change);
      entries.push({
        ...common,
        type: 'change',
        kind: change.id.kind,
        changes: [change],
        ...(reason === undefined ? {} : { notUndoable: reason }),
      });
    }
  }
  return { entries, indexes };
}
