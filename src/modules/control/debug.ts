/** `debug`: shows a message or a value. */
import * as z from 'zod';
import { DiagnosticError } from '../../diagnostics/diagnostic.js';
import type { Value } from '../../values/value.js';
import { any, int } from '../args/types.js';
import type { Module, Result } from '../core/module.js';
import { skipped, unchanged } from '../core/plan-result.js';

const args = z.strictObject({
  msg: any().optional(),
  var: any().optional(),
  verbosity: int({ min: 0 }).default(0),
});
export type DebugArgs = z.infer<typeof args>;

function resultOf(given: DebugArgs, evaluate: (text: string) => Value): Result {
  if (given.var === undefined) return { msg: given.msg ?? 'Hello world!' };
  if (typeof given.var !== 'string') return { var: given.var };
  try {
    return { [given.var]: evaluate(given.var) };
  } catch (error) {
    if (
      !(error instanceof DiagnosticError) ||
      error.diagnostics.some(({ code }) => code !== 'TEMPLATE_UNDEFINED')
    )
      throw error;
    return { [given.var]: 'VARIABLE IS NOT DEFINED!' };
  }
}

export const debug: Module<DebugArgs> = {
  name: 'debug',
  fullNames: ['ansible.builtin.debug', 'ansible.legacy.debug'],
  barrier: false,
  offline: true,
  acceptsUnknown: true,
  args,
  aliases: {},
  expressions: ['var'],
  looksOnly: true,
  rules: [{ type: 'exclusive', args: ['msg', 'var'] }],
  doc: {
    summary: 'Shows a message or the value of an expression.',
    args: {
      msg: 'What to show. Default: Hello world!',
      var: 'An expression, without braces, whose value to show.',
      verbosity: 'Show it only with at least this many -v. Default: 0.',
    },
    examples: ["- debug:\n    msg: 'isolated: {{ rt_isolated_cpus }}'", '- debug:\n    var: ansible_kernel'],
  },
  needs: () => [],
  plan: (given, context) =>
    given.verbosity > context.verbosity
      ? skipped('Verbosity threshold not met.')
      : unchanged(resultOf(given, (text) => context.expression(text))),
};
