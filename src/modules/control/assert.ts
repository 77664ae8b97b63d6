/** `assert`: conditions that must hold. */
import * as z from 'zod';
import { isUnknown, type Value } from '../../values/value.js';
import { any, ArgFault, argument, bool } from '../args/types.js';
import type { Module, PlanContext, TaskPlan } from '../core/module.js';
import { contentText } from '../files/content-text.js';
import { failed, unchanged } from '../core/plan-result.js';

type Condition = string | boolean;

const conditions = argument<readonly Condition[]>({ type: 'list of conditions' }, (value) => {
  const items: readonly Value[] = Array.isArray(value) ? (value as readonly Value[]) : [value];
  const all = items.filter(
    (item): item is Condition => typeof item === 'string' || typeof item === 'boolean',
  );
  return all.length === items.length ? all : new ArgFault('a condition or a list of conditions');
});

const args = z.strictObject({
  that: conditions,
  fail_msg: any().optional(),
  success_msg: any().optional(),
  quiet: bool().default(false),
});
export type AssertArgs = z.infer<typeof args>;

function planAssert(given: AssertArgs, context: PlanContext): TaskPlan {
  for (const condition of given.that) {
    const held = context.condition(condition);
    if (isUnknown(held)) return { type: 'unknown', reason: held, resources: [] };
    if (!held) {
      return failed(contentText(given.fail_msg ?? 'Assertion failed'), {
        assertion: condition,
        evaluated_to: false,
      });
    }
  }
  return unchanged({}, contentText(given.success_msg ?? 'All assertions passed'));
}

export const assert: Module<AssertArgs> = {
  name: 'assert',
  fullNames: ['ansible.builtin.assert', 'ansible.legacy.assert'],
  barrier: false,
  offline: true,
  args,
  aliases: { fail_msg: ['msg'] },
  expressions: ['that'],
  doc: {
    summary: 'Fails when a condition is false.',
    args: {
      that: 'A condition, or a list of conditions, without braces. All must be true.',
      fail_msg: 'The message when one is false. Default: Assertion failed',
      success_msg: 'The message when all are true. Default: All assertions passed',
      quiet: 'Accepted, but the output is always short.',
    },
    examples: [
      '- assert:\n    that:\n      - rt_isolated_cpus | length > 0\n      - ansible_processor_vcpus >= 4',
    ],
  },
  needs: () => [],
  plan: planAssert,
};
