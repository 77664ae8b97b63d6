/**
 * Plans one task on one host: conditions, loops and arguments are evaluated, the module says which states it wants, and the
 * effects go into the overlay. Pure: what must be read or looked up first is asked for, and the task is planned again.
 */
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { HostVars } from '../inventory/host-vars.js';
import { canonicalArgs, parseArgs } from '../modules/args/check.js';
import type {
  ControllerOperation,
  PlanContext,
  RemoteCommand,
  Source,
  SourceRequest,
  Step,
  TargetFacts,
  TaskPlan,
} from '../modules/module.js';
import type { Located, Task } from '../playbook/model.js';
import { kindOf } from '../resources/registry.js';
import { keyOf, type Change, type ReadRequest, type ResourceId, type State } from '../resources/resource.js';
import { layeredScope, OMIT, scopeOf, type Scope } from '../template/scope.js';
import type { Templates } from '../template/engine.js';
import { findUnknown, isMapping, isUnknown, Unknown, type Value, type Vars } from '../values/value.js';
import { overlayUnforeseen, unforeseen } from './plan-packages.js';
import { NotRead, StateUnknown, type PlanView } from './plan-view.js';

export interface PlanInputs {
  readonly templates: Templates;
  readonly view: PlanView;
  readonly facts: TargetFacts;
  readonly checkMode: boolean;
  /** Old bytes are read for text diffs. */
  readonly diffs: boolean;
  readonly verbosity: number;
  readonly backupSuffix: string;
  /** A controller file, or undefined when it must be loaded first. Throws DiagnosticError when there is none. */
  source(request: SourceRequest, task: Task): Source | undefined;
}

export type PlannedStep =
  | { readonly type: 'change'; readonly change: Change; readonly validate?: string }
  | Extract<Step, { type: 'action' }>;

export type ItemPlan =
  | {
      readonly type: 'states';
      readonly steps: readonly PlannedStep[];
      readonly result: Readonly<Record<string, Value>>;
      readonly msg?: string;
      readonly warnings: readonly string[];
      readonly looked: boolean;
    }
  | {
      readonly type: 'failed';
      readonly msg: string;
      readonly result: Readonly<Record<string, Value>>;
      /** What is planned and not written yet may mend it: write first, and plan again. */
      readonly afterPending?: boolean;
    }
  | { readonly type: 'skipped'; readonly msg: string; readonly result: Readonly<Record<string, Value>> }
  | { readonly type: 'command'; readonly command: RemoteCommand }
  | { readonly type: 'controller'; readonly operation: ControllerOperation }
  | { readonly type: 'unknown'; readonly reason: string; readonly resources: readonly ResourceId[] };

export interface Item {
  /** What a person is shown for a loop's item. */
  readonly label?: string;
  /** The item's value, for the registered results. */
  readonly value?: Value;
  readonly loopVar?: string;
  readonly scope: Scope;
  readonly plan: ItemPlan;
}

export type TaskOutcome =
  | {
      readonly type: 'need';
      readonly reads: readonly ReadRequest[];
      readonly sources: readonly SourceRequest[];
    }
  | { readonly type: 'items'; readonly items: readonly Item[]; readonly looped: boolean };

/** Collected while planning; when anything is in it the plan is thrown away and made again. */
interface Needs {
  readonly reads: ReadRequest[];
  readonly sources: SourceRequest[];
}

/** All of the conditions must hold; the first that is unknown makes it unknown. */
export function allHold(
  conditions: readonly Located<string | boolean>[],
  scope: Scope,
  templates: Templates,
): { readonly holds: boolean | Unknown; readonly failing?: Located<string | boolean> } {
  for (const condition of conditions) {
    const held = templates.condition(condition.value, scope, condition.range);
    if (held !== true) return { holds: held, failing: condition };
  }
  return { holds: true };
}

interface LoopItem {
  readonly scope: Scope;
  /** The loop's own variables, which are in `scope`. */
  readonly vars?: Vars;
  readonly label?: string;
  readonly value?: Value;
  readonly loopVar?: string;
}

/** The items of a task's loop, or one without a value. */
function loopItems(
  task: Task,
  scope: Scope,
  templates: Templates,
): readonly LoopItem[] | Unknown | { readonly msg: string } {
  const { loop, loopControl } = task.keywords;
  if (loop === undefined) return [{ scope }];
  const evaluated = templates.evaluate(loop.value, scope, loop.range);
  if (isUnknown(evaluated)) return evaluated;
  if (!Array.isArray(evaluated)) return { msg: `the loop is not a list but ${describe(evaluated)}` };
  const list = evaluated as readonly Value[];
  return list.map((value, index) => {
    const vars: Record<string, Value> = {
      [loopControl.loopVar]: value,
      ansible_loop_var: loopControl.loopVar,
    };
    if (loopControl.indexVar !== undefined) vars[loopControl.indexVar] = index;
    if (loopControl.extended) vars['ansible_loop'] = extendedLoop(list, index);
    const inner = layeredScope([scopeOf(vars, false), scope]);
    const label =
      loopControl.label === undefined
        ? value
        : templates.evaluate(loopControl.label.value, inner, loopControl.label.range);
    return {
      scope: inner,
      vars,
      label: typeof label === 'string' ? label : JSON.stringify(label),
      value,
      loopVar: loopControl.loopVar,
    };
  });
}

function extendedLoop(list: readonly Value[], index: number): Value {
  const { length } = list;
  return {
    allitems: list,
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
    ...(index > 0 ? { previtem: list[index - 1] ?? null } : {}),
    ...(index < length - 1 ? { nextitem: list[index + 1] ?? null } : {}),
  };
}

function describe(value: Value): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${JSON.stringify(value)}`;
}

function failed(msg: string): ItemPlan {
  return { type: 'failed', msg, result: {} };
}

/** Text of diagnostics that only showed themselves while running (an undefined variable of this host). */
export function diagnosticText(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((item) => {
      const where =
        item.range === undefined ? '' : `${item.range.file}:${item.range.line}:${item.range.column}: `;
      return `${where}${item.summary}: ${item.detail}${item.hint === undefined ? '' : ` ${item.hint}`}`;
    })
    .join('\n');
}

/** Free ids are for planning; neither the journal nor a diff has use for them. */
function withoutFree(state: State): State {
  if (!('free' in state)) return state;
  const { free: _free, ...rest } = state;
  return rest;
}

/** The accounts that a task gives files to: whether they are there is read with the files. */
function owners(module: string, args: unknown): readonly ReadRequest[] {
  if (module === 'user' || !isMapping(args)) return [];
  const { owner, group } = args as { readonly owner?: Value; readonly group?: Value };
  const named = (kind: 'user' | 'group', name: Value | undefined): readonly ReadRequest[] =>
    typeof name === 'string' && name !== 'root' && name !== '0' ? [{ kind, name }] : [];
  return [...named('user', owner), ...named('group', group)];
}

class TaskPlanner {
  private requested: readonly SourceRequest[] = [];
  /** Did the item look at the target at all? A guess behind a command only blurs what was looked at. */
  private looked = false;

  constructor(
    private readonly task: Task,
    private readonly inputs: PlanInputs,
    private readonly needs: Needs,
  ) {}

  /** The plan of one item; its effects are put into the overlay. */
  item(scope: Scope): ItemPlan {
    const { task, inputs } = this;
    const held = allHold(task.keywords.when, scope, inputs.templates);
    if (held.holds === false) {
      const condition = held.failing?.value ?? '';
      return {
        type: 'skipped',
        msg: 'Conditional result was False',
        result: { skip_reason: 'Conditional result was False', false_condition: condition },
      };
    }
    const args = this.evaluateArgs(scope);
    const unknown = task.module.acceptsUnknown === true ? undefined : findUnknown(args);
    if (unknown !== undefined) {
      const touched = task.module.touches?.(canonicalArgs(task.module, args), inputs.facts);
      return this.unknown(unknown, undefined, scope, touched ?? []);
    }
    const parsed = parseArgs(task.module, args);
    if (parsed.faults !== undefined) {
      return failed(
        parsed.faults
          .map(
            (fault) => `${fault.summary}: ${fault.detail}${fault.hint === undefined ? '' : ` ${fault.hint}`}`,
          )
          .join('; '),
      );
    }
    if (isUnknown(held.holds)) return this.unknown(held.holds, parsed.args, scope);
    return this.module(parsed.args, scope);
  }

  private evaluateArgs(scope: Scope): Record<string, Value> {
    const args: Record<string, Value> = {};
    for (const [name, arg] of Object.entries(this.task.args)) {
      if (this.task.module.expressions?.includes(name) === true) {
        args[name] = arg.value;
        continue;
      }
      const value = this.inputs.templates.evaluate(arg.value, scope, arg.range);
      if ((value as unknown) === OMIT) continue;
      args[name] = value;
    }
    return args;
  }

  private module(args: unknown, scope: Scope): ItemPlan {
    const { module } = this.task;
    const context = this.context(scope);
    this.requested = module.sources?.(args) ?? [];
    for (const request of this.requested) {
      if (this.inputs.source(request, this.task) === undefined) this.needs.sources.push(request);
    }
    if (this.needs.sources.length > 0) return failed('sources are not loaded yet');
    const needed = module.needs(args, context);
    this.looked = needed.length > 0;
    const wanted = [...needed, ...owners(module.name, args)];
    const missing = this.inputs.view.missing(wanted);
    if (missing.length > 0) {
      this.needs.reads.push(...missing);
      return failed('states are not read yet');
    }
    const unforeseen = this.unforeseenPackages(wanted);
    if (unforeseen !== undefined)
      return this.unknown(
        unforeseen,
        args,
        scope,
        wanted.filter(({ kind }) => kind === 'package'),
      );
    return this.resolve(module.plan(this.named(args), context), args, scope);
  }

  /** Owners that are given by number are named, as what is read names them. */
  private named(args: unknown): unknown {
    const { view } = this.inputs;
    const names = owners(this.task.module.name, args).flatMap(({ kind, name }) => {
      const state = view.state(kind as 'user' | 'group', name);
      return state.named === undefined ? [] : [[kind === 'user' ? 'owner' : 'group', state.named] as const];
    });
    return names.length === 0
      ? args
      : { ...(args as Readonly<Record<string, Value>>), ...Object.fromEntries(names) };
  }

  private unforeseenPackages(wanted: readonly ReadRequest[]): Unknown | undefined {
    if (!this.inputs.checkMode) return undefined;
    for (const { kind, name } of wanted) {
      const reason = kind === 'transaction' ? unforeseen(this.inputs.view, name) : undefined;
      if (reason === undefined) continue;
      overlayUnforeseen(this.inputs.view, reason);
      return reason;
    }
    return undefined;
  }

  private resolve(plan: TaskPlan, args: unknown, scope: Scope): ItemPlan {
    switch (plan.type) {
      case 'failed':
        if (plan.afterPending === true && this.inputs.checkMode && this.inputs.view.hasPlanned) {
          return this.unknown(new Unknown(`earlier tasks may mend this: ${plan.msg}`), args, scope);
        }
        return {
          type: 'failed',
          msg: plan.msg,
          result: plan.result ?? {},
          ...(plan.afterPending === true ? { afterPending: true } : {}),
        };
      case 'skipped':
        return { type: 'skipped', msg: plan.msg, result: plan.result ?? {} };
      case 'unknown':
        return this.unknown(plan.reason, args, scope, plan.resources);
      case 'command':
      case 'controller':
        return plan;
      case 'states': {
        const steps = this.steps(plan.steps);
        if (typeof steps === 'string') return failed(steps);
        return {
          type: 'states',
          steps,
          result: plan.result,
          warnings: plan.warnings ?? [],
          looked: this.looked,
          ...(plan.msg === undefined ? {} : { msg: plan.msg }),
        };
      }
    }
  }

  /** Steps that change something, with the states they start from; each effect goes into the overlay. Or why they cannot be made. */
  private steps(steps: readonly Step[]): readonly PlannedStep[] | string {
    const { view } = this.inputs;
    const made = new Set<string>();
    // Accounts that the same task makes.
    const accounts = new Set(
      steps.flatMap((step) =>
        step.type === 'change' && (step.id.kind === 'user' || step.id.kind === 'group')
          ? [keyOf(step.id)]
          : [],
      ),
    );
    const real = (step: Extract<Step, { type: 'change' }>): ResourceId =>
      step.id.kind === 'file' ? { ...step.id, name: view.realPath(step.id.name) } : step.id;
    // All is looked at before the first effect goes into the overlay.
    for (const step of steps) {
      if (step.type === 'action') continue;
      const id = real(step);
      const from = step.from ?? view.state(id.kind, id.name);
      if (kindOf(id.kind).canon(id.name, from) === kindOf(id.kind).canon(id.name, step.to)) continue;
      const refusal =
        this.stranger(from, step.to, accounts) ??
        (id.kind === 'file' ? this.homeless(id.name, step.to, made) : undefined);
      if (refusal !== undefined) return refusal;
    }
    const planned: PlannedStep[] = [];
    for (const step of steps) {
      if (step.type === 'action') {
        planned.push(step);
        continue;
      }
      const id = real(step);
      const from = withoutFree(step.from ?? view.state(id.kind, id.name));
      const kind = kindOf(id.kind);
      if (kind.canon(id.name, from) === kind.canon(id.name, step.to)) continue;
      const change: Change = { id, from, to: withoutFree(step.to) };
      this.needContentForDiff(change);
      view.plan(id, step.to);
      planned.push({
        type: 'change',
        change,
        ...(step.validate === undefined ? {} : { validate: step.validate }),
      });
    }
    return planned;
  }

  /** Why nothing can be made at a path: what is above it, behind all links, is no folder. `made`: folders of the same task. */
  private homeless(path: string, to: State, made: Set<string>): string | undefined {
    if (!('type' in to) || to.type === 'absent') return undefined;
    if (to.type === 'directory') made.add(path);
    const above = path.slice(0, path.lastIndexOf('/'));
    if (above === '' || made.has(above)) return undefined;
    const state = this.inputs.view.peek({ kind: 'file', name: above });
    if (state === undefined || isUnknown(state) || !('type' in state) || state.type === 'directory')
      return undefined;
    return state.type === 'absent'
      ? `${above} does not exist, so ${path} cannot be made`
      : `${above} is not a directory, so ${path} cannot be made`;
  }

  /** Why a file cannot be given to its new owner or group: there is no such account. Numbers need none. */
  private stranger(from: State, to: State, made: ReadonlySet<string>): string | undefined {
    const before: { readonly owner?: string; readonly group?: string } = 'owner' in from ? from : {};
    const after: { readonly owner?: string; readonly group?: string } = 'owner' in to ? to : {};
    const { view, facts } = this.inputs;
    for (const [kind, name, own] of [
      ['user', after.owner, before.owner ?? facts.user],
      ['group', after.group, before.group ?? facts.group],
    ] as const) {
      if (name === undefined || name === own || /^\d+$/.test(name)) continue;
      if (made.has(keyOf({ kind, name }))) continue;
      if (!view.state(kind, name).exists)
        return `${kind === 'user' ? 'chown' : 'chgrp'} failed: failed to look up ${kind} ${name}`;
    }
    return undefined;
  }

  private needContentForDiff(change: Change): void {
    if (!this.inputs.diffs || change.id.kind !== 'file') return;
    const from = change.from as { type: string; sha256?: string; size?: number };
    const to = change.to as { type: string; sha256?: string };
    if (
      from.type !== 'file' ||
      from.sha256 === undefined ||
      (to.type === 'file' && to.sha256 === from.sha256)
    )
      return;
    if ((from.size ?? 0) > 256 * 1024 || this.inputs.view.store.has(from.sha256)) return;
    this.needs.reads.push({ kind: 'file', name: change.id.name, depth: 'content' });
  }

  /** What may change when a task cannot be planned: the resources that it would ask for. */
  private unknown(reason: Unknown, args: unknown, scope: Scope, resources?: readonly ResourceId[]): ItemPlan {
    let touched = resources;
    if (touched === undefined && args !== undefined) {
      try {
        touched = this.task.module.needs(args, this.context(scope));
      } catch (error) {
        if (!(error instanceof NotRead || error instanceof StateUnknown)) throw error;
      }
    }
    const ids = (touched ?? []).map((id): ResourceId => ({ kind: id.kind, name: id.name }));
    for (const id of ids) this.inputs.view.plan(id, reason);
    return { type: 'unknown', reason: reason.reason, resources: ids };
  }

  private context(scope: Scope): PlanContext {
    const { inputs, task } = this;
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
        const request = this.requested.find((other) => other.name === name) ?? {
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
}

/** Plans one task with every item of its loop. Errors in a user's templates become failed items. */
export function planTask(task: Task, scope: HostVars, inputs: PlanInputs): TaskOutcome {
  const needs: Needs = { reads: [], sources: [] };
  const before = inputs.view.checkpoint();
  const planner = new TaskPlanner(task, inputs, needs);
  const guard = (plan: () => ItemPlan): ItemPlan => {
    try {
      return plan();
    } catch (error) {
      if (error instanceof NotRead) {
        needs.reads.push(error.request);
        return failed('states are not read yet');
      }
      if (error instanceof StateUnknown) return { type: 'unknown', reason: error.message, resources: [] };
      if (error instanceof DiagnosticError) return failed(diagnosticText(error.diagnostics));
      throw error;
    }
  };
  const items: Item[] = [];
  let loop: ReturnType<typeof loopItems>;
  try {
    // Ansible evaluates `when` for each item, but a condition that is false anyway hides an undefined loop.
    loop = loopItems(task, scope, inputs.templates);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const plan = guard(() => {
      const held = allHold(task.keywords.when, scope, inputs.templates).holds;
      return held === false
        ? { type: 'skipped', msg: 'Conditional result was False', result: {} }
        : failed(diagnosticText(error.diagnostics));
    });
    return { type: 'items', items: [{ scope, plan }], looped: false };
  }
  if (isUnknown(loop))
    return {
      type: 'items',
      items: [{ scope, plan: { type: 'unknown', reason: loop.reason, resources: [] } }],
      looped: false,
    };
  if ('msg' in loop) return { type: 'items', items: [{ scope, plan: failed(loop.msg) }], looped: false };
  let grown: HostVars | undefined;
  for (const { scope: own, vars = {}, ...rest } of loop) {
    // What set_fact gives for one item counts for the next.
    const inner = grown === undefined ? own : layeredScope([scopeOf(vars, false), grown]);
    const plan = guard(() => planner.item(inner));
    if (plan.type === 'controller' && plan.operation.op === 'set_fact')
      grown = (grown ?? scope).with('set-fact', plan.operation.facts);
    items.push({ ...rest, scope: inner, plan });
  }
  if (needs.reads.length > 0 || needs.sources.length > 0) {
    inputs.view.restore(before);
    return { type: 'need', reads: inputs.view.missing(needs.reads), sources: needs.sources };
  }
  return { type: 'items', items, looped: task.keywords.loop !== undefined };
}

/** The registered value of one item. */
export function registered(
  fields: {
    readonly changed: Value;
    readonly failed: Value;
    readonly skipped?: boolean;
    readonly msg?: string;
  },
  result: Vars,
): Value {
  return {
    ...result,
    changed: fields.changed,
    failed: fields.failed,
    ...(fields.skipped === true ? { skipped: true } : {}),
    ...(fields.msg === undefined || 'msg' in result ? {} : { msg: fields.msg }),
  };
}

/** The registered value of a loop: Ansible's `results` list with the sums. */
export function registeredLoop(items: readonly { readonly value: Value; readonly item: Item }[]): Value {
  const results = items.map(({ value, item }) =>
    isMapping(value)
      ? { ...value, [item.loopVar ?? 'item']: item.value ?? null, ansible_loop_var: item.loopVar ?? 'item' }
      : value,
  );
  const any = (field: string): Value => {
    let seen: Value = false;
    for (const result of results) {
      if (isUnknown(result)) seen = result;
      else if (isMapping(result)) {
        const value = result[field];
        if (value === true) return true;
        if (value !== undefined && isUnknown(value)) seen = value;
      }
    }
    return seen;
  };
  const skipped = results.every((result) => isMapping(result) && result['skipped'] === true);
  return {
    results,
    changed: any('changed'),
    failed: any('failed'),
    msg: any('failed') === true ? 'One or more items failed' : 'All items completed',
    ...(results.length === 0 ? { skipped_reason: 'No items in the list' } : {}),
    ...(skipped ? { skipped: true } : {}),
  };
}
