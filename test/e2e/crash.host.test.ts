/**
 * Crashes at each step of site.yaml: the target's session killed between two steps, power cuts, the controller killed. The packages
 * are there before, so that a hundred runs take minutes; crashes within package changes have a playbook of their own.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fingerprint } from '../lab/fingerprint.js';
import { Lab, type LabHost } from '../lab/lab.js';
import { startProgram } from '../support/program.js';
import { randomNumbers } from '../support/seed.js';
import { type Fault, killSession, standStill, Steps } from './faults.js';
import {
  changedTasks,
  converge,
  differences,
  Project,
  rollBack,
  runArguments,
  type Outcome,
  troubles,
} from './harness.js';
import { installPackages, SITE, SMALL_KERNEL } from './site.js';
import { bySpeed, oneOf } from '../support/slow.js';
import { thorough } from '../support/thorough.js';
import { patiently } from '../support/patience.js';

/**
 * By default the rollback is tried at every eighth step, others each time, and the further run at every twentieth, as it
 * takes four runs a step.
 */
const stride = thorough('the further run after a crash at every step of site.yaml') ? 1 : bySpeed(20, 41);
const undoStride = thorough('the rollback after a crash at every step of site.yaml') ? 1 : bySpeed(8, 27);
const moments = thorough('site.yaml: a rollback is killed, and power is cut, at more moments');

const extraVars = [SMALL_KERNEL];

describe('laws: a crash at any step of site.yaml', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let first: LabHost;
  let second: LabHost;
  let steps: readonly string[] = [];
  /** Takes the lock and changes nothing. */
  const looking = new Project({
    'play.yaml': '- hosts: all\n  gather_facts: false\n  tasks: [file: { path: /srv, state: directory }]\n',
  });
  const fresh = new Map<LabHost, Fingerprint>();
  const converged = new Map<LabHost, Fingerprint>();

  let random: () => number;

  before(async () => {
    random = randomNumbers();
    lab = await Lab.up({ hosts: 2, groups: ['rt_hosts'] });
    [first, second] = [lab.host('h1'), lab.host('h2')];
    await Promise.all(lab.hosts.map(installPackages));
    for (const host of lab.hosts) fresh.set(host, await host.fingerprint());
    for (const host of lab.hosts) {
      const counting = new Steps();
      const run = await converge(lab, [SITE], { limit: host.name, extraVars, rewrite: counting.rewrite });
      assert.equal(run.exitCode, 0, troubles(run));
      steps = counting.found;
      assert.ok(steps.length >= 50, `only ${steps.length} steps were found`);
      converged.set(host, await host.fingerprint());
      await isUndone(host, 'without a crash');
    }
  });

  after(async () => {
    looking.remove();
    await lab.down();
  });

  async function isAs(wanted: ReadonlyMap<LabHost, Fingerprint>, host: LabHost, when: string): Promise<void> {
    const then = wanted.get(host);
    assert.ok(then !== undefined);
    assert.equal(differences(then, await host.fingerprint()), '', `${host.name} is another than ${when}`);
  }

  const isAsBefore = (host: LabHost, when: string): Promise<void> => isAs(fresh, host, `before, ${when}`);

  /** A further run ends where one without a crash ends, also in what only handlers do. */
  async function converges(host: LabHost, when: string): Promise<void> {
    const again = await converge(lab, [SITE], { limit: host.name, extraVars });
    assert.equal(again.exitCode, 0, `${when}: the run after it: ${troubles(again)}`);
    await isAs(converged, host, `behind a run without a crash, ${when}`);
  }

  async function isUndone(host: LabHost, when: string): Promise<void> {
    const undone = await rollBack(lab, host.name);
    assert.ok(undone?.result.complete ?? true, `${when}: ${JSON.stringify(undone?.events)}`);
    await isAsBefore(host, when);
  }

  async function crash(host: LabHost, fault: Fault): Promise<Outcome> {
    const run = await converge(lab, [SITE], {
      limit: host.name,
      extraVars,
      rewrite: new Steps(fault).rewrite,
    });
    assert.notEqual(run.exitCode, 0, `the run ended well although it was killed before step ${fault.step}`);
    return run;
  }

  /** Every so manieth step. */
  const points = (every: number, from: number): readonly number[] =>
    steps.map((_, index) => index).filter((index) => index % every === from);
  /** Every other one on each of the two hosts. */
  async function onBoth(
    half: (host: LabHost, mine: readonly number[]) => Promise<void>,
    hit: readonly number[],
  ): Promise<void> {
    const mine = (from: number): readonly number[] => hit.filter((_, index) => index % 2 === from);
    await Promise.all([half(first, mine(0)), half(second, mine(1))]);
  }

  const at = (step: number): string => `before step ${step} (${steps[step] ?? ''})`;

  it('the rollback restores the host, from the controller or from the target alone', async () => {
    let alone = 0;
    const half = async (host: LabHost, mine: readonly number[]): Promise<void> => {
      for (const [turn, step] of mine.entries()) {
        const when = `killed ${at(step)}`;
        const { run } = await crash(host, { step, script: killSession });
        const journalled =
          (await host.inside(['test', '-e', `/var/lib/rtprov/runs/${run}/lib.sh`])).code === 0;
        if (journalled && turn % 2 === 0) {
          alone += 1;
          const undone = await host.inside(['sh', '/var/lib/rtprov/undo.sh', run]);
          assert.equal(undone.code, 0, `${when}: undo.sh: ${undone.stdout}${undone.stderr}`);
          await isAsBefore(host, when);
        } else await isUndone(host, when);
      }
    };
    const hit = points(undoStride, Math.floor(random() * undoStride));
    await onBoth(half, hit);
    const windows = new Set(steps.map((step) => step.split(',')[0]));
    const parts = new Set(steps.map((step) => step.split(':')[0]));
    process.stdout.write(
      `      ${hit.length} of ${steps.length} steps hit (${windows.size} windows, ${parts.size} parts), ${alone} undone by the target alone\n`,
    );
  });

  it('a run after it converges, and both are undone', async () => {
    const half = async (host: LabHost, mine: readonly number[]): Promise<void> => {
      for (const step of mine) {
        const when = `killed ${at(step)}`;
        await crash(host, { step, script: killSession });
        await converges(host, when);
        const third = await converge(lab, [SITE], { limit: host.name, extraVars });
        assert.equal(
          changedTasks(third.results).join('\n'),
          '',
          `${when}: the second run after it changed something`,
        );
        await isUndone(host, when);
      }
    };
    const hit = points(stride, Math.floor(random() * stride));
    await onBoth(half, hit);
    process.stdout.write(`      ${hit.length} of ${steps.length} steps hit\n`);
  });

  /** Kills a controller with SIGKILL when the target has reached the step. */
  async function killController(host: LabHost, step: number): Promise<void> {
    await host.inside(['rm', '-f', '/run/e2e-reached']);
    // The target then goes on by itself, as it does when a controller dies.
    const script = ': >/run/e2e-reached; sleep 1';
    const controller = startProgram(runArguments(lab, [SITE], { limit: host.name, extraVars }), {
      rewrite: new Steps({ step, script }).rewrite,
    });
    await until(`${host.name} to come to step ${step}`, async () => reached(host));
    controller.child.kill('SIGKILL');
    const { signal } = await controller.ended;
    assert.equal(signal, 'SIGKILL', `the controller had ended by itself ${at(step)}`);
  }

  const reached = async (host: LabHost): Promise<boolean> =>
    (await host.inside(['test', '-e', '/run/e2e-reached'])).code === 0;

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < patiently(600); tries += 1) {
      if (await holds()) return;
      await sleep(50);
    }
    assert.fail(`waited in vain for ${what}`);
  }

  /** What the dead controller's shell is still doing it does to its end; until then it holds the lock. */
  async function untilFree(host: LabHost): Promise<number> {
    let refused = 0;
    await until(`the lock of ${host.name}`, async () => {
      const { events } = await converge(lab, [looking.path('play.yaml')], { limit: host.name });
      if (!events.some((event) => event.type === 'host_failed' && event.code === 'HOST_LOCKED')) return true;
      refused += 1;
      return false;
    });
    return refused;
  }

  it('so does a controller that is killed: the rollback restores, and a run after it converges', async () => {
    let locked = 0;
    const half = async (host: LabHost, mine: readonly number[]): Promise<void> => {
      for (const [turn, step] of mine.entries()) {
        const when = `controller killed ${at(step)}`;
        await killController(host, step);
        if ((await untilFree(host)) > 0) locked += 1;
        if (turn % 3 === 2) await converges(host, when);
        await isUndone(host, when);
      }
    };
    const hit = points(stride, Math.floor(random() * stride));
    await onBoth(half, hit);
    process.stdout.write(
      `      ${hit.length} of ${steps.length} steps hit; at ${locked} the host was locked until its shell had ended\n`,
    );
  });

  /** Shell text that rolls back and kills that as soon as it has printed so many entries; prints what it printed. */
  const killedAfter = (entries: number, run: string): string =>
    `: >/run/e2e-undone; setsid sh /var/lib/rtprov/undo.sh ${run} >/run/e2e-undone 2>&1 & undo=$!
while kill -0 $undo && [ $(wc -l </run/e2e-undone) -lt ${entries} ]; do sleep 0.02; done 2>/dev/null
kill -9 -$undo; wait; cat /run/e2e-undone`;

  it('a rollback that is killed goes on where it was', async () => {
    const seen: number[] = [];
    for (const entries of moments ? [0, 1, 3, 6, 10, 15] : oneOf([1, 4, 10])) {
      const run = await converge(lab, [SITE], { limit: 'h1', extraVars });
      assert.equal(run.exitCode, 0, troubles(run));
      const killed = await first.inside(['sh', '-c', killedAfter(entries, run.run)]);
      const printed = killed.stdout.split('\n').length - 1;
      assert.ok(printed >= entries, `the rollback ended after ${printed} entries: ${killed.stdout}`);
      seen.push(printed);
      await isUndone(first, `rollback killed after ${printed} entries`);
    }
    process.stdout.write(`      killed after ${seen.join(', ')} entries\n`);
  });

  it('a power cut leaves a journal from which the rollback works', async () => {
    const last = steps.length - 1;
    const hit = moments
      ? [3, ...[1, 2, 3].map((quarter) => Math.floor((last * quarter) / 4)), last]
      : oneOf([3, Math.floor(last / 2), last]);
    for (const step of hit) {
      const crashed = crash(first, { step, script: standStill });
      await until(`${first.name} to come to step ${step}`, async () => reached(first));
      await first.powerCut();
      await crashed;
      await first.start();
      await isUndone(first, `power cut ${at(step)}`);
    }
    process.stdout.write(
      `      ${hit.length} power cuts: ${hit.map((step) => steps[step] ?? '').join('; ')}\n`,
    );
  });
});
