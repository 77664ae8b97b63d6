/** What a module is given to plan with. */
import type { PlanContext, SourceRequest } from '../modules/core/module.js';
import type { Task } from '../playbook/read/model.js';
import { layeredScope, scopeOf, type Scope } from '../template/runtime/scope.js';
import { templateVars, type TemplateOrigin } from '../template/runtime/template-vars.js';
import type { PlanInputs } from './inputs.js';

/** `requested`: the sources that the module asked for with this item's arguments. */
export function planContext(
  task: Task,
  inputs: PlanInputs,
  scope: Scope,
  requested: readonly SourceRequest[],
): PlanContext {
  const { view, templates } = inputs;
  return {
    checkMode: inputs.checkMode,
    facts: inputs.facts,
    verbosity: inputs.verbosity,
    backupSuffix: inputs.backupSuffix,
    state: (kind, name) => view.state(kind, name),
    has: (id) => view.has(id),
    content: (sha256) => {
      const content = view.store.get(sha256);
      if (content === undefined) throw new Error(`the bytes ${sha256} were not read`);
      return content;
    },
    put: (content) => view.store.put(content),
    source: (name) => {
      const request = requested.find((other) => other.name === name) ?? {
        name,
        folder: 'files' as const,
      };
      const found = inputs.source(request, task);
      if (found === undefined) throw new Error(`the source ${name} was not requested`);
      return found;
    },
    expression: (text) => templates.expression(text, scope, task.range),
    condition: (text) => templates.condition(text, scope, task.range),
    render: (text, { file, origin, markers = {}, newline, ...blocks }) =>
      templates.renderFile(
        text,
        origin === undefined ? scope : ownScope(scope, { ...origin, path: file, ...inputs.controller }),
        { file },
        {
          ...blocks,
          ...(newline === undefined ? {} : { newlineSequence: newline }),
          ...Object.fromEntries(Object.entries(markers).map(([name, marker]) => [`${name}String`, marker])),
        },
      ),
  };
}

/** What a template file knows of itself. A name that the user gives to `ansible_managed` is not covered. */
function ownScope(
  scope: Scope,
  { started, ...origin }: Omit<TemplateOrigin, 'now'> & { readonly started: Date },
): Scope {
  const { ansible_managed: managed, ...own } = templateVars({ ...origin, now: started });
  return layeredScope([scopeOf(own, false), scope, scopeOf({ ansible_managed: managed }, false)]);
}
