/** Facts of a target under the names of Ansible's setup, without the `ansible_` prefix. See docs/facts.md. */
import type { Value } from '../../values/value.js';
import { deviceFacts, mountFacts } from './disks.js';
import { distributionFacts } from './distribution.js';
import { hardwareFacts } from './hardware.js';
import { localFacts } from './local.js';
import { networkFacts } from './network.js';
import { readProbe } from './sections.js';
import { systemFacts } from './system.js';
import { virtualizationFacts } from './virtualization.js';

export { factsProbe, targetFactsProbe } from './probe.js';
export { parseTargetFacts } from './target.js';

/** Reads what `factsProbe` printed. Throws RtprovError READ_FAILED when it is something else. */
export function parseFacts(output: Buffer): Readonly<Record<string, Value>> {
  const probe = readProbe(output);
  const machine = probe.section('arch')[0] ?? '';
  return {
    // Interface names come first: none of them may hide a fact.
    ...networkFacts(probe),
    ...distributionFacts(probe),
    ...hardwareFacts(probe, machine),
    ...systemFacts(probe, machine),
    ...virtualizationFacts(probe),
    mounts: mountFacts(probe),
    devices: deviceFacts(probe),
    local: localFacts(probe.section('local')),
    gather_subset: ['all'],
  };
}
