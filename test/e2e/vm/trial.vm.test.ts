/** Trial boots of the real-time kernel that go wrong, on a machine with GRUB on BIOS. */
import { thorough } from '../../support/thorough.js';
import { failedCheck, hang, noNetwork, panic, powerCut } from './trial-scenarios.js';
import { describeTrials } from './trial-suite.js';

describeTrials('trial boots that go wrong: BIOS', { boot: 'bios', realtime: true }, (subject) => {
  it('a check that fails', () => failedCheck(subject()));
  it('a kernel that panics', () => panic(subject()));
  if (thorough('on BIOS: a power cut during the trial'))
    it('a power cut during the trial', () => powerCut(subject()));
  it('a boot without a network', () => noNetwork(subject()));
  it('a user space that hangs: the watchdog ends it', () => hang(subject()));
});
