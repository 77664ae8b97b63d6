/** A run named by its id, or by the beginning of one alone. */
import { RtprovError } from '../diagnostics/diagnostic.js';

/** `owner` has the runs in `place` (`h1`, `its journal`). Throws RtprovError NO_SUCH_RUN or AMBIGUOUS_RUN. */
export function runNamed<T extends { readonly run: string }>(
  runs: readonly T[],
  name: string,
  owner: string,
  place = 'its journal',
): T {
  const whole = runs.filter(({ run }) => run === name);
  const matching = whole.length > 0 ? whole : runs.filter(({ run }) => run.startsWith(name));
  const [found] = matching;
  if (found !== undefined && matching.length === 1) return found;
  const candidates = (found === undefined ? runs : matching).map(({ run }) => run).join(', ');
  throw new RtprovError(
    found === undefined ? 'NO_SUCH_RUN' : 'AMBIGUOUS_RUN',
    found === undefined
      ? `${owner} has no run ${name} in ${place}`
      : `${owner} has several runs whose ids begin with "${name}"`,
    { hint: candidates === '' ? `There is none in ${place}.` : `It has: ${candidates}.` },
  );
}
