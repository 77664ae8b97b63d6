/** include_tasks and include_role whose file can only be known on the host: what they load is put behind the program. */
import { DiagnosticError, RtprovError } from '../diagnostics/diagnostic.js';
import { diagnosticText } from '../diagnostics/text.js';
import type { HostVars } from '../inventory/host-vars.js';
import type { Include, Node } from '../playbook/model.js';
import type { Templates } from '../template/engine.js';
import { isUnknown, plainText, type Value, type Vars } from '../values/value.js';
import type { TaskRef } from './events.js';
import { fail, next, type HostState } from './host-state.js';
import { hides } from './hidden-values.js';
import { allHold } from './plan-conditions.js';
import { shownRange, type PlayHost } from './play-host.js';
import { appendIncluded, type IncludeInstruction } from './program.js';
import { withInstruction } from './task-vars.js';
import { tellPlain } from './tell.js';

interface Part {
  readonly nodes: readonly Node[];
  readonly vars: Vars;
}

export function include(host: PlayHost, state: HostState, instruction: IncludeInstruction): HostState {
  const { include } = instruction;
  const vars = withInstruction(state.vars, include.keywords.vars, instruction.vars);
  const hidden = hides(include, vars, host.context.templates);
  const ref: TaskRef = {
    id: `include:${include.range.line}`,
    name: include.name ?? `include_${include.kind}`,
    module: `include_${include.kind}`,
    range: shownRange(include.range, hidden),
    handler: false,
  };
  try {
    const parts = partsOf(host, include, ref, vars);
    if (parts.length === 0) return next(state);
    const { program, start } = appendIncluded(state.program, state.at, parts);
    return { ...state, program, at: start };
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    const msg = error instanceof DiagnosticError ? diagnosticText(error.diagnostics) : error.message;
    tellPlain(host, ref, { status: 'failed', msg: hidden ? 'hidden: no_log' : msg, result: null });
    return fail(state, instruction.enclosing, {
      task: ref,
      result: { failed: true, msg },
      unreachable: false,
    }).state;
  }
}

/** What is included, one part for each pass of the loop. What is unknown is warned of and left out. */
function partsOf(host: PlayHost, include: Include, ref: TaskRef, vars: HostVars): readonly Part[] {
  const { templates } = host.context;
  const { loopControl, when } = include.keywords;
  const warn = (text: string): void =>
    host.context.emit({ type: 'warning', host: host.name, msg: `${ref.name}: ${text}` });
  const parts: Part[] = [];
  for (const [index, value] of passesOf(include, vars, templates).entries()) {
    const own: Record<string, Value> = value === undefined ? {} : { [loopControl.loopVar]: value };
    if (loopControl.indexVar !== undefined) own[loopControl.indexVar] = index;
    const inner = vars.with('loop', own);
    const held = allHold(when, inner, templates).holds;
    if (held === false) continue;
    const file = templates.evaluate(include.file.value, inner, include.file.range);
    const unknown = [held, file].find((part) => isUnknown(part));
    if (unknown !== undefined) {
      warn(`what it includes is unknown: ${unknown.reason}`);
      continue;
    }
    const name = plainText(file);
    parts.push({ nodes: include.load(name, value === undefined ? undefined : String(index)), vars: own });
    if (!include.literal && include.handlers(name).length > 0)
      warn(
        `handlers of "${name}" cannot be notified, because its name is known only now. Name the role literally.`,
      );
  }
  return parts;
}

/** The values of the loop, or one pass without a value. */
function passesOf(include: Include, vars: HostVars, templates: Templates): readonly (Value | undefined)[] {
  const { loop } = include.keywords;
  if (loop === undefined) return [undefined];
  const values = templates.evaluate(loop.value, vars, loop.range);
  if (Array.isArray(values)) return values as readonly Value[];
  throw new RtprovError(
    'BAD_LOOP',
    isUnknown(values) ? `the loop is unknown: ${values.reason}` : 'the loop is not a list',
  );
}
