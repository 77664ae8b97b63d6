import assert from 'node:assert/strict';
import { chosenHosts } from '../../../src/cli/chosen-hosts.js';
import { recordsToRemove } from '../../../src/cli/commands/history-prune.js';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js';
import { loadInventory } from '../../../src/inventory/inventory.js';
import { graphView, listView } from '../../../src/inventory/view.js';
import type { PruneRule } from '../../../src/journal/prune.js';
import { isElsewhere, type RunRecord } from '../../../src/journal/records.js';

const id = (n: number): string => `2026010${n}T000000.000Z-abcdef`;

function record(n: number, mode: 'run' | 'check' | 'rollback', ...names: readonly string[]): RunRecord {
  const users = mode === 'run' ? ['root'] : [];
  const host = { users, changed: 1, failed: false, unreachable: false };
  return {
    format: 1,
    run: id(n),
    mode,
    started: '2026-01-01T00:00:00.000Z',
    playbooks: [],
    inventory: [],
    hosts: Object.fromEntries(names.map((name) => [name, host])),
    ...(mode === 'rollback'
      ? { undid: Object.fromEntries(names.map((name) => [name, [{ run: id(1), complete: true }]])) }
      : {}),
  };
}

describe('cli: history prune', () => {
  const records = [
    record(1, 'run', 'h1', 'h2'),
    record(2, 'run', 'h1'),
    record(3, 'run', 'h2'),
    record(4, 'check', 'h1'),
    record(5, 'check', 'h2'),
    record(6, 'check', 'h1', 'h2'),
    record(7, 'rollback', 'h1'),
    record(8, 'rollback', 'h2'),
    record(9, 'rollback', 'h1', 'h2'),
  ];
  /** Numbers of the records that go. `left`: runs that the journals of the pruned hosts keep. */
  const gone = (
    left: Readonly<Record<string, readonly number[]>>,
    isNamed: boolean,
    rule: PruneRule = { keep: 0 },
  ): readonly number[] => {
    const kept = Object.entries(left).map(([host, runs]) => [host, new Set(runs.map(id))] as const);
    return recordsToRemove(records, rule, new Map(kept), isNamed).map(({ run }) => Number(run.slice(7, 8)));
  };

  it('takes no record that says something of a host that is not named', () => {
    assert.deepEqual(gone({ h1: [] }, true), [2, 4, 7]);
    assert.deepEqual(gone({ h2: [] }, true), [3, 5, 8]);
    assert.deepEqual(gone({ h1: [], h2: [] }, true), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('leaves records of machines of the same name elsewhere', () => {
    const [first] = records;
    assert.ok(first !== undefined);
    const at = (place: string): RunRecord => ({
      ...first,
      hosts: Object.fromEntries(
        Object.entries(first.hosts).map(([name, host]) => [name, { ...host, at: place }]),
      ),
    });
    const places = new Map([['h1', '10.0.0.1:22']]);
    assert.deepEqual(
      [first, at('10.0.0.1:22'), at('10.0.0.2:22')].map((one) => isElsewhere(one, places)),
      [false, false, true],
    );
  });

  it('keeps the record of a run that a journal keeps', () => {
    assert.deepEqual(gone({ h1: [1], h2: [3] }, true), [2, 4, 5, 6, 7, 8, 9]);
  });

  it('counts the newest records of the hosts that are named', () => {
    assert.deepEqual(gone({ h1: [] }, true, { keep: 4 }), [2]);
    assert.deepEqual(gone({ h1: [] }, true, { before: new Date('2026-01-05T00:00:00Z') }), [2, 4]);
  });

  it('of all hosts: keeps the records of runs on hosts that could not be asked, and takes the rest', () => {
    assert.deepEqual(gone({ h1: [] }, false), [2, 4, 5, 6, 7, 8, 9]);
  });
});

describe('cli: hosts that a command is for', () => {
  const chosen = (patterns: readonly string[], limit?: string): readonly string[] => {
    const diagnostics = new Diagnostics();
    const inventory = loadInventory(['h1,h2,h3,'], diagnostics);
    const names = chosenHosts(inventory, patterns, limit, diagnostics);
    return [...names, ...diagnostics.all.map(({ code }) => code)];
  };

  it('are those of the pattern that --limit leaves', () => {
    assert.deepEqual(chosen(['h3', 'h1']), ['h1', 'h3'].reverse());
    assert.deepEqual(chosen(['all'], 'h1,h2'), ['h1', 'h2']);
    assert.deepEqual(chosen(['all'], 'all:!h1'), ['h2', 'h3']);
  });

  it('are all that `inventory --list` and `--graph` show', () => {
    const inventory = loadInventory(['h1,h2,'], new Diagnostics());
    assert.deepEqual(listView(inventory, undefined, new Set(['h2'])), {
      all: { children: ['ungrouped'] },
      ungrouped: { hosts: ['h2'] },
      _meta: { hostvars: {} },
    });
    assert.doesNotMatch(graphView(inventory, 'all', { limited: new Set(['h2']) }), /h1/);
  });

  it('are reported when there are none', () => {
    assert.deepEqual(chosen(['all'], 'h9'), ['PATTERN_NO_MATCH']);
    assert.deepEqual(chosen(['h1'], 'h2'), ['PATTERN_EMPTY']);
  });
});
