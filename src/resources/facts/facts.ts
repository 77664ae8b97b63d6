/** Facts of a target under the names of Ansible's setup, without the `ansible_` prefix. See docs/development/facts.md. */
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

/** What is missing in the output of a probe though every Linux has it: the target printed something else, or not all of it. */
export function missingFacts(output: Buffer, probe: 'target' | 'all'): string | undefined {
  const { target, section } = readProbe(output);
  if (!/^\d+$/.test(target.get('uid')?.[0] ?? '')) return 'the user id';
  if (probe === 'target') return undefined;
  return Object.entries(EVERYWHERE).find(([name]) => section(name).length === 0)?.[1];
}

const EVERYWHERE: Readonly<Record<string, string>> = {
  arch: 'what uname prints',
  files: 'what /proc holds',
  date: 'the date',
};

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
