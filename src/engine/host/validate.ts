/**
 * `validate` in a check: the user's command is tried on the target with the bytes that would be written, in a folder of its own
 * that goes away again. So a plan never says "would change" of what cannot pass.
 */
import { isUnknown, Unknown } from '../../values/value.js';
import type { Shell } from '../../shell/shell.js';
import type { ScriptResult } from '../../transport/types.js';
import { isMissing } from './check-user.js';
import { kindOf } from '../../resources/registry.js';
import { failed, type Item, type PlannedStep } from '../../planner/item.js';
import { triedValidation } from '../window/segments.js';
import { pathsIn, type Overlay } from '../../planner/overlay.js';
import type { TargetShell } from '../target/target-shell.js';

/** Larger bytes are not sent for a plan. */
const LARGEST = 1024 * 1024;

/** What was tried through a shell: a task may be planned more than once. */
const tries = new WeakMap<TargetShell, Map<string, Promise<ScriptResult>>>();

function tryOnce(shell: TargetShell, key: string, script: () => Shell): Promise<ScriptResult> {
  const known = tries.get(shell) ?? new Map<string, Promise<ScriptResult>>();
  tries.set(shell, known);
  const answer = known.get(key) ?? shell.script(script());
  known.set(key, answer);
  return answer;
}

type Validated = Extract<PlannedStep, { type: 'change' }> & { readonly validate: string };

function validated({ plan }: Item): readonly Validated[] {
  if (plan.type !== 'states') return [];
  return plan.steps.filter(
    (step): step is Validated => step.type === 'change' && step.validate !== undefined,
  );
}

/** What earlier tasks plan, which is not done: it could be what the command needs, or removes what it needs. */
export interface Before {
  readonly planned: Overlay;
  /** A command may have changed anything. */
  readonly uncertain: boolean;
}

async function tried(
  step: Validated,
  shell: TargetShell,
  { planned, uncertain }: Before,
): Promise<string | Unknown | undefined> {
  const { change, validate } = step;
  const [sha] = kindOf(change.id.kind).blobs(change.to);
  const content = sha === undefined ? undefined : shell.view.store.get(sha);
  if (sha === undefined) return undefined;
  const unknown = (why: string): Unknown => new Unknown(`\`${validate}\` ${why}`);
  if (content === undefined || content.length > LARGEST)
    return unknown('is only tried in the run: the file is too large to be sent for a plan');
  const output = await tryOnce(shell, `${sha} ${validate}`, () => triedValidation(validate, content)).catch(
    (error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    },
  );
  if (output === undefined) return unknown('is only tried in the run: the user does not exist yet');
  const named = pathsIn(planned).find((path) => validate.includes(path));
  if (output.status === 0)
    return named === undefined ? undefined : unknown(`passes now, but earlier tasks change ${named}`);
  const said = output.stderr.toString('utf8').trim();
  if (planned.size > 0 || uncertain)
    return unknown(`does not pass now, but earlier tasks may repair that: ${said}`);
  return said === '' ? `validate failed with status ${output.status}: ${validate}` : said;
}

/** The items with those failed, or unknown, whose bytes do not pass. Their effects are taken out of the overlay. */
export async function tryValidations(
  items: readonly Item[],
  shell: TargetShell,
  before: Before,
): Promise<readonly Item[]> {
  const result: Item[] = [];
  for (const item of items) {
    const steps = validated(item);
    let plan = item.plan;
    for (const step of steps) {
      const fault = await tried(step, shell, before);
      if (fault === undefined) continue;
      const { id, from } = step.change;
      shell.view.plan(id, isUnknown(fault) ? fault : from);
      plan = isUnknown(fault) ? { type: 'unknown', reason: fault.reason, resources: [id] } : failed(fault);
      break;
    }
    result.push(plan === item.plan ? item : { ...item, plan });
  }
  return result;
}
