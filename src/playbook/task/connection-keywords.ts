/** Keywords of the connection whose values can be judged before anything runs; the result of a template is judged at the host. */
import { BECOME_METHODS, CONNECTIONS } from '../../values/connections.js';
import type { LoadContext } from '../read/context.js';
import type { Templated } from '../read/model.js';
import { isTemplate } from '../read/templated.js';

interface Wanted {
  readonly fits: (value: Templated['value']) => boolean;
  readonly what: string;
  readonly hint: string;
}

const wanted: Readonly<Record<string, Wanted>> = {
  connection: {
    fits: (value) => typeof value === 'string' && Object.hasOwn(CONNECTIONS, value),
    what: 'ssh or local',
    hint: 'Write ssh or local.',
  },
  port: {
    fits: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535,
    what: 'a whole number from 1 to 65535',
    hint: 'Correct the number.',
  },
  become_method: {
    fits: (value) => typeof value === 'string' && BECOME_METHODS.has(value),
    what: 'sudo, the only way to become another user that rtprov has',
    hint: 'Remove become_method: sudo is the default.',
  },
};

export function checkConnectionKeyword(name: string, { value, range }: Templated, load: LoadContext): void {
  const rule = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
  if (rule === undefined || value === '' || rule.fits(value)) return;
  if (typeof value === 'string' && isTemplate(value)) return;
  load.diagnostics.error(
    'BAD_KEYWORD_VALUE',
    'Keyword has a wrong value',
    `"${name}" has to be ${rule.what}, and ${JSON.stringify(value)} is not.`,
    range,
    rule.hint,
  );
}
