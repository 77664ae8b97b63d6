/** A task by itself, again and again until its `until` holds. */
import type { HostVars } from '../inventory/host-vars.js';
import type { Templated } from '../playbook/model.js';
import { isMapping } from '../values/value.js';
import { attempt, type Attempt } from './host-attempt.js';
import { delegatesFacts, type Place } from './host-place.js';
import type { HostState } from './host-state.js';
import { sleep } from './operations/waiting.js';
import { concludePending } from './pending.js';
import { untilHolds, untilLeft, untilUnmet } from './plan-attempts.js';
import type { Conclusion, ItemOutcome } from './plan-conclude.js';
import { factsOf, withFacts } from './plan-facts.js';
import type { PlayHost } from './play-host.js';
import type { TaskInstruction } from './program.js';
import { tellConclusion } from './tell.js';

/** `delegate`: the host that it is done on, when that is another. */
export async function runAttempts(
  host: PlayHost,
  state: HostState,
  instruction: TaskInstruction,
  vars: HostVars,
  place: Place,
  delegate: string | undefined,
): Promise<Conclusion> {
  const { task } = instruction;
  const { until, retries, delay } = task.keywords;
  const { context } = host;
  const number = (value: Templated | undefined, fallback: number): number => {
    const evaluated =
      value === undefined ? fallback : Number(context.templates.evaluate(value.value, vars, value.range));
    return Number.isFinite(evaluated) ? evaluated : fallback;
  };
  const most = until === undefined ? 1 : number(retries, 3) + 1;
  const pause = number(delay, 5);
  const stopping = AbortSignal.any([context.stop, host.play.coordinator.stopping]);
  const end = (made: Attempt, outcomes: readonly ItemOutcome[]): Conclusion =>
    conclude(host, made, outcomes, delegatesFacts(host, task, vars) ? delegate : undefined);
  for (let made = 1; ; made += 1) {
    const tried = await attempt(host, state, instruction, vars, place);
    if (until === undefined || tried.checkMode) return end(tried, tried.outcomes);
    const held = concludePending(host, tried.pending, tried.outcomes).items.map(({ outcome, value }) =>
      untilHolds(task, outcome, isMapping(value) ? value : {}, context.templates),
    );
    if (held.every(Boolean)) return end(tried, tried.outcomes);
    const unheld = (mark: (outcome: ItemOutcome, attempts: number) => ItemOutcome): readonly ItemOutcome[] =>
      tried.outcomes.map((outcome, at) => (held[at] === true ? outcome : mark(outcome, made)));
    if (made >= most) return end(tried, most > 1 ? unheld(untilUnmet) : tried.outcomes);
    await sleep(pause, stopping);
    if (stopping.aborted) return end(tried, unheld(untilLeft));
    place.view.forget();
  }
}

/** Tells how it ended. What it set are variables of the host, or of the delegate that facts are to go to. */
function conclude(
  host: PlayHost,
  { pending }: Attempt,
  outcomes: readonly ItemOutcome[],
  receiver: string | undefined,
): Conclusion {
  const gifts = factsOf(outcomes);
  if (receiver !== undefined) for (const gift of gifts) host.context.give(receiver, gift);
  const { before } = pending;
  const vars = receiver === undefined ? withFacts(before.vars, gifts) : before.vars;
  const concluded = concludePending(host, { ...pending, before: { ...before, vars } }, outcomes);
  tellConclusion(host, pending, concluded);
  const ends = outcomes.map(({ result }) => result['ends']);
  if (ends.includes('play')) host.play.coordinator.endPlay();
  return ends.includes('host') ? { ...concluded, state: { ...concluded.state, ended: true } } : concluded;
}
