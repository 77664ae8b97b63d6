/** What is shown in place of a change of a no_log task. */
import type { StateDiff } from '../resources/resource.js';

export const hiddenDiff: StateDiff = {
  type: 'fields',
  fields: [{ field: 'content', before: '(hidden: no_log)', after: '(hidden: no_log)' }],
};

/** How digests begin that only the controller's key can make (ADR 0014). */
export const keyedDigest = 'hmac-sha256:';
