import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyCommand } from '../../src/cli/commands/history.js';
import { historyShowCommand } from '../../src/cli/commands/history-show.js';
import { eachJournal } from '../../src/cli/commands/host-journals.js';

const bad = '\x1b\x07\x7f\x9b\u061c\u200e\u202e\u2066\u2028\u2029';
const evil = `a${bad}b`;
const run = '20260101T000000.000Z-abcdef';

/** Options that only matter where a host is asked. */
const noHosts = {
  inventory: [],
  extraVars: [],
  acceptNew: false,
  become: false,
  askBecomePass: false,
  askPass: false,
};

const outer = { ...process.env };

/** What `work` writes to standard output. */
async function written(work: () => Promise<unknown>): Promise<string> {
  const { stdout } = process;
  const real = Object.getOwnPropertyDescriptor(stdout, 'write');
  let text = '';
  stdout.write = (chunk: string | Uint8Array) => {
    text += chunk.toString();
    return true;
  };
  try {
    await work();
  } finally {
    if (real === undefined) delete (stdout as { write?: unknown }).write;
    else Object.defineProperty(stdout, 'write', real);
  }
  return text;
}

describe('cli: history', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rtprov-history-'));
    process.env['XDG_STATE_HOME'] = folder;
    process.env['NO_COLOR'] = '1';
    const own = join(folder, 'rtprov', 'runs', run);
    mkdirSync(own, { recursive: true });

    const record = {
      format: 1,
      run,
      mode: 'run',
      started: '2026-01-01T00:00:00.000Z',
      playbooks: [evil],
      inventory: [evil],
      exitCode: 4,
      hosts: { [evil]: { changed: 1, failed: true, unreachable: false, users: [] } },
      by: evil,
      undid: { [evil]: [{ run, complete: true }] },
    };
    writeFileSync(join(own, 'run.json'), JSON.stringify(record));
    const event = {
      type: 'task_result',
      host: evil,
      task: { name: evil },
      status: 'changed',
      diffs: [],
      actions: [evil],
    };
    writeFileSync(join(own, 'events.jsonl'), `${JSON.stringify(event)}\n`);
  });

  after(() => {
    for (const name of ['XDG_STATE_HOME', 'NO_COLOR'])
      if (outer[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = outer[name];
    rmSync(folder, { recursive: true });
  });

  const list = (json: boolean) => (): Promise<number> => historyCommand({ ...noHosts, hosts: [], json });
  const show = (json: boolean) => (): Promise<number> => historyShowCommand({ ...noHosts, run, json });
  /** What `history HOST`, `history show RUN HOST` and `history prune` print of a host. */
  const trouble = (): Promise<number> =>
    eachJournal(
      [evil],
      () => {
        throw new Error(evil);
      },
      [],
      true,
      () => Promise.resolve([]),
    );

  for (const [name, work] of [
    ['history --json', list(true)],
    ['history show --json', show(true)],
    ['--json of a host in trouble', trouble],
  ] as const)
    it(`${name} escapes control characters and keeps the values`, async () => {
      const text = await written(work);
      for (const character of bad) assert.ok(!text.includes(character), JSON.stringify(text));
      const lines = text.trimEnd().split('\n');
      const values = lines.map((line) => JSON.stringify(JSON.parse(line)));
      assert.ok(values.every((value) => value.includes(JSON.stringify(evil).slice(1, -1))));
    });

  for (const [name, work] of [
    ['history', list(false)],
    ['history show', show(false)],
  ] as const)
    it(`${name} shows control characters as escapes`, async () => {
      const text = await written(work);
      for (const character of bad) assert.ok(!text.includes(character), JSON.stringify(text));
    });

  it('reports that the records cannot be read, and not that there are none', async () => {
    process.env['XDG_STATE_HOME'] = join(folder, 'file');
    try {
      await written(list(false)).then((text) => assert.equal(text, 'no runs on record\n'));
      writeFileSync(join(folder, 'file'), '');
      await assert.rejects(written(list(false)), {
        code: 'STATE_FOLDER',
        message: /cannot be read: ENOTDIR/,
      });
      await assert.rejects(written(show(true)), { code: 'STATE_FOLDER' });
    } finally {
      process.env['XDG_STATE_HOME'] = folder;
    }
  });
});
