/**
 * Trial boots that go wrong on the other boot set-ups: UEFI, and a root on LVM, where GRUB cannot write its environment block. The
 * trial is of the machine's own kernel with another argument. By default only what differs there is tried; RTPROV_THOROUGH=1 tries
 * all that can be (docs/trial-boot.md has the table).
 */
import assert from 'node:assert/strict';
import { troubles } from '../harness.js';
import { booted, say } from './machines.js';
import {
  failedCheck,
  hang,
  killedBeforeReboot,
  killedDuringTrial,
  noNetwork,
  panic,
  powerCut,
} from './trial-scenarios.js';
import { type SubjectOptions, TrialSubject } from './trial-subject.js';

const thorough = process.env['RTPROV_THOROUGH'] === '1';

const everywhere = {
  'a check that fails': failedCheck,
  'a boot without a network': noNetwork,
  'a controller that is killed during the trial and never comes back': killedDuringTrial,
  'a controller that is killed before the reboot': killedBeforeReboot,
  'a user space that hangs: the watchdog ends it': hang,
};

function describeBoot(
  name: string,
  options: SubjectOptions,
  scenarios: Readonly<Record<string, (subject: TrialSubject) => Promise<void>>>,
  more: (subject: () => TrialSubject) => void = () => undefined,
): void {
  describe(`trial boots that go wrong: ${name}`, function () {
    this.timeout(1_800_000);
    let subject: TrialSubject;

    before(async () => {
      subject = await TrialSubject.up(options);
    });

    beforeEach(() => subject.reset());

    afterEach(function () {
      if (this.currentTest?.err !== undefined) say(this.currentTest.err.message);
      subject.killAll();
    });

    after(() => subject.down());

    more(() => subject);
    for (const [what, scenario] of Object.entries(scenarios)) it(what, () => scenario(subject));
  });
}

describeBoot(
  'UEFI',
  { boot: 'uefi', realtime: false },
  {
    'a kernel that panics': panic,
    'a power cut during the trial': powerCut,
    ...(thorough ? everywhere : {}),
  },
);

describeBoot(
  'root on LVM',
  { boot: 'lvm', realtime: false, reboot: { without_grubenv: 'userspace' } },
  { 'a power cut during the trial': powerCut, ...(thorough ? everywhere : {}) },
  (subject) => {
    it('is refused unless it is asked for', async () => {
      const { machine, former } = subject();
      const boot = await machine.bootId();
      const told = await subject().run('refused', { reboot: { without_grubenv: 'refuse' } });
      assert.match(troubles(told), /GRUB cannot write its environment block here, because it lies on lvm/);
      assert.equal(told.exitCode, 4, troubles(told));
      assert.equal(await machine.bootId(), boot);
      assert.deepEqual(await booted(machine), former);
    });
  },
);
