/** With a saved plan: a run makes the changes that the plan lists, or none. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import type { Pending } from '../host/pending.js';
import { maskedFields } from '../run/masked-sink.js';
import { planKey, type PlanEntry } from './file.js';
import type { PlayHost } from '../host/play-host.js';

/** Throws PLAN_DRIFT when the task would change something in a way that the plan does not list. */
export function checkExpectation({ name, context }: PlayHost, pending: Pending): void {
  const expected = context.expected?.(name, pending.ref.id);
  if (expected === undefined) return;
  const actual = pending.predicted.flatMap((outcome) => outcome.diffs);
  // More secrets may be known now than when the plan was made.
  const key = (entry: PlanEntry): string => planKey(maskedFields(entry, context.secrets));
  const planned = new Set(expected.map(key));
  const first = actual.find((diff) => !planned.has(key(diff)));
  if (first === undefined) return;
  throw new RtprovError(
    'PLAN_DRIFT',
    `${name} has drifted since the plan was made: "${pending.ref.name}" would now change ${first.resource} in a different way`,
    { hint: 'Make a new plan with --check --plan FILE and look at it.' },
  );
}
