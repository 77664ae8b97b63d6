import assert from 'node:assert/strict';
import { parsePlan, planDifferences, planText, type PlannedTask } from '../../src/engine/plan-file.js';
import { RtprovError } from '../../src/diagnostics/diagnostic.js';

const entry = (after: string) =>
  ({
    resource: 'sysctl:vm.swappiness',
    diff: { type: 'fields', fields: [{ field: 'value', before: '60', after }] },
  }) as const;
const planned = (after: string): PlannedTask => ({
  host: 'h1',
  task: '0.1',
  name: 'swap seldom',
  status: 'changed',
  entries: [entry(after)],
  actions: [],
});

const texts = (...given: Parameters<typeof planDifferences>): readonly string[] =>
  planDifferences(...given).map(({ text }) => text);

describe('engine/plan-file', () => {
  it('reads back what it writes, and finds no difference', () => {
    const saved = parsePlan(planText({ 'site.yaml': 'aa' }, [planned('10')], new Date(0)), 'plan.json');
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, [planned('10')]), []);
  });

  it('names what would be done otherwise, what is no longer needed, and inputs that changed', () => {
    const saved = parsePlan(planText({ 'site.yaml': 'aa' }, [planned('10')], new Date(0)), 'plan.json');
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, [planned('20')]), [
      'h1: swap seldom: would now change sysctl:vm.swappiness otherwise than planned',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa' }, []), [
      'h1: swap seldom: was planned and is no longer needed',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'bb' }, [planned('10')]), [
      'site.yaml is not what the plan was made from',
    ]);
    assert.deepEqual(texts(saved, { 'site.yaml': 'aa', 'new.yaml': 'cc' }, [planned('10')]), [
      'new.yaml was not there when the plan was made',
    ]);
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
