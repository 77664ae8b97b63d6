/**
 * Plans one task on one host: conditions, loops and arguments are evaluated, the module says which states it wants, and the
 * effects go into the overlay. Pure: what must be read or looked up first is asked for, and the task is planned again.
 */
import type { HostVars } from '../inventory/host-vars.js';
import type { GivenArgs } from '../modules/args/given.js';
import { labelFault } from '../modules/args/file-args.js';
import type { PlanContext, SourceRequest, TaskPlan } from '../modules/core/module.js';
import type { Task } from '../playbook/read/model.js';
import type { ResourceId } from '../resources/resource.js';
import { LookupPending } from '../template/runtime/lookup.js';
import { layeredScope, scopeOf, type Scope } from '../template/runtime/scope.js';
import { giveUpWhenAsked } from '../values/time-limit.js';
import { findUnknown, isUnknown, Unknown } from '../values/value.js';
import { accessDoubt } from './permit/access.js';
import { evaluateArgs } from './arguments.js';
import { allHold } from './conditions.js';
import { planContext } from './context.js';
import { environmentOf } from './arguments.js';
import type { Needs, PlanInputs, TaskNeed } from './inputs.js';
import { failed, type Item, type ItemPlan } from './item.js';
import { limitOf } from './limit.js';
import { loopItems, type LoopItem } from './loop.js';
import { mountedBelow } from './permit/mounts.js';
import { owners, ownersNamed } from './owners.js';
import { unforeseenPackages } from './packages.js';
import { perhapsChanged } from './perhaps.js';
import { planSteps } from './steps.js';
import { NotRead, StateUnknown } from './unread.js';
import { failureOf } from './failure/why.js';
import { inputFault } from './failure/input-fault.js';

export interface PlannedTask {
  readonly type: 'items';
  readonly items: readonly Item[];
  readonly looped: boolean;
}

/** The item cannot be planned before what was asked for is there: `Needs` has it. */
const NEEDED = { type: 'need' } as const;
type Planned = ItemPlan | typeof NEEDED;

class TaskPlanner {
  private requested: readonly SourceRequest[] = [];
  /** Did the item look at the target at all? After a command only what was looked at is uncertain. */
  private looked = false;
  /** The arguments of the item; undefined where it is unknown which there are. */
  private given: GivenArgs | undefined;

  constructor(
    private readonly task: Task,
    private readonly inputs: PlanInputs,
    private readonly needs: Needs,
  ) {}

  /** The plan of the item `at`; its effects are put into the overlay. */
  item(scope: Scope, at: number): Planned {
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
    const args = evaluateArgs(task, scope, inputs.templates);
    if (isUnknown(args)) return this.unknown(args, undefined, scope, []);
    this.given = inputs.args.of(task, at, args);
    const unknown = task.module.acceptsUnknown === true ? undefined : findUnknown(args);
    if (unknown !== undefined) return this.unknown(unknown, undefined, scope, this.touched() ?? []);
    const { parsed } = this.given;
    if (parsed.faults !== undefined) {
      return failed(
        parsed.faults
          .map(
            (fault) => `${fault.summary}: ${fault.detail}${fault.hint === undefined ? '' : ` ${fault.hint}`}`,
          )
          .join(' '),
      );
    }
    if (isUnknown(held.holds)) return this.unknown(held.holds, parsed.args, scope);
    return this.module(parsed.args, scope);
  }

  private module(args: unknown, scope: Scope): Planned {
    const { module } = this.task;
    const label = labelFault(args, this.inputs.facts);
    if (label !== undefined) return failed(label);
    this.requested = module.sources?.(args) ?? [];
    const context = this.context(scope);
    for (const request of this.requested)
      if (this.inputs.source(request, this.task) === undefined) this.needs.sources.push(request);
    if (this.needs.sources.length > 0) return NEEDED;
    const needed = module.needs(args, context);
    this.looked = needed.length > 0;
    const { later, checkMode } = this.inputs;
    if (later !== undefined && (this.looked || (!checkMode && module.offline !== true)))
      return this.doubted(later, args, scope);
    // What is not a file of the target has no owner there, though a variable of that name be set.
    const wanted = [...needed, ...(module.offline === true ? [] : owners(module.name, args))];
    const missing = this.inputs.view.missing(wanted);
    if (missing.length > 0) {
      this.needs.reads.push(...missing);
      return NEEDED;
    }
    const unforeseen = this.inputs.checkMode ? unforeseenPackages(this.inputs.view, wanted) : undefined;
    if (unforeseen !== undefined)
      return this.unknown(
        unforeseen,
        args,
        scope,
        wanted.filter(({ kind }) => kind === 'package'),
      );
    const mounted = mountedBelow(needed, this.inputs.view);
    if (mounted !== undefined) return failed(mounted);
    const shut = accessDoubt((access) => access.reading(wanted), this.inputs, this.needs);
    if (shut !== undefined) return this.doubted(shut, args, scope);
    const named = module.offline === true ? args : ownersNamed(module.name, args, this.inputs.view);
    return this.resolve(module.plan(named, context), args, scope);
  }

  private resolve(plan: TaskPlan, args: unknown, scope: Scope): Planned {
    switch (plan.type) {
      case 'failed':
        if (plan.afterPending === true && this.inputs.checkMode && this.inputs.view.hasPlanned) {
          return this.unknown(new Unknown(`earlier tasks may repair this: ${plan.msg}`), args, scope);
        }
        return {
          type: 'failed',
          ...failureOf(plan, scope, this.inputs.templates, this.task.range),
          ...(plan.afterPending === true ? { afterPending: true } : {}),
        };
      case 'skipped':
        return { type: 'skipped', msg: plan.msg, result: plan.result ?? {} };
      case 'unknown':
        return this.unknown(plan.reason, args, scope, plan.resources);
      case 'command': {
        const environment = environmentOf(this.task, scope, this.inputs.templates);
        if (isUnknown(environment)) return this.unknown(environment, args, scope);
        if (typeof environment === 'string') return failed(environment);
        const limit = limitOf(this.task, scope, this.inputs.templates);
        if (isUnknown(limit)) return this.unknown(limit, args, scope);
        if (typeof limit === 'string') return failed(limit);
        return { ...plan, environment, ...(limit === undefined ? {} : { limitSeconds: limit }) };
      }
      case 'controller':
        return plan;
      case 'states': {
        const steps = planSteps(plan.steps, this.inputs, this.needs);
        if (typeof steps === 'string') return failed(steps);
        const changes = steps.flatMap((step) => (step.type === 'change' ? [step.change] : []));
        const shut = accessDoubt((access) => access.writing(changes), this.inputs, this.needs);
        if (shut !== undefined) {
          const ids = changes.map(({ id }) => id);
          return this.unknown(shut, args, scope, ids);
        }
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

  /** Of a task whose user may find something else, or nothing, what it is there to change is unknown. */
  private doubted(reason: Unknown, args: unknown, scope: Scope): Planned {
    const plan = this.unknown(reason, args, scope, this.touched());
    return plan.type === 'unknown' && this.task.module.freeForm === 'cmd' ? { ...plan, acts: true } : plan;
  }

  /** What the task changes as its arguments alone show. */
  private touched(): readonly ResourceId[] | undefined {
    const { given, task, inputs } = this;
    return given === undefined ? undefined : task.module.touches?.(given.canonical, inputs.facts);
  }

  /** What may change when a task cannot be planned: the resources that it would ask for. */
  private unknown(reason: Unknown, args: unknown, scope: Scope, resources?: readonly ResourceId[]): Planned {
    let touched = resources;
    if (touched === undefined && args !== undefined) {
      const { inputs, task } = this;
      this.requested = task.module.sources?.(args) ?? [];
      const missing = this.requested.filter((request) => inputs.source(request, task) === undefined);
      const unloaded = missing.filter((request) => !inputs.sourceMissing(request, task));
      this.needs.perhaps.push(...unloaded);
      if (unloaded.length > 0) return NEEDED;
      if (missing.length > 0) touched = [];
    }
    if (touched === undefined && args !== undefined) {
      try {
        touched = this.task.module.needs(args, this.context(scope));
      } catch (error) {
        if (!(error instanceof NotRead || error instanceof StateUnknown)) throw error;
      }
    }
    const { view, facts } = this.inputs;
    const { ids, unread } = perhapsChanged(touched ?? [], resources ?? this.touched() ?? [], view);
    // Another user may not be let look there, for a task that perhaps does nothing.
    if (unread.length > 0 && facts.uid === 0) {
      this.needs.reads.push(...unread);
      return NEEDED;
    }
    for (const id of ids) view.plan(id, reason);
    return { type: 'unknown', reason: reason.reason, resources: ids };
  }

  private context(scope: Scope): PlanContext {
    return planContext(this.task, this.inputs, scope, this.requested);
  }
}

/** Plans one task with every item of its loop, or with `one` of them. Errors in a user's templates become failed items. */
export function planTask(
  task: Task,
  scope: HostVars,
  inputs: PlanInputs,
  one?: LoopItem,
): PlannedTask | TaskNeed {
  return inputs.templates.waiting(() => planItems(task, scope, inputs, one));
}

function planItems(
  task: Task,
  scope: HostVars,
  inputs: PlanInputs,
  one: LoopItem | undefined,
): PlannedTask | TaskNeed {
  const needs: Needs = { reads: [], sources: [], perhaps: [], lookups: [] };
  const before = inputs.view.checkpoint();
  const planner = new TaskPlanner(task, inputs, needs);
  const guard = (plan: () => Planned): Planned => {
    try {
      return plan();
    } catch (error) {
      if (error instanceof NotRead) {
        needs.reads.push(error.request);
        return NEEDED;
      }
      if (error instanceof StateUnknown) return { type: 'unknown', reason: error.message, resources: [] };
      if (error instanceof LookupPending) {
        needs.lookups.push(error);
        return NEEDED;
      }
      return failed(inputFault(error));
    }
  };
  const items: Item[] = [];
  let loop: ReturnType<typeof loopItems>;
  try {
    // Ansible evaluates `when` for each item, but a condition that is false anyway hides an undefined loop.
    loop = one === undefined ? loopItems(task, scope, inputs.templates) : [one];
  } catch (error) {
    if (error instanceof LookupPending)
      return { type: 'need', reads: [], sources: [], perhaps: [], lookups: [error] };
    const fault = inputFault(error);
    const plan = guard(() => {
      const held = allHold(task.keywords.when, scope, inputs.templates).holds;
      return held === false
        ? { type: 'skipped', msg: 'Conditional result was False', result: {} }
        : failed(fault);
    });
    if (plan.type === 'need') return { ...needs, type: 'need' };
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
  for (const [at, { scope: own, ...rest }] of loop.entries()) {
    giveUpWhenAsked();
    const { vars = {} } = rest;
    // What set_fact gives for one item counts for the next.
    const inner = grown === undefined ? own : layeredScope([scopeOf(vars, false), grown]);
    const plan = guard(() => planner.item(inner, at));
    if (plan.type === 'need') continue;
    if (plan.type === 'controller' && plan.operation.op === 'set_fact')
      grown = (grown ?? scope).with('set-fact', plan.operation.facts);
    items.push({ ...rest, scope: inner, plan });
  }
  const { reads, sources, perhaps, lookups } = needs;
  if (reads.length + sources.length + perhaps.length + lookups.length > 0) {
    inputs.view.restore(before);
    return { type: 'need', reads: inputs.view.missing(reads), sources, perhaps, lookups };
  }
  return { type: 'items', items, looped: task.keywords.loop !== undefined };
}
