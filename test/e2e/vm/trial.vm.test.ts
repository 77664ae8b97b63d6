/** Trial boots of the real-time kernel that go wrong, on a machine with GRUB on BIOS. */
import { oneOf } from '../../support/slow.js';
import { thorough } from '../../support/thorough.js';
import { failedCheck, hang, noNetwork, panic, powerCut } from './trial-scenarios.js';
import { describeTrials } from './trial-suite.js';

const scenarios = [
  ['a check that fails', failedCheck],
  ['a kernel that panics', panic],
  ['a boot without a network', noNetwork],
  ['a user space that hangs: the watchdog ends it', hang],
] as const;

describeTrials('trial boots that go wrong: BIOS', { boot: 'bios', realtime: true }, (subject) => {
  for (const [title, scenario] of oneOf(scenarios)) it(title, () => scenario(subject()));
  if (thorough('on BIOS: a power cut during the trial'))
    it('a power cut during the trial', () => powerCut(subject()));
});
