/** One host that takes one random playbook after the other and has to keep the laws with each. */
import assert from 'node:assert/strict';
import type { Fingerprint } from '../lab/fingerprint.js';
import type { Lab, LabHost } from '../lab/lab.js';
import {
  changedTasks,
  converge,
  differences,
  fidelity,
  infidelity,
  type Project,
  rollBack,
  troubles,
} from './harness.js';
import { playbookOf, type RandomPlay } from './random-playbooks.js';
import { makeWorld } from './world.js';

export interface Counts {
  playbooks: number;
  tame: number;
  triples: number;
  tasks: number;
  changed: number;
  undone: number;
  readonly statuses: Map<string, number>;
  readonly modules: Map<string, number>;
  readonly unknown: string[];
}

/** Before each playbook the host is as the world made it: the rollback has put it back, or it is made again. */
export class Subject {
  private before: Fingerprint | undefined;
  private kept = 0;

  constructor(
    private readonly lab: Lab,
    private readonly host: LabHost,
    private readonly packages: boolean,
    private readonly project: Project,
    private readonly counts: Counts,
  ) {}

  private async fresh(): Promise<Fingerprint> {
    if (this.before === undefined) {
      await this.host.reset();
      await makeWorld(this.host, { packages: this.packages });
      this.before = await this.host.fingerprint();
    }
    return this.before;
  }

  async holds(play: RandomPlay): Promise<void> {
    const before = await this.fresh();
    try {
      await this.laws(play, before);
    } catch (error) {
      this.before = undefined;
      throw error;
    }
  }

  private async laws(play: RandomPlay, before: Fingerprint): Promise<void> {
    const { lab, host, counts } = this;
    const path = this.project.write(`${host.name}.yaml`, JSON.stringify(playbookOf(play, host.name)));
    const plan = await converge(lab, [path], { check: true });
    assert.equal(differences(before, await host.fingerprint()), '', 'the check changed the host');
    const first = await converge(lab, [path]);
    const truth = fidelity(plan.results, first.results);
    assert.ok(
      infidelity(truth) === '',
      `the plan was not what the run did:\n${infidelity(truth)}\nthe plan reported:\n${troubles(plan)}\nthe run reported:\n${troubles(first)}`,
    );
    assert.equal(plan.exitCode, first.exitCode, 'exit codes of check and run');
    // A run that failed has not finished; what is after the failure is the next run's to do.
    if (play.wild || first.exitCode !== 0) {
      const again = await converge(lab, [path], { check: true });
      const second = await converge(lab, [path]);
      const faults = infidelity(fidelity(again.results, second.results));
      assert.ok(
        faults === '',
        `the plan of the second run was not what it did:\n${faults}\nthe plan reported:\n${troubles(again)}\nthe run reported:\n${troubles(second)}`,
      );
    } else {
      const second = await converge(lab, [path]);
      assert.equal(changedTasks(second.results).join('\n'), '', 'the second run changed something');
    }
    const undone = await rollBack(lab, host.name);
    const shown =
      undone?.events.filter(
        (event) =>
          event.type === 'rollback_entry' && (event.verdict === 'conflict' || event.verdict === 'failed'),
      ) ?? [];
    const complete = shown.length === 0 && (undone?.result.complete ?? true);
    assert.ok(
      complete,
      `the rollback was not complete: ${JSON.stringify([shown, undone?.events.filter((event) => event.type === 'warning')], undefined, 1)}`,
    );
    assert.equal(differences(before, await host.fingerprint()), '', 'the rollback did not put the host back');
    counts.playbooks += 1;
    if (!play.wild) counts.tame += 1;
    counts.triples += first.results.reduce((sum, result) => sum + result.diffs.length, 0);
    counts.tasks += first.results.length;
    counts.changed += changedTasks(first.results).length;
    counts.undone += undone?.result.undone ?? 0;
    counts.unknown.push(...truth.unknown);
    for (const { status, task } of first.results) {
      counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
      counts.modules.set(task.module, (counts.modules.get(task.module) ?? 0) + 1);
    }
    // Kept runs would make each look at the host longer.
    this.kept += 1;
    if (this.kept % 10 === 0) await host.inside(['rm', '-rf', '/var/lib/rtprov']);
  }
}

export function noCounts(): Counts {
  return {
    playbooks: 0,
    tame: 0,
    triples: 0,
    tasks: 0,
    changed: 0,
    undone: 0,
    statuses: new Map(),
    modules: new Map(),
    unknown: [],
  };
}
