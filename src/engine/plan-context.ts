/** What a module is given to plan with. */
import type { PlanContext, SourceRequest } from '../modules/module.js';
import type { Task } from '../playbook/model.js';
import type { Scope } from '../template/scope.js';
import type { PlanInputs } from './plan-inputs.js';

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
      if (found === undefined) throw new Error(`the source ${name} was not asked for`);
      return found;
    },
    expression: (text) => templates.expression(text, scope, task.range),
    condition: (text) => templates.condition(text, scope, task.range),
    render: (text, { file, markers = {}, newline, ...blocks }) =>
      templates.renderFile(
        text,
        scope,
        { file },
        {
          ...blocks,
          ...(newline === undefined ? {} : { newlineSequence: newline }),
          ...Object.fromEntries(Object.entries(markers).map(([name, marker]) => [`${name}String`, marker])),
        },
      ),
  };
}
