/** Two machines of which one may be on trial at a time: after a trial that failed no other machine is rebooted. */
import assert from 'node:assert/strict';
import { VmLab } from '../../lab/vm/vm-lab.js';
import { converge, Project, troubles } from '../harness.js';
import { booted, realtimeKernel, record, say, timed } from './machines.js';

describe('trial boots in waves', function () {
  this.timeout(1_500_000);
  const project = new Project();
  let lab: VmLab;

  before(async () => {
    lab = await timed('up', () => VmLab.up({ image: 'rt', names: ['m1', 'm2'], say }));
  });

  after(async () => {
    await lab.down();
    project.remove();
  });

  it('the second machine is left alone when the first one had to return', async () => {
    const former = await Promise.all(lab.machines.map((machine) => booted(machine)));
    const boots = await Promise.all(lab.machines.map((machine) => machine.bootId()));
    const kernel = await realtimeKernel(lab.machine('m1'));
    const reboot = { trial: true, kernel, realtime: true, checks: ['false'], max_rebooting: 1 };
    const play = { hosts: 'all', gather_facts: false, tasks: [{ name: 'Boot', reboot }] };
    const result = await timed('run', () =>
      converge(lab, [project.write('wave.yaml', JSON.stringify([play]))]),
    );
    assert.match(troubles(result), /the check `false` ended with 1/);
    const stopped = result.events.flatMap((event) =>
      event.type === 'host_failed' && event.code === 'WAVE_STOPPED' ? [event.host] : [],
    );
    assert.equal(stopped.length, 1, troubles(result));
    assert.equal(result.exitCode, 4, troubles(result));
    for (const [index, machine] of lab.machines.entries()) {
      const wasStopped = stopped.includes(machine.name);
      assert.deepEqual(await booted(machine), former[index]);
      assert.equal((await machine.bootId()) === boots[index], wasStopped, machine.name);
      assert.equal((await record(machine))['state'], wasStopped ? undefined : 'returned');
    }
  });
});
