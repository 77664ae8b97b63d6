/** --plan: a plan that was saved, and whether it still holds. */
import { readFile } from 'node:fs/promises';
import { RtprovError } from '../diagnostics/diagnostic.js';
import type { RunEvent } from '../engine/events.js';
import { parsePlan, planDifferences, planOf, type SavedPlan } from '../engine/plan-file.js';
import { makeRun, type RunParts } from './make-run.js';

export async function readPlan(path: string): Promise<SavedPlan> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RtprovError('BAD_PLAN', `the plan ${path} cannot be read`, {
      cause,
      hint: 'Make it with `rtprov run PLAYBOOK --check --plan FILE`.',
    });
  });
  return parsePlan(text, path);
}

/** Looks at all hosts again and throws PLAN_DRIFT when anything differs from the saved plan. */
export async function refuseDrift(parts: RunParts, saved: SavedPlan, file: string): Promise<void> {
  const events: RunEvent[] = [];
  const run = makeRun(parts, true, (event) => events.push(event));
  try {
    await run.run();
  } finally {
    await run.close();
  }
  const differences = planDifferences(saved, parts.files.digests, planOf(events));
  for (const event of events) {
    if (event.type === 'host_unreachable' || event.type === 'host_failed')
      differences.concat(`${event.host}: ${event.msg}`);
  }
  if (differences.length > 0) {
    throw new RtprovError(
      'PLAN_DRIFT',
      `the plan ${file} no longer holds, nothing was changed:\n  ${differences.slice(0, 20).join('\n  ')}`,
      {
        hint: 'Make a new plan with --check --plan FILE and look at it.',
      },
    );
  }
}
