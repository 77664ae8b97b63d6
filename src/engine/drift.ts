/** What a script tells when a resource is no longer as it was read: a line `drift: NAME` (resource.ts, `save` and `write`). */
import { RtprovError } from '../diagnostics/diagnostic.js';

/** The text with such lines as sentences. */
export function tellDrift(text: string): string {
  return text.replace(
    /^drift: (.*)$/gm,
    (_, name: string) => `${name} was changed by somebody else since it was read, and was left as it is`,
  );
}

/** A window of a host was not begun: `said` is the first line that its journal's part told. */
export function notJournalled(host: string, said: string): RtprovError {
  const drift = tellDrift(said);
  const why = drift === said ? `the journal could not be written: ${said}` : drift;
  return new RtprovError('JOURNAL_FAILED', `nothing was changed on ${host}: ${why}`);
}
