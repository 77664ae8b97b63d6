/** A task, or one item of it, by itself: again and again until its `until` holds. */
import type { HostVars } from '../../inventory/host-vars.js';
import type { Templated } from '../../playbook/read/model.js';
import { isMapping } from '../../values/value.js';
import { breathe } from './breath.js';
import { attempt, type Attempt } from './attempt.js';
import type { Place } from './place.js';
import type { HostState } from '../../planner/host-state.js';
import { sleep } from '../operations/waiting.js';
import { concludePending } from './pending.js';
import { untilHolds, untilLeft, untilMet, untilPredicted, untilUnmet } from '../../planner/attempts.js';
import type { ItemOutcome } from '../../planner/outcome.js';
import type { LoopItem } from '../../planner/loop.js';
import type { PlayHost } from './play-host.js';
import type { TaskInstruction } from '../../planner/program.js';

/** `one`: the item, whose variables are in `vars`. Its retries are its own: another item begins with the first attempt. */
export async function tryUntil(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  place: Place,
  one: LoopItem | undefined,
): Promise<Attempt> {
  const { task } = instruction;
  const { until, retries, delay } = task.keywords;
  const { context } = host;
  if (until === undefined) return attempt(host, state, instruction, vars, place, one);
  const number = (value: Templated | undefined, fallback: number): number => {
    const evaluated =
      value === undefined ? fallback : Number(context.templates.evaluate(value.value, vars, value.range));
    return Number.isFinite(evaluated) ? evaluated : fallback;
  };
  const most = number(retries, 3) + 1;
  const pause = number(delay, 5);
  const stopping = AbortSignal.any([context.stop, host.play.coordinator.stopping]);
  for (let made = 1; ; made += 1) {
    const tried = await attempt(host, state, instruction, vars, place, one);
    const held = concludePending(host, tried.pending, tried.outcomes).items.map(({ outcome, value }) =>
      untilHolds(task, outcome, isMapping(value) ? value : {}, context.templates),
    );
    const end = (unheld: (outcome: ItemOutcome, attempts: number) => ItemOutcome): Attempt => ({
      ...tried,
      outcomes: tried.outcomes.map((outcome, at) =>
        held[at] === true ? untilMet(outcome, made) : unheld(outcome, made),
      ),
    });
    if (tried.checkMode)
      return {
        ...tried,
        outcomes: tried.outcomes.map((outcome, at) => untilPredicted(outcome, held[at] === true)),
      };
    if (held.every(Boolean) || made >= most) return end(most > 1 ? untilUnmet : untilMet);
    await breathe();
    await sleep(pause, stopping);
    if (stopping.aborted) return end(untilLeft);
    place.view.forget();
  }
}
