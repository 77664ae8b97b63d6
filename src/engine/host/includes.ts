/** include_tasks and include_role on a host: what they load is added at the end of the program, in one piece for all passes of the loop. */
import { basename } from 'node:path';
import { DiagnosticError, RtprovError } from '../../diagnostics/diagnostic.js';
import { diagnosticText } from '../../diagnostics/text.js';
import type { HostVars } from '../../inventory/host-vars.js';
import type { Asked, Handler, Include, Located } from '../../playbook/read/model.js';
import type { Templates } from '../../template/engine.js';
import { OMIT } from '../../template/runtime/scope.js';
import { isUnknown, plainText, Unknown, type Value, type Vars } from '../../values/value.js';
import type { TaskRef } from '../../planner/outcome.js';
import { failPlain } from './fail-plain.js';
import { hides } from '../run/hidden-values.js';
import { next, type HostState, type IncludeCount } from '../../planner/host-state.js';
import { allHold, flag } from '../../planner/conditions.js';
import { loopItems } from '../../planner/loop.js';
import { registeredLoop } from '../../planner/registered.js';
import { shownRange, type PlayHost } from './play-host.js';
import { appendIncluded, type IncludedPart, type IncludeInstruction } from '../../planner/program.js';
import { withInstruction, withPlace, withScopes } from '../../planner/task-vars.js';
import { reportPlain } from './report-task.js';
import { underCondition } from './under-condition.js';

interface Loaded {
  readonly parts: IncludedPart[];
  readonly handlers: Handler[];
  /** What the host knows from then on. */
  vars: HostVars;
  readonly rolesSeen: Set<string>;
  /** `told`: that something is unknown is reported, and counted with that. */
  readonly counts: { ok: number; unknown: number; told: boolean };
}

/** How deep includes may be in each other: far more than anybody writes, far less than memory holds. */
const DEPTH_LIMIT = 250;

export async function include(
  host: PlayHost,
  state: HostState,
  instruction: IncludeInstruction,
): Promise<HostState> {
  const { include, handler } = instruction;
  if (handler !== undefined && !state.notified.has(handler)) return next(state);
  const taken = handler === undefined ? state : { ...state, notified: without(state.notified, handler) };
  const vars = withPlace(withInstruction(state.vars, include.keywords.vars, instruction.vars), include);
  const hidden = hides(include, vars, host.context.templates);
  const ref: TaskRef = {
    id: include.id,
    name: include.name ?? `include_${include.kind}`,
    module: `include_${include.kind}`,
    range: shownRange(include.range, hidden),
    handler: handler !== undefined || instruction.ofHandler === true,
  };
  try {
    if (flag(include.keywords.runOnce, vars, host.context.templates) === true) {
      const { mine } = await host.play.coordinator.once(include.id, host.name, () => Promise.resolve());
      if (!mine) return next(taken);
    }
    const loaded = load(host, include, ref, vars, taken);
    const { vars: varsAfter, rolesSeen } = loaded;
    const includes = counted(taken.includes, loaded.counts);
    const after = { ...taken, vars: varsAfter, rolesSeen, includes };
    if (loaded.parts.length === 0) return next(after);
    if (instruction.depth >= DEPTH_LIMIT) throw tooDeep(include);
    const { program, start } = appendIncluded(state.program, state.at, loaded);
    return { ...after, program, at: start };
  } catch (error) {
    if (!(error instanceof RtprovError)) throw error;
    const msg = error instanceof DiagnosticError ? diagnosticText(error.diagnostics) : error.message;
    const shown = hidden ? 'hidden: no_log' : msg;
    return failPlain(host, taken, instruction.enclosing, ref, shown, include);
  }
}

/** As in Ansible's recap: an include counts once for each pass that includes, and as skipped when none does. */
function counted(
  { ok, skipped, unknown }: IncludeCount = { ok: 0, skipped: 0, unknown: 0 },
  now: Loaded['counts'],
): IncludeCount {
  const none = now.ok + now.unknown === 0 && !now.told;
  return { ok: ok + now.ok, skipped: skipped + (none ? 1 : 0), unknown: unknown + now.unknown };
}

function without(notified: ReadonlySet<number>, handler: number): ReadonlySet<number> {
  return new Set([...notified].filter((index) => index !== handler));
}

function tooDeep(include: Include): RtprovError {
  return new RtprovError(
    'INCLUDE_DEPTH',
    `includes are nested more than ${DEPTH_LIMIT} levels deep, here "${include.file.value}": the files include each other, and no condition ends it`,
  );
}

/** What is included, one part for each pass of the loop. What is unknown is reported as such. */
function load(host: PlayHost, include: Include, ref: TaskRef, vars: HostVars, state: HostState): Loaded {
  const { templates } = host.context;
  const { when, register } = include.keywords;
  const loaded: Loaded = {
    parts: [],
    handlers: [],
    vars: state.vars,
    rolesSeen: new Set(state.rolesSeen),
    counts: { ok: 0, unknown: 0, told: false },
  };
  const results: Value[] = [];
  const registers = (value: Value): void => {
    if (register !== undefined) loaded.vars = loaded.vars.with('registered', { [register]: value });
  };
  const unknown = (why: string): Unknown => {
    const reason = `what it includes is unknown: ${why}`;
    loaded.counts.told = true;
    tellUnknown(host, ref, reason);
    return new Unknown(reason);
  };
  const passes = loopItems(include, vars, templates);
  if ('msg' in passes) throw new RtprovError('BAD_LOOP', passes.msg);
  if (isUnknown(passes)) {
    registers(unknown(passes.reason));
    return loaded;
  }
  for (const [index, { vars: own = {}, value }] of passes.entries()) {
    const inner = vars.with('loop', own);
    const held = allHold(when, inner, templates).holds;
    if (held === false) {
      results.push({ changed: false, skipped: true, skip_reason: 'Conditional result was False' });
      continue;
    }
    const asked = askedFor(include, inner, templates, loaded.rolesSeen);
    if (isUnknown(asked)) {
      results.push(unknown(asked.reason));
    } else if (isUnknown(held) && include.id.includes(`:${basename(asked.name)}.`)) {
      results.push(
        unknown(`how often "${asked.name}" includes itself depends on something unknown: ${held.reason}`),
      );
    } else {
      results.push(isUnknown(held) ? held : resultOf(include, asked));
      loaded.counts[isUnknown(held) ? 'unknown' : 'ok'] += 1;
      if (isDone(include, asked, own, loaded.rolesSeen)) continue;
      const part = include.load(asked, value === undefined ? undefined : String(index));
      const { nodes, handlers, exported, seen } = part;
      loaded.handlers.push(...handlers);
      loaded.vars = withScopes(withRoleName(loaded.vars, include, asked), exported);
      for (const role of seen) loaded.rolesSeen.add(role);
      loaded.parts.push({ nodes: isUnknown(held) ? underCondition(nodes, when) : nodes, vars: own });
    }
  }
  const items = passes.map((pass, index) => ({ value: results[index] ?? null, item: pass }));
  registers(include.keywords.loop === undefined ? (results[0] ?? null) : registeredLoop(items));
  return loaded;
}

/** What `register` holds of one pass, as in Ansible. */
function resultOf(include: Include, { name, from }: Asked): Value {
  if (include.kind === 'tasks') return { changed: false, include: name, include_args: {} };
  const files = Object.entries(from).map(([kind, file]) => [`${kind}_from`, file]);
  return { changed: false, include_args: { name, ...(Object.fromEntries(files) as Vars) } };
}

/** With `allow_duplicates: false`: has the host been through this role, used in this way? Notes that it has now. */
function isDone(include: Include, { name, from }: Asked, own: Vars, seen: Set<string>): boolean {
  if (include.kind !== 'role') return false;
  const use = JSON.stringify(['include', name, from, include.own, own]);
  const isKnown = seen.has(use);
  seen.add(use);
  return isKnown && include.unique;
}

/** A role that is included is one of the play's from then on. */
function withRoleName(vars: HostVars, include: Include, { name }: Asked): HostVars {
  if (include.kind !== 'role') return vars;
  const added = ['role_names', 'ansible_play_role_names', 'ansible_role_names'].map((list) => {
    const names = (vars.lookup(list)?.value ?? []) as readonly Value[];
    return [list, [...new Set([...names, basename(name)])]];
  });
  return vars.with('magic', Object.fromEntries(added) as Vars);
}

/** The names of what is included, for a host. */
function askedFor(
  include: Include,
  vars: HostVars,
  templates: Templates,
  seen: ReadonlySet<string>,
): Asked | Unknown {
  const from: Record<string, string> = {};
  for (const [kind, file] of Object.entries(include.from) as [string, Located<string>][]) {
    const value = templates.evaluate(file.value, vars, file.range);
    if (isUnknown(value)) return value;
    if ((value as unknown) !== OMIT) from[kind] = plainText(value);
  }
  const name = templates.evaluate(include.file.value, vars, include.file.range);
  return isUnknown(name) ? name : { name: plainText(name), from, seen };
}

/** Which tasks run is not known, so all after them that looks at the target is a guess. */
function tellUnknown(host: PlayHost, ref: TaskRef, reason: string): void {
  reportPlain(host, ref, { status: 'unknown', reason, result: null });
  host.context.count(host.name, ['unknown']);
  host.target.markUncertain([reason]);
}
