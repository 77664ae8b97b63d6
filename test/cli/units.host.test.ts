/** One playbook over two hosts: plan, run, record, journal, rollback and JSON name the same numbers, each with its unit. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/run/events.js';
import { Lab } from '../lab/lab.js';
import { runProgram } from '../support/program.js';

type Finished = Extract<RunEvent, { type: 'run_finished' }>;

/** h1: 5 of 6 tasks change 3 resources and do two things that name none; h2: 4 change 2 and do two. A plan cannot know how the command ends. */
const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - copy: { content: x, dest: "/srv/{{ item }}" }
      loop: [a, b]
    - file: { path: /srv/a, mode: "0600" }
    - command: touch /srv/c
      undo: rm /srv/c
      touches: []
    - copy: { content: x, dest: /srv/d }
      when: inventory_hostname == 'h1'
    - debug: { msg: x }
      changed_when: true
    - debug: { msg: x }
`;
const rest = { unreachable: 0, failed: 0, rescued: 0, ignored: 0 };
const planned = {
  h1: { ok: 5, changed: 4, skipped: 0, unknown: 1, ...rest },
  h2: { ok: 4, changed: 3, skipped: 1, unknown: 1, ...rest },
};
const done = {
  h1: { ok: 6, changed: 5, skipped: 0, unknown: 0, ...rest },
  h2: { ok: 5, changed: 4, skipped: 1, unknown: 0, ...rest },
};
const amounts = (actions: number): Finished['changes'] => ({
  h1: { resources: 3, actions },
  h2: { resources: 2, actions },
});

describe('cli: units of counting', () => {
  let lab: Lab;
  let folder: string;

  before(async () => {
    lab = await Lab.up({ hosts: 2 });
    folder = mkdtempSync(join(tmpdir(), 'rtprov-units-'));
    writeFileSync(join(folder, 'play.yaml'), playbook);
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  const rtprov = async (...args: readonly string[]): Promise<string> => {
    const env = { XDG_STATE_HOME: join(folder, 'state') };
    const ended = await runProgram([...args, '-i', lab.inventoryPath], { env });
    assert.equal(ended.code, 0, ended.stderr);
    return ended.stdout;
  };
  const finished = (jsonLines: string): Finished =>
    JSON.parse(jsonLines.trimEnd().split('\n').at(-1) ?? '') as Finished;
  const holdsTasks = (text: string, totals: Finished['totals']): void => {
    for (const [host, counts] of Object.entries(totals))
      for (const [name, count] of Object.entries(counts))
        if (name !== 'unknown' || count > 0)
          assert.match(text, new RegExp(`${host} : .*\\b${name}=${count}\\b`));
  };

  it('are the same in plan, run, history and rollback', async () => {
    const play = join(folder, 'play.yaml');
    const plan = await rtprov('run', play, '--check');
    holdsTasks(plan, planned);
    assert.match(plan, /^Would change 5 resources and do 2 other actions on 2 hosts, 2 tasks unknown\.$/m);
    const planEnd = finished(await rtprov('run', play, '--check', '--json'));
    assert.deepEqual([planEnd.totals, planEnd.changes], [planned, amounts(1)]);
    assert.match(
      await rtprov('history'),
      /check +2 hosts, 7 tasks would change: 5 resources and 2 other actions, 2 tasks unknown /,
    );

    const out = await rtprov('run', play);
    holdsTasks(out, done);
    assert.match(out, /^Changed 5 resources and did 4 other actions on 2 hosts\.$/m);
    const run = /^Run (\S+) took/m.exec(out)?.[1] ?? '';

    const shown = await rtprov('history', 'show', run);
    holdsTasks(shown, done);
    assert.match(shown, /2 hosts, 9 tasks changed: 5 resources and 4 other actions {2}/);
    assert.match(
      shown,
      /h1 changed 3 resources and did 2 other actions\n +h2 changed 2 resources and did 2 /,
    );
    const [first = '', ...lines] = (await rtprov('history', 'show', run, '--json')).trimEnd().split('\n');
    const record = JSON.parse(first) as {
      readonly hosts: Readonly<Record<string, { readonly tasks: unknown }>>;
      readonly changes: unknown;
    };
    const reported = finished(lines.join('\n'));
    assert.deepEqual([reported.totals, reported.changes, record.changes], [done, amounts(2), amounts(2)]);
    assert.deepEqual([record.hosts['h1']?.tasks, record.hosts['h2']?.tasks], [done.h1, done.h2]);
    assert.match(await rtprov('history', 'h1'), /1 host, 5 tasks changed: 3 resources and 2 other actions /);
    assert.match(await rtprov('history', 'show', run, 'h1'), /not rolled back: 3 resources, 1 command\n/);

    const back = await rtprov('rollback', 'all', '--to', run);
    assert.match(back, /^h1 : undone=4 +as-before=0 +kept=0 +conflict=0 +failed=0$/m);
    assert.match(back, /^h2 : undone=3 /m);
    assert.match(back, /^Rollback on 2 hosts: 5 resources and 2 commands undone\.$/m);
    const undone = JSON.parse((await rtprov('history', '--json')).trimEnd().split('\n').at(-1) ?? '') as {
      readonly undone: unknown;
    };
    const { h1, h2 } = amounts(1);
    assert.deepEqual(undone.undone, { h1: { undone: h1 }, h2: { undone: h2 } });
  });
});
