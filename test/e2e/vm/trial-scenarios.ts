/**
 * Trial boots that go wrong, each in its own way: with nobody's help the machine ends on the kernel that it had, reachable, and every
 * byte is as it was before the run.
 */
import assert from 'node:assert/strict';
import { onTrial, record, timed, waitSerial } from './machines.js';
import type { TrialSubject } from './trial-subject.js';

type Scenario = (subject: TrialSubject) => Promise<void>;

const file = (dest: string, content: string): object => ({ name: dest, copy: { dest, content } });

/** In the script by which the controller asks for the reboot, and in no other. */
export const askingForReboot = 'shutdown -r now';

const ended = /ended before it was confirmed/;

export const failedCheck: Scenario = async (subject) => {
  const reason = /the check `false` ended with 1/;
  const result = await subject.run('check', { args: ['skew_tick=1'], reboot: { checks: ['false'] } });
  subject.assertReturned(result, reason);
  await subject.assertUndone(reason);
};

export const panic: Scenario = async (subject) => {
  const from = subject.machine.serialLog().length;
  const result = await subject.run('panic', { args: ['rdinit=/bin/false'], reboot: { panic: 5 } });
  subject.assertReturned(result, ended);
  assert.match(subject.machine.serialLog().slice(from), /Kernel panic - not syncing: Attempted to kill init/);
  await subject.assertUndone(ended);
};

export const powerCut: Scenario = async (subject) => {
  const { machine } = subject;
  const from = machine.serialLog().length;
  const running = subject.run('power', {});
  await waitSerial(machine, from, onTrial);
  await machine.powerCut();
  await machine.powerOn();
  subject.assertReturned(await running, ended);
  await subject.assertUndone(ended);
};

export const noNetwork: Scenario = async (subject) => {
  const reason = /it was not confirmed within 60 s/;
  const unmanaged = '[Match]\nType=ether\n[Link]\nUnmanaged=yes\n';
  const result = await subject.run('network', {
    tasks: [file('/etc/systemd/network/00-e2e.network', unmanaged)],
    reboot: { confirm_within: 60 },
  });
  subject.assertReturned(result, reason);
  await subject.assertUndone(reason);
};

export const killedDuringTrial: Scenario = async (subject) => {
  const from = subject.machine.serialLog().length;
  const controller = subject.command('orphan', { reboot: { confirm_within: 60 } });
  await timed('until the trial boot', () => waitSerial(subject.machine, from, onTrial));
  await subject.kill(controller);
  await subject.assertUndone(/it was not confirmed within 60 s/);
};

export const killedBeforeReboot: Scenario = async (subject) => {
  const { machine } = subject;
  const boot = await machine.bootId();
  const from = machine.serialLog().length;
  const controller = subject.doomed('before', { reboot: { confirm_within: 60 } }, askingForReboot);
  const { signal } = await timed('until it was killed', () => controller.ended);
  assert.equal(signal, 'SIGKILL');
  assert.equal((await record(machine))['state'], 'armed');
  assert.equal(await machine.bootId(), boot);
  await machine.ssh('systemctl reboot');
  await waitSerial(machine, from, onTrial);
  await subject.assertUndone(/it was not confirmed within 60 s/);
};

/**
 * Only in a trial, as the run's file is there on the known-good boot too. Its priority is that of the guard, and systemd's is lower:
 * once it runs on all CPUs nothing else does.
 */
const hog = `[Unit]
DefaultDependencies=no
After=systemd-modules-load.service systemd-udev-settle.service
ConditionKernelCommandLine=rtprov.trial
[Service]
Type=simple
ExecStartPre=/bin/sleep 10
ExecStart=/bin/sh -c 'sysctl -w kernel.sched_rt_runtime_us=-1; for cpu in 0 1; do taskset -c $cpu chrt -f 99 sh -c "while :; do :; done" & done; wait'
`;

export const hang: Scenario = async (subject) => {
  const from = subject.machine.serialLog().length;
  const units = '/etc/systemd/system';
  const wants = `${units}/sysinit.target.wants`;
  const result = await subject.run('hang', {
    tasks: [
      file(`${units}/e2e-hog.service`, hog),
      { file: { path: wants, state: 'directory' } },
      { file: { path: `${wants}/e2e-hog.service`, src: `${units}/e2e-hog.service`, state: 'link' } },
    ],
  });
  assert.match(subject.machine.serialLog().slice(from), onTrial);
  subject.assertReturned(result, ended);
  await subject.assertUndone(ended);
};
