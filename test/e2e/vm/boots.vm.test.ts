/**
 * Trial boots that go wrong on the other boot set-ups: UEFI, and a root on LVM, where GRUB cannot write its environment block. The
 * trial is of the machine's own kernel with another argument. They take more than an hour of emulation, so they are a part of the
 * ring only where they are asked for (docs/development/ci.md; docs/trial-boot.md has the table).
 */
import assert from 'node:assert/strict';
import { troubles } from '../harness.js';
import { booted } from './machines.js';
import {
  failedCheck,
  hang,
  killedBeforeReboot,
  killedDuringTrial,
  noNetwork,
  panic,
  powerCut,
} from './trial-scenarios.js';
import { describeTrials } from './trial-suite.js';
import type { TrialSubject } from './trial-subject.js';
import { thorough } from '../../support/thorough.js';

function everywhere(subject: () => TrialSubject): void {
  it('a power cut during the trial', () => powerCut(subject()));
  it('a check that fails', () => failedCheck(subject()));
  it('a boot without a network', () => noNetwork(subject()));
  it('a controller that is killed during the trial and never comes back', () => killedDuringTrial(subject()));
  it('a controller that is killed before the reboot', () => killedBeforeReboot(subject()));
  it('a user space that hangs: the watchdog ends it', () => hang(subject()));
}

function uefi(): void {
  describeTrials('trial boots that go wrong: UEFI', { boot: 'uefi', realtime: false }, (subject) => {
    it('a kernel that panics', () => panic(subject()));
    everywhere(subject);
  });
}

function lvm(): void {
  const options = { boot: 'lvm', realtime: false, reboot: { without_grubenv: 'userspace' } } as const;
  describeTrials('trial boots that go wrong: root on LVM', options, (subject) => {
    it('is refused unless it is asked for', async () => {
      const { machine, former } = subject();
      const boot = await machine.bootId();
      const result = await subject().run('refused', { reboot: { without_grubenv: 'refuse' } });
      assert.match(troubles(result), /GRUB cannot write its environment block here, because it is on lvm/);
      assert.equal(result.exitCode, 4, troubles(result));
      assert.equal(await machine.bootId(), boot);
      assert.deepEqual(await booted(machine), former);
    });
    everywhere(subject);
  });
}

if (thorough('trial boots that go wrong: UEFI')) uefi();
if (thorough('trial boots that go wrong: root on LVM')) lvm();
