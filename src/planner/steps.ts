/** From the steps that a module wants to those that change something. */
import type { Step } from '../modules/core/module.js';
import { kindOf } from '../resources/registry.js';
import {
  keyOf,
  type Change,
  type KindName,
  type ReadRequest,
  type ResourceId,
  type State,
} from '../resources/resource.js';
import type { FileState } from '../resources/file/state.js';
import { isUnknown } from '../values/value.js';
import type { Needs, PlanInputs } from './inputs.js';
import type { PlannedStep } from './item.js';
import { kernelFile } from './permit/kernel-files.js';
import { mountPoint, withMount } from './permit/mounts.js';
import { unknownOwner } from './owners.js';
import type { PlanView } from './view.js';

/** Free ids are for planning; neither the journal nor a diff has use for them. */
function withoutFree(state: State): State {
  if (!('free' in state)) return state;
  const { free: _free, ...rest } = state;
  return rest;
}

/** Steps that change something, with the states they start from; each effect goes into the overlay. Or why they cannot be made. */
export function planSteps(
  steps: readonly Step[],
  inputs: PlanInputs,
  needs: Needs,
): readonly PlannedStep[] | string {
  const { view } = inputs;
  const made = new Set<string>();
  // Accounts that the same task makes.
  const accounts = new Set(
    steps.flatMap((step) =>
      step.type === 'change' && (step.id.kind === 'user' || step.id.kind === 'group') ? [keyOf(step.id)] : [],
    ),
  );
  const real = (step: Extract<Step, { type: 'change' }>): ResourceId =>
    step.id.kind === 'file' ? { ...step.id, name: view.realPath(step.id.name) } : step.id;
  // All is looked at before the first effect goes into the overlay.
  for (const step of steps) {
    if (step.type === 'action') continue;
    if (step.validate?.includes('%s') === false)
      return `validate has to contain %s, the path of the new bytes: ${step.validate}`;
    const id = real(step);
    const from = step.from ?? view.state(id.kind, id.name);
    if (kindOf(id.kind).canon(id.name, from) === kindOf(id.kind).canon(id.name, step.to)) continue;
    const refusal =
      unknownOwner(from, step.to, accounts, inputs) ??
      (id.kind === 'file' ? missingParent(id.name, step.to, made, view) : undefined) ??
      (id.kind === 'file' ? notReplaceable(id.name, from as FileState, step.to as FileState) : undefined);
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
    const to = id.kind === 'file' ? withMount(from as FileState, step.to as FileState) : withoutFree(step.to);
    const change: Change = { id, from, to };
    needs.reads.push(...contentForDiff(change, inputs));
    view.plan(id, id.kind === 'file' ? to : step.to);
    planned.push({
      type: 'change',
      change,
      ...(step.validate === undefined ? {} : { validate: step.validate }),
    });
  }
  return planned;
}

function notReplaceable(path: string, from: FileState, to: FileState): string | undefined {
  return mountPoint(path, from, to) ?? kernelFile(path, from, to);
}

/** Why nothing can be made at a path: what is above it, after all links, is not a folder. `made`: folders of the same task. */
function missingParent(path: string, to: State, made: Set<string>, view: PlanView): string | undefined {
  if (!('type' in to) || to.type === 'absent') return undefined;
  if (to.type === 'directory') made.add(path);
  const above = path.slice(0, path.lastIndexOf('/'));
  if (above === '' || made.has(above)) return undefined;
  const state = view.peek({ kind: 'file', name: above });
  if (state === undefined || isUnknown(state) || !('type' in state) || state.type === 'directory')
    return undefined;
  return state.type === 'absent'
    ? `${above} does not exist, so ${path} cannot be created`
    : `${above} is not a directory, so ${path} cannot be created`;
}

/** Old bytes that have to be read for a text diff. */
function contentForDiff(change: Change, inputs: PlanInputs): readonly ReadRequest[] {
  const kind = kindOf<KindName>(change.id.kind);
  const old = inputs.diffs ? kind.textOf?.(change.from) : undefined;
  if (old === undefined || kind.blobs(change.to).includes(old) || inputs.view.store.has(old)) return [];
  return [{ ...change.id, depth: 'content' }];
}
