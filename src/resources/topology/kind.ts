/** What a machine is made of, and which CPUs its guests have now: read only. See docs/resources/topology.md. */
import { RtprovError } from '../../diagnostics/diagnostic.js';
import { raw } from '../../shell/shell.js';
import type { ResourceKind } from '../resource.js';
import { parseTopologyOutput } from './parse.js';
import { topologyProbe } from './probe.js';

/** The one name there is. */
export const topologyName = 'machine';

const online = '/sys/devices/system/cpu/online';

export const topologyKind: ResourceKind<'topology'> = {
  kind: 'topology',
  // It is not read often, and its text is long: no session keeps it loaded.
  library: raw(''),
  read: (requests) => (requests.length === 0 ? raw('') : topologyProbe()),
  parse: (requests, output) => {
    const state = parseTopologyOutput(output.toString('utf8'));
    return new Map(requests.map(({ name }) => [name, state]));
  },
  canon: (_name, { files }) => `online=${files[online] ?? ''}`,
  show: () => raw(`printf 'online=%s\\n' "$(cat ${online} 2>/dev/null)"`),
  save: () => raw(''),
  write: (changes) => {
    if (changes.length === 0) return raw('');
    throw new RtprovError('BAD_STATE', 'what a machine is made of is read, never changed');
  },
  diff: () => ({ type: 'fields', fields: [] }),
  blobs: () => [],
  disturbedBy: () => [],
};
