/** `touches`: the only paths that a command changes. */
import type { Task } from '../playbook/model.js';
import type { Change, ReadRequest, State } from '../resources/resource.js';
import type { Scope } from '../template/scope.js';
import type { Templates } from '../template/engine.js';
import { isUnknown, plainText, Unknown, type Value } from '../values/value.js';
import type { Item } from './plan-item.js';
import { hiddenCommand } from './plan-predict.js';
import type { PlanView } from './plan-view.js';

/**
 * What a command leaves at the files that it touches is not known before. Journalled as if it took away what is there, the
 * old bytes are kept, and undo puts them over whatever is there then; journalled as if it made something, undo removes that.
 */
const somethingThere: State = { type: 'link', target: '?', owner: 'root', group: 'root' };

function touchesOf({ keywords }: Task, scope: Scope, templates: Templates): Value {
  return keywords.touches === undefined
    ? []
    : templates.evaluate(keywords.touches.value, scope, keywords.touches.range);
}

function filesIn(touches: Value): readonly { readonly kind: 'file'; readonly name: string }[] {
  const paths = Array.isArray(touches) ? (touches as readonly Value[]) : [touches];
  return paths.map((path) => ({ kind: 'file', name: plainText(path) }));
}

/** As the journal is to hold it. */
export function touchedFiles(
  task: Task,
  scope: Scope,
  view: PlanView,
  templates: Templates,
): readonly Change[] {
  return filesIn(touchesOf(task, scope, templates)).map((id) => {
    const from = view.state('file', id.name);
    return { id, from, to: from.type === 'absent' ? somethingThere : { type: 'absent' } };
  });
}

/** Files that a command of the task would touch and whose states are not read yet. */
export function unreadTouches(
  task: Task,
  items: readonly Item[],
  view: PlanView,
  templates: Templates,
): readonly ReadRequest[] {
  return view.missing(
    items.flatMap(({ plan, scope }) => {
      const touches = plan.type === 'command' ? touchesOf(task, scope, templates) : [];
      return isUnknown(touches) ? [] : filesIn(touches);
    }),
  );
}

/** In check mode, what a command is declared to touch is unknown behind it, and nothing else is. */
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
