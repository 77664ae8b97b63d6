/** Controllers that are killed around a trial boot, and a machine whose power is cut while GRUB's menu is written. GRUB on BIOS. */
import assert from 'node:assert/strict';
import { waitFor } from '../../lab/process.js';
import { oneOf } from '../../support/slow.js';
import { thorough } from '../../support/thorough.js';
import { converge, rollBack, troubles } from '../harness.js';
import { booted, onTrial, record, timed, waitSerial } from './machines.js';
import { askingForReboot, killedBeforeReboot, killedDuringTrial } from './trial-scenarios.js';
import { describeTrials } from './trial-suite.js';
import type { TrialSubject } from './trial-subject.js';

async function goesOn(subject: TrialSubject): Promise<void> {
  const { lab, machine, kernel } = subject;
  const from = machine.serialLog().length;
  const trial = { reboot: { confirm_within: 600 } };
  const controller = subject.command('again', trial);
  await waitSerial(machine, from, onTrial);
  await subject.kill(controller);
  await machine.waitBooted();
  const boot = await machine.bootId();
  const outcome = await subject.run('again', trial);
  assert.equal(outcome.exitCode, 0, troubles(outcome));
  assert.equal(await machine.bootId(), boot);
  assert.equal(await machine.kernel(), kernel);
  assert.equal((await record(machine))['state'], 'confirmed');
  assert.match(await machine.must('grub-editenv list'), new RegExp(`saved_entry=.*${kernel}`));
  await timed('rollback', () => rollBack(lab, machine.name));
  assert.deepEqual(await booted(machine), subject.former);
  await subject.assertAsBefore();
}

async function doesTheReboot(subject: TrialSubject): Promise<void> {
  const { lab, machine, kernel } = subject;
  const controller = subject.doomed('left', {}, askingForReboot);
  await timed('until it was killed', () => controller.ended);
  assert.equal((await record(machine))['state'], 'armed');
  const outcome = await subject.run('left', {});
  assert.equal(outcome.exitCode, 0, troubles(outcome));
  assert.equal(await machine.kernel(), kernel);
  assert.equal((await record(machine))['state'], 'confirmed');
  // Both runs: the one that was killed, and this.
  const undone = await timed('rollback', () => rollBack(lab, machine.name));
  assert.equal(undone?.result.complete, true);
  assert.equal(undone.result.runs.length, 2);
  assert.deepEqual(await booted(machine), subject.former);
  await subject.assertAsBefore();
}

async function powerCutInMenu(subject: TrialSubject): Promise<void> {
  const { lab, machine } = subject;
  const playbook = subject.play('menu', { args: ['skew_tick=1'], reboot: false });
  for (const point of ['pgrep -x grub-mkconfig', 'test -s /boot/grub/.rtprov-grub.cfg.new']) {
    await subject.reset();
    const stop = new AbortController();
    const running = converge(lab, [playbook], { stop: stop.signal }).catch(() => undefined);
    await waitFor(point, 200_000, async () => (await machine.ssh(point)).code === 0 || undefined);
    await machine.powerCut();
    stop.abort();
    await running;
    await machine.start();
    await machine.must('test -s /boot/grub/grub.cfg && grub-script-check /boot/grub/grub.cfg');
    assert.deepEqual(await booted(machine), subject.former);
    const undone = await rollBack(lab, machine.name);
    assert.equal(undone?.result.complete, true, JSON.stringify(undone?.events));
    await subject.assertAsBefore();
  }
}

const scenarios = [
  ['the next run goes on where a killed controller was, and confirms without a reboot', goesOn],
  [
    'a controller that is killed before the reboot: the old kernel stays, and a reboot later is undone all the same',
    killedBeforeReboot,
  ],
  ['the next run does the reboot that a killed controller left, and its trial is confirmed', doesTheReboot],
  ["a power cut while GRUB's menu is made", powerCutInMenu],
] as const;

describeTrials('trial boots and their controllers', { boot: 'bios', realtime: true }, (subject) => {
  for (const [title, scenario] of oneOf(scenarios)) it(title, () => scenario(subject()));
  if (thorough('on BIOS: a controller that is killed during the trial and never comes back'))
    it('a controller that is killed during the trial and never comes back', () =>
      killedDuringTrial(subject()));
});
