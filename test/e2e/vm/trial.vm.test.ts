/**
 * Trial boots that go wrong, each in its own way, on a real machine: with nobody's help it ends on the kernel that it had, reachable,
 * and every byte is as it was before the run.
 */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../../lab/fingerprint.js';
import { type VmHost, VmLab } from '../../lab/vm/vm-lab.js';
import { converge, dropConnections, Project, resetHost, rollBack, troubles, type Told } from '../harness.js';
import {
  assertSame,
  type Booted,
  booted,
  firstOf,
  onTrial,
  realtimeKernel,
  say,
  timed,
  waitSerial,
  waitState,
} from './machines.js';

interface Trial {
  /** Tasks before the reboot. */
  readonly tasks?: readonly object[];
  /** Kernel arguments that are put into GRUB's files first. Without, GRUB's files stay as they are but for the trial's own. */
  readonly args?: readonly string[];
  /** Arguments of `reboot`; false: no reboot. */
  readonly reboot?: object | false;
}

/** Written as JSON, which YAML is. */
function playbookOf(kernel: string, { tasks = [], args = [], reboot = {} }: Trial): string {
  const grub = [
    { name: 'Arguments', kernel_cmdline: { owner: 'e2e', set: args }, notify: 'Menu' },
    { name: 'Make the menu now', meta: 'flush_handlers' },
  ];
  const usual = { trial: true, realtime: true, confirm_within: 300 };
  return JSON.stringify([
    {
      name: 'Trial',
      hosts: 'all',
      gather_facts: false,
      tasks: [
        ...tasks,
        ...(args.length === 0 ? [] : grub),
        ...(reboot === false ? [] : [{ name: 'Boot', reboot: { ...usual, kernel, args, ...reboot } }]),
      ],
      handlers: [{ name: 'Menu', grub_menu: {}, touches: ['/boot/grub/grub.cfg'] }],
    },
  ]);
}

describe('trial boots that go wrong', function () {
  this.timeout(1_800_000);
  const project = new Project();
  let lab: VmLab;
  let m1: VmHost;
  let rt: string;
  let initial: Fingerprint;
  let former: Booted;

  before(async () => {
    lab = await timed('up', () => VmLab.up({ image: 'rt', say }));
    m1 = firstOf(lab);
    former = await booted(m1);
    rt = await realtimeKernel(m1);
    initial = await timed('fingerprint', () => m1.fingerprint());
  });

  beforeEach(async () => {
    if (!(await isUntouched())) await timed('reset', () => resetHost(lab, m1));
  });

  afterEach(function () {
    // Mocha tells at the end, many minutes later.
    if (this.currentTest?.err !== undefined) say(this.currentTest.err.message);
  });

  after(async () => {
    await dropConnections(lab);
    await lab.down();
    project.remove();
  });

  const isUntouched = async (): Promise<boolean> =>
    (await m1.ssh('test ! -e /var/lib/rtprov', { timeoutMs: 30_000 })).code === 0;

  function play(name: string, trial: Trial): string {
    return project.write(`${name}.yaml`, playbookOf(rt, trial));
  }

  const run = (name: string, trial: Trial): Promise<Told> =>
    timed(name, () => converge(lab, [play(name, trial)]));

  /** The machine is as it was before the run, all of it, and its journal says so. */
  async function assertUndone(reason: RegExp): Promise<void> {
    const told = await timed('until it was undone', () => waitState(m1, 'returned'));
    assert.equal(told['undo'], '0', await m1.must('cat /var/lib/rtprov/boot/undo.log'));
    assert.match(told['reason'] ?? '', reason);
    assert.deepEqual(await booted(m1), former);
    await dropConnections(lab);
    assert.equal(await rollBack(lab, 'm1'), undefined, 'a run is not undone');
    assertSame(initial, await m1.fingerprint());
  }

  function assertReturned(told: Told, reason: RegExp): void {
    assert.match(troubles(told), /TRIAL_RETURNED|the trial boot failed/);
    assert.match(troubles(told), reason);
    assert.equal(told.exitCode, 6, troubles(told));
  }

  it('a power cut during the trial', async () => {
    const from = m1.serialLog().length;
    const reason = /ended before it was confirmed/;
    const running = run('power', {});
    await waitSerial(m1, from, onTrial);
    await m1.powerCut();
    await m1.powerOn();
    assertReturned(await running, reason);
    await assertUndone(reason);
  });
});
