/**
 * Round trips do not grow with the number of tasks (docs/architecture.md). They are counted at the transport by the
 * program that users run, as `--json` reports them, and held against what the proxy before sshd sees.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/run/events.js';
import { Lab } from '../lab/lab.js';
import { runProgram } from '../support/program.js';

/** Declarative tasks of several modules, each on resources of its own. */
function playbook(tasks: number): string {
  const list = Array.from({ length: tasks }, (_, index) => {
    switch (index % 5) {
      case 0:
        return `copy: { content: "file ${index}\\n", dest: /srv/f${index}, mode: "0640" }`;
      case 1:
        return `file: { path: /srv/d${index}, state: directory }`;
      case 2:
        return `lineinfile: { path: /srv/lines${index}, line: "line ${index}", create: true }`;
      case 3:
        return `systemd: { name: ssh, state: started }`;
      default:
        return `apt: { name: sudo, state: present }`;
    }
  });
  return `- hosts: all\n  tasks:\n${list.map((task) => `    - ${task}\n`).join('')}`;
}

const files = (count: number): string =>
  `- hosts: all\n  tasks:\n${Array.from({ length: count }, (_, index) => `    - copy: { content: "${index}\\n", dest: /srv/first${index} }\n`).join('')}`;

describe('round trips', () => {
  let lab: Lab;
  let folder: string;

  before(async () => {
    lab = await Lab.up({ hosts: 1, proxy: true });
    folder = mkdtempSync(join(tmpdir(), 'rtprov-trips-'));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  async function run(
    text: string,
  ): Promise<{ readonly roundTrips: number; readonly changed: number; readonly turns: number }> {
    const path = join(folder, 'play.yaml');
    writeFileSync(path, text);
    const proxy = lab.host('h1').proxy;
    await proxy?.resetStats();
    const { code, stdout, stderr } = await runProgram(['run', path, '-i', lab.inventoryPath, '--json']);
    assert.equal(code, 0, stderr);
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Extract<
      RunEvent,
      { type: 'run_finished' }
    >;
    const turns = (await proxy?.stats())?.turns ?? Number.NaN;
    return { roundTrips: last.roundTrips, changed: last.totals['h1']?.changed ?? -1, turns };
  }

  it('a play that changes nothing takes the same number for 10 and for 300 tasks, and at most 3', async () => {
    const counts = [];
    for (const tasks of [10, 300]) {
      await run(playbook(tasks));
      const again = await run(playbook(tasks));
      assert.equal(again.changed, 0);
      counts.push(again);
    }
    const [few, many] = counts;
    assert.equal(few?.roundTrips, many?.roundTrips);
    assert.ok((many?.roundTrips ?? 99) <= 3, `${many?.roundTrips} round trips`);
    // On the wire a longer script may need a window of its own here and there, but not a turn a task.
    assert.ok(
      (many?.turns ?? 999) <= (few?.turns ?? 0) + 8,
      `${few?.turns} turns for 10 tasks, ${many?.turns} for 300`,
    );
  });

  it('the first apply of 100 file tasks takes at most 6', async () => {
    const first = await run(files(100));
    assert.equal(first.changed, 100);
    assert.ok(first.roundTrips <= 6, `${first.roundTrips} round trips`);
  });
});
