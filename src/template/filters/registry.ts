/** Every filter by its name. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { TemplateFault } from '../fault.js';
import { insteadOfPlugin } from '../runtime/plugins.js';
import type { Definition, Definitions } from '../runtime/toolbox.js';
import { arrangementFilters } from './arrangements.js';
import { dateFilters } from './dates.js';
import { encodingFilters } from './encoding.js';
import { listFilters } from './lists.js';
import { mappingFilters } from './mappings.js';
import { numberFilters } from './numbers.js';
import { pathFilters } from './paths.js';
import { regexFilters } from './regex.js';
import { setFilters } from './sets.js';
import { textFilters } from './text.js';
import { valueFilters } from './values.js';

/** Filters that exist in Ansible and not here, with what to do instead. */
const absent: Readonly<Record<string, string>> = {
  password_hash:
    "Write lookup('password', 'PATH encrypt=sha512_crypt'), or give the hash itself (mkpasswd --method=sha-512).",
  vault: 'rtprov does not read Ansible Vault; give secrets with --extra-vars @FILE.',
  json_query: 'Write selectattr, map and first.',
  random_mac: 'Give the address itself, so that a second run does not change it.',
  shuffle: 'Give the order itself, so that a second run does not change it.',
  fileglob: "Write query('fileglob', PATTERN).",
  expanduser: 'Home directories of the target are not known to templates; write the path itself.',
  expandvars: 'The environment of the target is not known to templates; write the value itself.',
  to_datetime: 'Write now(fmt=...) and strftime with seconds.',
  realpath: 'Paths of the target are not known to templates; use the module stat.',
};

const registry = new Map<string, Definition>();
const sets: readonly Definitions[] = [
  textFilters,
  numberFilters,
  listFilters,
  arrangementFilters,
  mappingFilters,
  setFilters,
  regexFilters,
  encodingFilters,
  pathFilters,
  dateFilters,
  valueFilters,
];
for (const set of sets) for (const [name, definition] of Object.entries(set)) registry.set(name, definition);

export const FILTER_NAMES: readonly string[] = [...registry.keys()];

export function isFilter(name: string): boolean {
  return registry.has(name);
}

/** The fault of a filter that does not exist. */
export function unknownFilter(name: string): TemplateFault {
  // A collection's filter may be one that Ansible once had itself.
  const short = name.split('.').at(-1) ?? name;
  const instead = Object.hasOwn(absent, short) ? absent[short] : undefined;
  if (instead !== undefined) {
    return new TemplateFault('TEMPLATE_FILTER_UNKNOWN', `The filter "${name}" is not supported.`, instead);
  }
  return new TemplateFault(
    'TEMPLATE_FILTER_UNKNOWN',
    `There is no filter "${name}".`,
    didYouMean(name, registry.keys()) ?? insteadOfPlugin(name, 'filter', isFilter),
  );
}

export function findFilter(name: string): Definition {
  const found = registry.get(name);
  if (found === undefined) throw unknownFilter(name);
  return found;
}
