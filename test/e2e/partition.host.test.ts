/**
 * The partition plan on hosts: a run keeps it there, a second run changes nothing, a further guest leaves the first where it is, a plan
 * that cannot be stops its host and no other, rollback brings the former plan back. The commands that only look change nothing.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, type LabHost } from '../lab/lab.js';
import { runProgram } from '../support/program.js';
import { changedTasks, converge, differences, Project, rollBack, troubles } from './harness.js';

interface Kept {
  readonly housekeeping: string;
  readonly isolated: string;
  readonly guests: Readonly<Record<string, { readonly vcpus: readonly number[] }>>;
}

const play = `
- hosts: h1:h2
  gather_facts: false
  roles: [rt_partition]
  tasks:
    - copy: { dest: /srv/isolated, content: "{{ rt_plan.isolated }}\\n" }
`;

const plc1 = { vcpus: { rt: 1, housekeeping: 1, placement: 'shared' }, memory: '64MiB', page: '4K' };
const plc2 = { vcpus: { rt: 0, housekeeping: 1, placement: 'shared' }, memory: '64MiB', page: '4K' };

describe('laws: the partition plan on hosts', function () {
  this.timeout(300_000);
  let lab: Lab;
  let h1: LabHost;
  const project = new Project({ 'play.yaml': play });

  /** A further inventory: the guests of h1, and of h2 a guest that asks for more than there is. */
  function guests(of: Readonly<Record<string, object>>): void {
    const large = { ...plc1, vcpus: { rt: 1000, housekeeping: 0 } };
    const hosts = Object.fromEntries([
      ...Object.entries(of).map(([name, guest]): [string, object] => [
        name,
        { rt_host: 'h1', rt_guest: guest },
      ]),
      ['large', { rt_host: 'h2', rt_guest: large }],
    ]);
    const inventory = { rt_guests: { hosts } };
    project.write('guests.yaml', JSON.stringify(inventory));
  }

  const more = ['-i', project.path('guests.yaml')];
  const run = (options: { readonly check?: boolean } = {}) =>
    converge(lab, [project.path('play.yaml')], { ...options, args: more, limit: 'h1' });
  const kept = (): Kept =>
    JSON.parse(readFileSync(join(h1.rootDir, 'etc/rtprov/partition.json'), 'utf8')) as Kept;

  async function looked(...args: readonly string[]): Promise<string> {
    const before = await h1.fingerprint();
    const ended = await runProgram([...args, '-i', lab.inventoryPath, ...more]);
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(differences(before, await h1.fingerprint()), '');
    return ended.stdout;
  }

  before(async () => {
    lab = await Lab.up({ hosts: 2, groups: ['rt_hosts'] });
    h1 = lab.host('h1');
    guests({ plc1 });
  });

  after(async () => {
    project.remove();
    await lab.down();
  });

  it('is what the commands show that only look', async () => {
    const plan = JSON.parse(await looked('partition', 'h1', '--json')) as Kept;
    const facts = JSON.parse(await looked('facts', 'h1', '--topology')) as { h1: { online: string } };
    const [all, free] = [facts.h1.online, plan.guests['plc1']?.vcpus];
    assert.equal(plan.housekeeping, '0');
    assert.equal(plan.isolated, all.replace(/^0-/, '1-').replace(/^1-1$/, '1'));
    assert.deepEqual(free, [1]);
    assert.match(await looked('partition', 'h1'), /^ +a +guest plc1: vCPU 1 on CPU 1;/m);
    const profile = await looked('template', 'tuned/rtprov-realtime.conf.j2', '--host', 'h1');
    assert.match(profile, new RegExp(`: CPUs ${plan.isolated} isolated, 0 for the rest$`, 'm'));
  });

  it('is made by a check as by the run, stays with the second run, and goes with the rollback', async () => {
    const before = await h1.fingerprint();
    const check = await run({ check: true });
    assert.equal(check.exitCode, 0, troubles(check));
    assert.equal(existsSync(join(h1.rootDir, 'etc/rtprov/partition.json')), false);
    const first = await run();
    assert.equal(first.exitCode, 0, troubles(first));
    assert.deepEqual(changedTasks(first.results), changedTasks(check.results));
    assert.equal(readFileSync(join(h1.rootDir, 'srv/isolated'), 'utf8'), `${kept().isolated}\n`);
    const second = await run();
    assert.deepEqual(changedTasks(second.results), []);
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
    assert.equal(differences(before, await h1.fingerprint()), '');
  });

  it('leaves a guest where it is when another comes, and comes back when that run is undone', async () => {
    assert.equal((await run()).exitCode, 0);
    const alone = kept();
    const before = await h1.fingerprint();
    guests({ early: plc2, plc1, plc2 });
    const added = await run();
    assert.equal(added.exitCode, 0, troubles(added));
    assert.deepEqual(kept().guests['plc1'], alone.guests['plc1']);
    assert.deepEqual(Object.keys(kept().guests).sort(), ['early', 'plc1', 'plc2']);
    assert.equal((await rollBack(lab, 'h1', { to: added.run }))?.result.complete, true);
    assert.deepEqual(kept(), alone);
    assert.equal(differences(before, await h1.fingerprint()), '');
    assert.equal((await rollBack(lab, 'h1'))?.result.complete, true);
  });

  it('of several hosts are one document, in which a refused one still has the rest of its plan', async () => {
    guests({ plc1 });
    const args = ['partition', 'h1', 'h2', '--json', '-i', lab.inventoryPath, ...more];
    const { code, stdout, stderr } = await runProgram(args);
    assert.equal(code, 2, stderr);
    const plans = JSON.parse(stdout) as Readonly<
      Record<string, Kept & { readonly diagnostics: readonly { readonly code: string }[] }>
    >;
    const codes = Object.entries(plans).map(([name, { diagnostics }]): [string, boolean] => [
      name,
      diagnostics.some((one) => one.code === 'PLAN_NO_ROOM'),
    ]);
    assert.deepEqual(codes, [
      ['h1', false],
      ['h2', true],
    ]);
    assert.deepEqual(Object.keys(plans['h1']?.guests ?? {}), ['plc1']);
    assert.equal(plans['h2']?.housekeeping, plans['h1']?.housekeeping);
    assert.match(stderr, /large needs 1000 cores/);
  });

  it('that cannot be stops its host before it changes anything, and no other', async () => {
    guests({ plc1 });
    const h2 = lab.host('h2');
    const before = await h2.fingerprint();
    const both = await converge(lab, [project.path('play.yaml')], { args: more });
    assert.equal(both.exitCode, 4, troubles(both));
    assert.match(troubles(both), /PLAN_NO_ROOM: large needs 1000 cores/);
    assert.equal(differences(before, await h2.fingerprint()), '');
    assert.ok(existsSync(join(h1.rootDir, 'etc/rtprov/partition.json')));
  });
});
