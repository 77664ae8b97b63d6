/** Keywords of the connection whose values can be judged before anything runs; the result of a template is judged at the host. */
import { BECOME_METHODS, CONNECTIONS } from '../../values/connections.js';
import { mapGet, type MapNode } from '../../yaml/node.js';
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

/** Keywords of which only the play's count, and what does instead what they are for on a block or a task. */
const playsOnly: Readonly<Record<string, string>> = {
  remote_user:
    'Write it at the play, or set ansible_user in the inventory. To run a task as another user, use become and become_user.',
  port: 'Write it at the play, or set ansible_port in the inventory.',
  connection:
    'To run a task on this machine, write "delegate_to: localhost". For all tasks, write it at the play.',
};

const THIS_MACHINE: readonly unknown[] = ['localhost', '127.0.0.1', '::1'];

/** For what stands below a play. `connection: local` of a task that is delegated to this machine says only what holds. */
export function warnOfLateConnection(
  name: string,
  { value, range }: Templated,
  map: MapNode,
  load: LoadContext,
): void {
  const hint = Object.hasOwn(playsOnly, name) ? playsOnly[name] : undefined;
  if (hint === undefined) return;
  const delegate = mapGet(map, 'delegate_to')?.value;
  if (value === 'local' && delegate?.type === 'scalar' && THIS_MACHINE.includes(delegate.value)) return;
  load.diagnostics.warning(
    'KEYWORD_OF_PLAY',
    'Keyword has no effect here',
    `"${name}" counts at the play only: a host has one connection in a play, made of what holds at its beginning.`,
    range,
    hint,
  );
}
