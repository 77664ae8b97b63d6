/** `touches`: the only paths that a command changes. */
import type { Task } from '../playbook/read/model.js';
import { anything, type FileState } from '../resources/file/state.js';
import type { Change, ReadRequest, ResourceId } from '../resources/resource.js';
import type { Scope } from '../template/runtime/scope.js';
import type { Templates } from '../template/engine.js';
import { isUnknown, plainText, Unknown, type Value } from '../values/value.js';
import { failed, type Item } from './item.js';
import { hiddenCommand } from './predict.js';
import type { PlanView } from './view.js';

function touchesOf({ keywords }: Task, scope: Scope, templates: Templates): Value {
  return keywords.touches === undefined
    ? []
    : templates.evaluate(keywords.touches.value, scope, keywords.touches.range);
}

function filesIn(touches: Value): readonly ResourceId<'file'>[] {
  const paths = Array.isArray(touches) ? (touches as readonly Value[]) : [touches];
  return paths.map((path) => ({ kind: 'file', name: plainText(path) }));
}

/** What is at the paths that commands of the items touch, as far as it is known. */
function present(
  task: Task,
  items: readonly Item[],
  view: PlanView,
  templates: Templates,
): readonly { readonly id: ResourceId<'file'>; readonly state: FileState }[] {
  return idsOf(task, items, templates).flatMap((id) => {
    const state = view.peek(id);
    return state === undefined || isUnknown(state) ? [] : [{ id, state: state as FileState }];
  });
}

function idsOf(task: Task, items: readonly Item[], templates: Templates): readonly ResourceId<'file'>[] {
  return items.flatMap(({ plan, scope }) => {
    const touches = plan.type === 'command' ? touchesOf(task, scope, templates) : [];
    return isUnknown(touches) ? [] : filesIn(touches);
  });
}

/**
 * As the journal is to hold it. What a command leaves at the paths that it touches is not known before. Journalled as if it took away
 * what is there, the old bytes are kept, and undo puts them over whatever is there then; journalled as if it made something, undo
 * removes that. A folder is kept as a whole.
 */
export function touchedFiles(
  task: Task,
  scope: Scope,
  view: PlanView,
  templates: Templates,
): readonly Change[] {
  return filesIn(touchesOf(task, scope, templates)).map((id) => {
    const from = view.state('file', id.name);
    return { id, from, to: from.type === 'absent' ? anything : { type: 'absent' } };
  });
}

/** What commands of the task would touch and is not read yet. Only folders are read as deep as this: of a file it would bring the bytes. */
export function unreadTouches(
  task: Task,
  items: readonly Item[],
  view: PlanView,
  templates: Templates,
): readonly ReadRequest[] {
  const unread = view.missing(idsOf(task, items, templates));
  if (unread.length > 0) return unread;
  const folders = present(task, items, view, templates).filter(
    ({ id, state }) => state.type === 'directory' && !isRoot(id),
  );
  return view.missing(folders.map(({ id }) => ({ ...id, depth: 'tree' })));
}

const isRoot = ({ name }: ResourceId<'file'>): boolean => /^\/+$/.test(name);

/** Does a command touch a folder? What waits to be written may be for it, and has to be there before it is kept. */
export function touchesFolder(
  task: Task,
  items: readonly Item[],
  view: PlanView,
  templates: Templates,
): boolean {
  return present(task, items, view, templates).some(({ state }) => state.type === 'directory');
}

/** The items, whose commands fail where undo could not keep a folder that they touch. In a plan a folder may have no tree yet. */
export function keepableTouches(
  task: Task,
  items: readonly Item[],
  view: PlanView,
  templates: Templates,
  checkMode: boolean,
): readonly Item[] {
  return items.map((item) => {
    const bad = present(task, [item], view, templates).find(
      ({ id, state }) =>
        state.type === 'directory' &&
        state.tree === undefined &&
        (!checkMode || state.mount !== undefined || isRoot(id)),
    );
    if (bad === undefined) return item;
    const why = `touches: the folder ${bad.id.name} cannot be kept with everything in it, because other file systems are mounted in it. Name the files in it that the command changes.`;
    return { ...item, plan: failed(why) };
  });
}

/** In check mode, what a command is declared to touch is unknown after it, and nothing else is. */
export function overlayTouched(
  task: Task,
  items: readonly Item[],
  hidden: boolean,
  view: PlanView,
  templates: Templates,
): void {
  for (const { plan, scope } of items) {
    if (plan.type !== 'command') continue;
    const reason = new Unknown(`\`${hidden ? hiddenCommand : plan.command.shown}\` has not run`);
    for (const id of filesIn(touchesOf(task, scope, templates))) view.plan(id, reason);
  }
}
