/** Typical runs as events, each with the pause before it in milliseconds: for the tests and for looking at. */
import type { RunEvent } from '../../src/engine/run/events.js';
import type { TaskRef } from '../../src/planner/outcome.js';
import {
  fieldsDiff,
  finished,
  result,
  run,
  started,
  step,
  task,
  textDiff,
  totals,
  undo,
  withAmounts,
} from './events.js';

export type Beat = readonly [pauseMs: number, event: RunEvent];

/** Its end says how much changed, as that of a real run does. */
function counted(beats: readonly Beat[]): readonly Beat[] {
  const events = withAmounts(beats.map(([, event]) => event));
  return beats.map(([pause, event], index): Beat => [pause, events[index] ?? event]);
}

const facts = task(2, 'Gathering Facts', 'setup');
const motd = task(8, 'Say what this machine is for', 'copy');
const packages = task(14, 'kernel : Install the real-time kernel', 'apt');
const cmdline = task(21, 'kernel : Isolate the processors', 'kernel_cmdline');
const tuned = task(30, 'tuned : Write the profile', 'template');
const sysctl = task(36, 'tuned : Set kernel parameters', 'sysctl');
const restart = task(50, 'tuned : restart tuned', 'systemd', true);
const reboot = task(44, 'Boot the new kernel on trial', 'reboot');
const firmware = task(47, 'Update the firmware', 'command');
const debug = task(58, 'Show the isolated processors', 'debug');

const grubBefore =
  'GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n';
const grubAfter = grubBefore.replace(
  '"quiet"',
  '"quiet isolcpus=managed_irq,domain,2-15 nohz_full=2-15 rcu_nocbs=2-15"',
);
const profile = '[main]\nsummary=Real-time KVM host\ninclude=realtime\n\n[variables]\nisolated_cores=2-15\n';
const packageDiff = fieldsDiff('package:linux-image-rt-amd64', {
  field: 'version',
  before: undefined,
  after: '6.12.48-1',
});
const cmdlineDiff = textDiff('/etc/default/grub', grubBefore, grubAfter);
const tunedDiff = textDiff('/etc/tuned/rt-host/tuned.conf', undefined, profile, [
  { field: 'type', before: undefined, after: 'file' },
  { field: 'mode', before: undefined, after: '0644' },
  { field: 'owner', before: undefined, after: 'root' },
]);
const sysctlDiff = (name: string, before: string, after: string) =>
  fieldsDiff(`sysctl:${name}`, { field: 'value', before, after });

export const converge: readonly Beat[] = counted([
  [0, started('run')],
  [50, { type: 'play_started', play: 0, name: 'Real-time hosts', hosts: ['kvm1', 'kvm-lab-2'] }],
  ...['kvm1', 'kvm-lab-2'].map((host): Beat => [100, step(host, 'gathering facts')]),
  ...['kvm1', 'kvm-lab-2'].map((host): Beat => [400, result(host, facts, 'ok', { seconds: 0.6 })]),
  [100, step('kvm1', '3 changes, 1 package', packages)],
  [100, result('kvm-lab-2', motd, 'ok')],
  [50, step('kvm-lab-2', 'apt-get install', packages)],
  [2600, result('kvm1', motd, 'changed', { diffs: [textDiff('/etc/motd', 'Debian\n', 'Real-time host\n')] })],
  [20, result('kvm1', packages, 'changed', { diffs: [packageDiff], seconds: 2.51 })],
  [20, result('kvm1', cmdline, 'changed', { diffs: [cmdlineDiff], actions: ['update-grub'] })],
  [
    300,
    result('kvm-lab-2', packages, 'changed', {
      diffs: [packageDiff],
      seconds: 2.9,
      warnings: ['the mirror did not answer at first, tried again'],
    }),
  ],
  [20, result('kvm-lab-2', cmdline, 'changed', { diffs: [cmdlineDiff], actions: ['update-grub'] })],
  [100, step('kvm1', 'waiting for the reboot', reboot)],
  [100, step('kvm-lab-2', 'waiting for the reboot', reboot)],
  [3200, result('kvm1', reboot, 'changed', { actions: ['reboot'], seconds: 71.4 })],
  [
    10,
    result('kvm1', firmware, 'changed', {
      actions: ['fwupdmgr update -y'],
      notUndoable: ['`fwupdmgr update -y`: its task has no undo'],
      seconds: 4.1,
    }),
  ],
  [
    10,
    result('kvm1', sysctl, 'changed', {
      item: 'kernel.sched_rt_runtime_us',
      diffs: [sysctlDiff('kernel.sched_rt_runtime_us', '950000', '-1')],
    }),
  ],
  [10, result('kvm1', sysctl, 'ok', { item: 'vm.stat_interval' })],
  [400, result('kvm-lab-2', reboot, 'changed', { actions: ['reboot'], seconds: 73 })],
  [
    10,
    result('kvm-lab-2', firmware, 'changed', {
      actions: ['fwupdmgr update -y'],
      notUndoable: ['`fwupdmgr update -y`: its task has no undo'],
      seconds: 4.4,
    }),
  ],
  [10, result('kvm-lab-2', sysctl, 'skipped', { msg: 'Conditional result was False' })],
  [300, result('kvm1', restart, 'changed', { actions: ['restart tuned.service'], seconds: 1.2 })],
  [10, result('kvm1', debug, 'ok', { result: { changed: false, failed: false, msg: 'isolated: 2-15' } })],
  [100, { type: 'host_finished', host: 'kvm1', play: 0 }],
  [200, { type: 'host_finished', host: 'kvm-lab-2', play: 0 }],
  [
    100,
    finished(
      { kvm1: totals({ ok: 2, changed: 7 }), 'kvm-lab-2': totals({ ok: 2, changed: 4, skipped: 1 }) },
      { seconds: 79.4 },
    ),
  ],
]);

const nothingRun = '`/usr/local/sbin/topology --json` has not run';

export const check: readonly Beat[] = counted([
  [0, started('check')],
  [50, { type: 'play_started', play: 0, name: 'Real-time hosts', hosts: ['kvm1', 'kvm-lab-2'] }],
  [100, step('kvm1', 'gathering facts')],
  [100, result('kvm-lab-2', facts, 'ok')],
  [300, result('kvm1', facts, 'ok')],
  [100, result('kvm1', packages, 'changed', { diffs: [packageDiff] })],
  [10, result('kvm1', cmdline, 'changed', { diffs: [cmdlineDiff], actions: ['update-grub'] })],
  [10, result('kvm1', tuned, 'changed', { diffs: [tunedDiff] })],
  [
    10,
    result('kvm1', sysctl, 'changed', {
      item: 'kernel.sched_rt_runtime_us',
      diffs: [sysctlDiff('kernel.sched_rt_runtime_us', '950000', '-1')],
    }),
  ],
  [
    10,
    result('kvm1', task(40, 'Set the password of the console', 'user'), 'changed', {
      diffs: [fieldsDiff('user:console', { field: 'password', before: '********', after: '********' })],
    }),
  ],
  [
    10,
    result('kvm1', task(42, 'Look at the topology', 'command'), 'unknown', {
      actions: ['/usr/local/sbin/topology --json'],
      reason: nothingRun,
      notUndoable: ['`/usr/local/sbin/topology --json`: its task has no undo'],
    }),
  ],
  [
    10,
    result('kvm1', task(43, 'Pin the emulator threads', 'template'), 'unknown', {
      reason: nothingRun,
      diffs: [
        fieldsDiff('file:/etc/libvirt/pin.xml', {
          field: 'state',
          before: undefined,
          after: `(unknown: ${nothingRun})`,
        }),
      ],
    }),
  ],
  [10, result('kvm1', restart, 'changed', { actions: ['restart tuned.service'] })],
  [200, result('kvm-lab-2', tuned, 'ok')],
  [10, { type: 'host_finished', host: 'kvm-lab-2', play: 0 }],
  [10, { type: 'host_finished', host: 'kvm1', play: 0 }],
  [
    300,
    finished(
      { kvm1: totals({ ok: 7, changed: 6, unknown: 2 }), 'kvm-lab-2': totals({ ok: 2 }) },
      { seconds: 1.42 },
    ),
  ],
]);

const aptStderr =
  "E: Unable to locate package linux-image-rt-amd64\nE: Couldn't find any package by glob 'linux-image-rt-amd64'\n";

export const failure: readonly Beat[] = counted([
  [0, started('run')],
  [50, { type: 'play_started', play: 0, name: 'Real-time hosts', hosts: ['kvm1', 'kvm2', 'kvm3'] }],
  ...['kvm1', 'kvm2', 'kvm3'].map((host): Beat => [50, step(host, 'gathering facts')]),
  [200, result('kvm1', facts, 'ok')],
  [200, result('kvm2', facts, 'ok')],
  [100, step('kvm1', 'apt-get install', packages)],
  [
    1500,
    result('kvm1', packages, 'failed', {
      msg: 'apt-get failed with status 100',
      result: { rc: 100, stdout: 'Reading package lists...', stderr: aptStderr },
      seconds: 1.5,
    }),
  ],
  [10, { type: 'host_finished', host: 'kvm1', play: 0 }],
  [100, result('kvm2', motd, 'changed', { diffs: [textDiff('/etc/motd', 'Debian\n', 'Real-time host\n')] })],
  [
    10,
    result('kvm2', firmware, 'ignored', {
      msg: 'non-zero return code',
      result: { rc: 1, stderr: 'no devices\n' },
    }),
  ],
  [10, result('kvm2', sysctl, 'rescued', { msg: 'kernel.sched_rt_runtime_us: no such key' })],
  [
    800,
    {
      type: 'host_unreachable',
      host: 'kvm3',
      code: 'CONNECT_TIMEOUT',
      msg: 'no answer from 192.0.2.13 port 22 within 10 s',
      hint: 'Check the address in the inventory, or give the host more time with --timeout.',
    },
  ],
  [100, { type: 'warning', host: 'kvm2', msg: "the clock is 4 minutes behind the controller's" }],
  [100, { type: 'host_finished', host: 'kvm2', play: 0 }],
  [
    100,
    finished(
      {
        kvm1: totals({ ok: 1, failed: 1 }),
        kvm2: totals({ ok: 1, changed: 1, ignored: 1, rescued: 1 }),
        kvm3: totals({ unreachable: 1 }),
      },
      { exitCode: 4 },
    ),
  ],
]);

const many = Array.from(
  { length: 30 },
  (_, index) => `node-${String(index + 1).padStart(2, '0')}.rack${Math.floor(index / 10) + 1}.example.com`,
);

/** Thirty hosts, ten at a time. */
export const fleet: readonly Beat[] = counted([
  [0, started('run')],
  [50, { type: 'play_started', play: 0, name: 'All hosts', hosts: many }],
  ...[0, 10, 20].flatMap((from): readonly Beat[] => {
    const batch = many.slice(from, from + 10);
    const each = (pause: number, make: (host: string, index: number) => RunEvent): readonly Beat[] =>
      batch.map((host, index) => [pause, make(host, index)]);
    return [
      ...each(10, (host) => step(host, 'gathering facts')),
      ...each(60, (host) => result(host, facts, 'ok')),
      ...each(20, (host) => step(host, '4 changes', tuned)),
      ...each(180, (host, index) =>
        result(
          host,
          tuned,
          index % 4 === 0 ? 'changed' : 'ok',
          index % 4 === 0 ? { diffs: [tunedDiff] } : {},
        ),
      ),
      ...each(30, (host, index) =>
        index === 7 && from === 10
          ? {
              type: 'host_failed',
              host,
              code: 'LOCKED',
              msg: 'another run holds the lock of this host',
              hint: 'Wait for it, or look at it with rtprov history.',
            }
          : { type: 'host_finished', host, play: 0 },
      ),
    ];
  }),
  [
    300,
    finished(
      Object.fromEntries(
        many.map((host, index) => [
          host,
          index === 17
            ? totals({ ok: 2, failed: 1 })
            : totals({ ok: (index % 10) % 4 === 0 ? 1 : 2, changed: (index % 10) % 4 === 0 ? 1 : 0 }),
        ]),
      ),
      {
        exitCode: 4,
      },
    ),
  ],
]);

const undone = (host: string, ref: TaskRef, resource: string): RunEvent =>
  undo(host, ref.name, resource, 'undone');

export const rollback: readonly Beat[] = counted([
  [0, started('rollback', [])],
  [100, { type: 'rollback_started', host: 'kvm1', run }],
  [10, { type: 'rollback_started', host: 'kvm-lab-2', run }],
  [600, undone('kvm1', sysctl, 'sysctl:kernel.sched_rt_runtime_us')],
  [100, undone('kvm-lab-2', tuned, 'file:/etc/tuned/rt-host/tuned.conf')],
  [100, undone('kvm1', tuned, 'file:/etc/tuned/rt-host/tuned.conf')],
  [
    100,
    undo('kvm1', firmware.name, 'command: fwupdmgr update -y', 'kept', { reason: 'its task has no undo' }),
  ],
  [
    100,
    undo('kvm1', motd.name, 'file:/etc/motd', 'conflict', {
      reason: 'something else has changed it since',
      diff: textDiff('/etc/motd', 'Real-time host\nDown on Friday\n', 'Debian\n').diff,
    }),
  ],
  [100, undo('kvm1', cmdline.name, 'file:/etc/default/grub', 'same')],
  [100, undone('kvm-lab-2', packages, 'package:linux-image-rt-amd64')],
  [900, { type: 'rollback_finished', host: 'kvm-lab-2', run, complete: true }],
  [500, { type: 'rollback_finished', host: 'kvm1', run, complete: false }],
  [
    100,
    finished(
      { kvm1: totals({ changed: 2, failed: 1 }), 'kvm-lab-2': totals({ changed: 2 }) },
      { exitCode: 7, seconds: 2.61 },
    ),
  ],
]);

export const stories: Readonly<Record<string, readonly Beat[]>> = {
  converge,
  check,
  failure,
  fleet,
  rollback,
};
