import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceDiff } from '../../../src/planner/conclude.js';
import { planKey, readPlanKey } from '../../../src/journal/plan-key.js';
import { MemoryContentStore } from '../../../src/resources/lib/content-store.js';
import type { FileState } from '../../../src/resources/file/state.js';
import type { Change } from '../../../src/resources/resource.js';
import {
  checkPlanKey,
  parsePlan,
  planDifferences,
  planText,
  type PlannedTask,
} from '../../../src/engine/saved-plan/file.js';
import { RtprovError } from '../../../src/diagnostics/diagnostic.js';

const entry = (after: string) =>
  ({
    resource: 'sysctl:vm.swappiness',
    diff: { type: 'fields', fields: [{ field: 'value', before: '60', after }] },
  }) as const;
const planned = (after: string): PlannedTask => ({
  host: 'h1',
  task: '0.1',
  name: 'swap rarely',
  status: 'changed',
  entries: [entry(after)],
  actions: [],
});

const texts = (...given: Parameters<typeof planDifferences>): readonly string[] =>
  planDifferences(...given).map(({ text }) => text);

describe('engine/saved-plan/file', () => {
  it('reads back what it writes, and finds no difference', () => {
    const saved = parsePlan(planText({ 'site.yaml': 'aa' }, [planned('10')], new Date(0)), 'plan.json');
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, [planned('10')]), []);
  });

  it('names what would be done otherwise, what is no longer needed, and inputs that changed', () => {
    const saved = parsePlan(planText({ 'site.yaml': 'aa' }, [planned('10')], new Date(0)), 'plan.json');
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, [planned('20')]), [
      'h1: swap rarely: would now change sysctl:vm.swappiness in a different way than planned',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, []), [
      'h1: swap rarely: was planned and is no longer needed',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'bb' }, [planned('10')]), [
      'site.yaml has changed since the plan was made',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa', 'new.yaml': 'cc' }, [planned('10')]), [
      'new.yaml was not there when the plan was made',
    ]);
  });

  describe('of tasks with no_log', () => {
    const file: FileState & { readonly type: 'file' } = {
      type: 'file',
      sha256: 'a'.repeat(64),
      size: 2,
      mode: '0600',
      owner: 'root',
      group: 'root',
    };
    const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const hidden = (from: FileState, by: Buffer | undefined = key): PlannedTask => {
      const change: Change<'file'> = {
        id: { kind: 'file', name: '/key' },
        from,
        to: { ...file, sha256: 'b'.repeat(64) },
      };
      return { ...planned('10'), entries: [resourceDiff(change, new MemoryContentStore(), true, by)] };
    };
    const text = planText({}, [hidden(file)], new Date(0), key);
    const saved = parsePlan(text, 'plan.json');

    it('compares content, size, and whether there is anything', () => {
      assert.deepEqual(texts(saved, {}, [hidden(file)]), []);
      const others: readonly FileState[] = [
        { ...file, sha256: 'c'.repeat(64) },
        { ...file, sha256: 'c'.repeat(64), size: 200 },
        { type: 'absent' },
        { ...file, mode: '0644' },
      ];
      for (const from of others)
        assert.deepEqual(texts(saved, {}, [hidden(from)]), [
          'h1: swap rarely: would now change file:/key in a different way than planned',
        ]);
    });

    it('reports nothing without the key, and is refused with another one', () => {
      assert.notEqual(hidden(file, other).entries[0]?.digest, hidden(file).entries[0]?.digest);
      assert.ok(!/[abc]{64}/.test(text) && !text.includes(key.toString('hex')));
      assert.equal(
        resourceDiff(
          { id: { kind: 'file', name: '/key' }, from: file, to: { type: 'absent' } },
          new MemoryContentStore(),
          true,
          undefined,
        ).digest,
        undefined,
      );
      checkPlanKey(saved, key, 'plan.json');
      for (const one of [other, undefined])
        assert.throws(
          () => checkPlanKey(saved, one, 'plan.json'),
          /plan\.json has changes of tasks with no_log/,
        );
      checkPlanKey(
        parsePlan(planText({}, [planned('10')], new Date(0), key), 'plan.json'),
        undefined,
        'plan.json',
      );
    });

    it('has a key that is made once, for its owner alone', async () => {
      const state = mkdtempSync(join(tmpdir(), 'rtprov-key-'));
      const environment = { XDG_STATE_HOME: state };
      assert.equal(await readPlanKey(environment), undefined);
      const made = await planKey(environment);
      assert.equal(made.length, 32);
      assert.deepEqual([await planKey(environment), await readPlanKey(environment)], [made, made]);
      assert.equal(statSync(join(state, 'rtprov', 'plan-key')).mode & 0o777, 0o600);
      writeFileSync(join(state, 'rtprov', 'plan-key'), 'x');
      await assert.rejects(planKey(environment), /is damaged/);
      rmSync(state, { recursive: true });
    });
  });

  for (const text of ['', '{}', '{"version":99,"made":"x","inputs":{},"tasks":[]}', 'not json']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parsePlan(text, 'plan.json'),
        (error) =>
          error instanceof RtprovError && error.code === 'BAD_PLAN' && error.message.includes('plan.json'),
      );
    });
  }
});
