/** Asks several hosts for the same thing, side by side. */
import pLimit from 'p-limit';
import { hostError } from '../engine/host/error.js';
import type { TargetShell } from '../engine/target/target-shell.js';
import { exitCodeOf, reportFault } from './commands/host-journals.js';
import type { OpenTarget } from './open-target.js';

/** Hosts that are asked together. */
const atOnce = 20;

/**
 * What each host answered, in the order of the names, whoever answers first. A host that fails is reported on standard error, leaves its
 * exit code in `codes`, and does not stop the others.
 */
export async function askHosts<Answer>(
  names: readonly string[],
  open: (name: string) => OpenTarget,
  ask: (shell: TargetShell) => Promise<Answer>,
  codes: Set<number>,
): Promise<ReadonlyMap<string, Answer>> {
  const limit = pLimit(atOnce);
  const answers = new Map<string, Answer>();
  const one = async (name: string): Promise<void> => {
    const { target, shell } = open(name);
    try {
      answers.set(name, await ask(shell));
    } catch (fault) {
      const error = hostError(fault);
      codes.add(exitCodeOf(error));
      reportFault(name, error);
    } finally {
      await target.close();
    }
  };
  await Promise.all(names.map((name) => limit(() => one(name))));
  return new Map(
    names.flatMap((name) => {
      const answer = answers.get(name);
      return answer === undefined ? [] : [[name, answer] as const];
    }),
  );
}
