/** A journal is what a target says: whatever is in it, reading and planning its rollback ends in a plan or in one clear error. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';
import { planUndo } from '../../src/engine/rollback/plan.js';
import { parseEntries, parseRuns } from '../../src/journal/read-journal.js';
import { keyOf, type State } from '../../src/resources/resource.js';
import { noMarks } from './entries.js';

const file = { type: 'file', mode: '0644', uid: 0, gid: 0, size: 3, sha256: 'a'.repeat(64) };
const states: Readonly<Record<string, readonly [object, object]>> = {
  file: [{ type: 'absent' }, file],
  package: [
    { configFiles: false, auto: false, held: false },
    { version: '1', configFiles: true, auto: true, held: false },
  ],
  unit: [
    { exists: true, enabled: 'enabled', masked: false, active: true },
    { exists: false, enabled: '', masked: false, active: false },
  ],
  sysctl: [
    { value: '1', writable: true },
    { value: '2', writable: true },
  ],
  kernel_setting: [
    { value: '[a] b', writable: true },
    { value: 'a [b]', writable: true },
  ],
  user: [{ exists: false }, { exists: true, uid: 1, group: 'g', groups: ['h'], locked: true }],
  group: [{ exists: false }, { exists: true, gid: 1, members: ['m'] }],
};

const entries = Object.entries(states).map(([kind, [from, to]], index) => ({
  format: 1,
  seq: '00001',
  index,
  taskId: '0.0',
  taskName: 'a task',
  type: 'change',
  kind,
  changes: [{ id: { kind, name: kind === 'file' ? '/srv/a' : 'a' }, from, to }],
}));
const command = {
  format: 1,
  seq: '00002',
  index: 0,
  taskId: '0.1',
  taskName: 'c',
  type: 'command',
  shown: 'id',
  command: 0,
  undo: true,
};

const hostile = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    '',
    '../../etc',
    '-rf',
    '__proto__',
    'constructor',
    '\u0000',
    '\n',
    '\u001b[2J',
    -1,
    1e300,
    {},
    [],
    null,
  ),
);

/** Puts something else in one place of a value, removes the place, or adds one. */
function mutated(value: unknown, steps: readonly number[], other: unknown): unknown {
  if (typeof value !== 'object' || value === null || steps.length === 0) return other;
  const keys = Object.keys(value);
  const [step = 0, ...rest] = steps;
  const key = keys[step % (keys.length + 2)];
  if (key === undefined) return step % 2 === 0 ? { ...value, __proto__x: other } : other;
  const copy: Record<string, unknown> = { ...value };
  if (step > 900) Reflect.deleteProperty(copy, key);
  else copy[key] = mutated((value as Record<string, unknown>)[key], rest, other);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** Gives what stopped it. */
function read(text: string): string | undefined {
  try {
    const journal = parseEntries(text, 'run');
    const changes = journal.entries.flatMap((entry) => entry.changes ?? []);
    for (const which of [0, 1]) {
      // As the target's reads give them: right for their kind.
      const present = changes.map(({ id, to }): [string, State] => [
        keyOf(id),
        (states[id.kind]?.[which] as State | undefined) ?? to,
      ]);
      planUndo(journal, { ...noMarks, present: new Map(present) });
    }
    return undefined;
  } catch (error) {
    if (error instanceof RtprovError) return error.code;
    throw error;
  }
}

const lines = (all: readonly unknown[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');

describe('a hostile journal', function () {
  this.timeout(240_000);

  it('is readable as it is without the attack', () => {
    assert.equal(read(lines([...entries, command])), undefined);
  });

  it('with anything in any place of an entry gives a plan or a clear error', () => {
    const place = fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(entries.length), place, hostile, (which, steps, other) => {
        const all: readonly unknown[] = [...entries, command];
        const code = read(lines(all.map((one, at) => (at === which ? mutated(one, steps, other) : one))));
        assert.ok(code === undefined || code === 'JOURNAL_CORRUPT' || code === 'JOURNAL_FORMAT', code);
      }),
      { numRuns: 1500 },
    );
  });

  it('with bytes changed, lost or doubled gives a plan or a clear error', () => {
    const text = `${lines([...entries, command])}after 00002.after.0 {"a":1}\nran 00002.ran.0\nmark undone.00001.0\nleft 00001.0 1 x\n`;
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.nat(40),
        fc.string({ maxLength: 8, unit: 'binary' }),
        (at, lost, put) => {
          const code = read(text.slice(0, at) + put + text.slice(at + lost));
          assert.ok(code === undefined || code === 'JOURNAL_CORRUPT' || code === 'JOURNAL_FORMAT', code);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('with values that are very deep or very long gives a clear error or a plan', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const [key, value] of [
      ['from', `{"type":"file","mode":${deep}}`],
      ['from', `{"type":${deep}}`],
      ['to', `{"x":${deep}}`],
      ['id', deep],
    ] as const) {
      const [first] = entries;
      const text = JSON.stringify({ ...first, changes: [{ ...first?.changes[0], [key]: 'HERE' }] });
      const code = read(`${text.replace('"HERE"', value)}\n`);
      assert.ok(code === undefined || code === 'JOURNAL_CORRUPT', code);
    }
    assert.equal(read(`${deep}\n`), 'JOURNAL_CORRUPT');
    assert.equal(read(lines([{ ...entries[0], taskName: 'x'.repeat(1 << 22) }])), undefined);
  });

  it('with anything as the description of a run gives runs or a clear error', () => {
    const good = { format: 1, run: 'a', started: 's', controller: 'c', playbooks: ['p'] };
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }),
        hostile,
        fc.string({ unit: 'binary' }),
        (steps, other, name) => {
          for (const [folder, json] of [
            ['a', JSON.stringify(mutated(good, steps, other))],
            [name, JSON.stringify({ ...good, run: name })],
          ] as const)
            try {
              for (const { run } of parseRuns(`run ${folder}\njson ${json}\n`))
                assert.match(run, /^[A-Za-z0-9][\w.-]*$/);
            } catch (error) {
              assert.ok(error instanceof RtprovError && error.code === 'JOURNAL_CORRUPT', String(error));
            }
        },
      ),
      { numRuns: 1500 },
    );
  });
});
