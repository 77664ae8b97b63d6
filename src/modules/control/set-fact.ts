/** `set_fact`: variables of a host for the tasks after it. */
import * as z from 'zod';
import { isMapping, type Value } from '../../values/value.js';
import type { Module } from '../core/module.js';

const args = z
  .custom<Readonly<Record<string, Value>>>(isMapping, 'expected names and values')
  .superRefine((given, context) => {
    const names = Object.keys(given).filter((name) => name !== 'cacheable');
    const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
    if (bad !== undefined) {
      const message = `"${bad}" is not a name for a variable: use letters, digits and _, and do not begin with a digit`;
      context.addIssue({ code: 'custom', path: [bad], message });
    } else if (names.length === 0) context.addIssue({ code: 'custom', message: 'no variable is given' });
  });

export const setFact: Module<Readonly<Record<string, Value>>> = {
  name: 'set_fact',
  fullNames: ['ansible.builtin.set_fact', 'ansible.legacy.set_fact'],
  barrier: false,
  offline: true,
  acceptsUnknown: true,
  args,
  aliases: {},
  doc: {
    summary: 'Sets variables of the host for the tasks that follow. Any name is an argument.',
    args: {
      cacheable: 'Accepted, but facts are not kept between runs.',
    },
    examples: ['- set_fact:\n    rt_isolated: \'{{ rt_cores | join(",") }}\''],
  },
  needs: () => [],
  plan(given) {
    const facts = Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'cacheable'));
    return { type: 'controller', operation: { op: 'set_fact', facts } };
  },
};
