/** What a script prints when a resource is no longer as it was read: a line `drift: NAME` (resource.ts, `save` and `write`). */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { kindOf } from '../../resources/registry.js';
import { keyOf, type ResourceId } from '../../resources/resource.js';

/** How `drift:` lines name a resource. */
function driftName(id: ResourceId): string {
  return kindOf(id.kind).driftName?.(id.name) ?? keyOf(id);
}

/** Of these resources, those that a script found changed by somebody else. */
export function driftedOf(said: string, ids: readonly ResourceId[]): readonly ResourceId[] {
  const names = new Set([...said.matchAll(/^drift: (.*)$/gm)].map(([, name]) => name));
  return names.size === 0 ? [] : ids.filter((id) => names.has(driftName(id)));
}

/** Why these resources stay as they are. */
export function driftText(ids: readonly ResourceId[]): string {
  return tellDrift(ids.map((id) => `drift: ${driftName(id)}`).join('\n'));
}

/** The text with such lines as sentences. */
export function tellDrift(text: string): string {
  return text.replace(
    /^drift: (.*)$/gm,
    (_, name: string) => `${name} was changed by something else after it was read, and was left as it is`,
  );
}

/** A window of a host was not begun: `said` is the first line that its journal's part printed; `later`: the run has written others there. */
export function notJournalled(host: string, said: string, later = false): RtprovError {
  const drift = tellDrift(said);
  const why = drift === said ? `the journal could not be written: ${said}` : drift;
  return new RtprovError(
    'JOURNAL_FAILED',
    `${later ? 'nothing more' : 'nothing'} was changed on ${host}: ${why}`,
  );
}
