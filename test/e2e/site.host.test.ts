/** site.yaml on a fresh host: the plan is what the run does, a second run changes nothing, rollback puts every byte back. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab } from '../lab/lab.js';
import {
  changedTasks,
  converge,
  differences,
  fidelity,
  infidelity,
  rollBack,
  troubles,
  type Outcome,
} from './harness.js';
import { oneOf } from '../support/slow.js';

const site = resolve('playbooks/site.yaml');

describe('laws: site.yaml', function () {
  this.timeout(900_000);
  let lab: Lab;
  let initial: Fingerprint;
  let plan: Outcome;
  let run: Outcome;

  before(async () => {
    lab = await Lab.up({ hosts: 1, groups: ['rt_hosts'] });
    initial = await lab.host('h1').fingerprint();
  });

  after(async () => {
    await lab.down();
  });

  it('the check changes nothing on the host', async () => {
    plan = await converge(lab, [site], { check: true });
    assert.equal(plan.exitCode, 0, troubles(plan));
    assert.equal(differences(initial, await lab.host('h1').fingerprint()), '');
  });

  it('the run does what the check said: the same tasks, resources and diffs, none missing, none extra', async () => {
    run = await converge(lab, [site]);
    assert.equal(run.exitCode, 0, troubles(run));
    const truth = fidelity(plan.results, run.results);
    assert.equal(infidelity(truth), '');
    process.stdout.write(
      `      ${truth.same} lines of (task, resource, diff) the same; ${truth.unknown.length} planned as unknown: ${truth.unknown.join('; ')}\n`,
    );
    // Unknown is honest only for the one command: what update-grub makes of the menu.
    assert.deepEqual(
      truth.unknown.map((line) => line.replace(/:.*/, '')),
      ['rt_boot '],
    );
  });

  it('installs the real RT kernel with its boot entry', async () => {
    const host = lab.host('h1');
    const kernels = await host.inside([
      'sh',
      '-c',
      'ls /boot/vmlinuz-*-rt-amd64 && grep -c rt-amd64 /boot/grub/grub.cfg && grep -c isolcpus= /boot/grub/grub.cfg',
    ]);
    assert.equal(kernels.code, 0, kernels.stdout + kernels.stderr);
  });

  it('a second run changes nothing', async () => {
    const second = await converge(lab, [site]);
    assert.equal(second.exitCode, 0, troubles(second));
    assert.deepEqual(changedTasks(second.results), []);
  });

  async function undoneByController(): Promise<void> {
    const undone = await rollBack(lab, 'h1', { to: run.run });
    const left = undone?.events.filter(
      (event) => event.type !== 'rollback_entry' || !['undone', 'same'].includes(event.verdict),
    );
    assert.equal(undone?.result.complete, true, JSON.stringify(left));
  }

  async function undoneByTarget(): Promise<void> {
    const undone = await lab.host('h1').inside(['sh', '/var/lib/rtprov/undo.sh', run.run]);
    assert.equal(undone.code, 0, undone.stdout + undone.stderr);
  }

  const ways = oneOf([
    ['the rollback', undoneByController],
    ['the target by itself, without a controller,', undoneByTarget],
  ] as const);
  for (const [index, [who, undo]] of ways.entries()) {
    it(`${who} puts the host back as it was`, async () => {
      const host = lab.host('h1');
      if (index > 0) {
        await host.reset();
        initial = await host.fingerprint();
        run = await converge(lab, [site]);
        assert.equal(run.exitCode, 0, troubles(run));
      }
      await undo();
      assert.equal(differences(initial, await host.fingerprint()), '');
    });
  }
});
