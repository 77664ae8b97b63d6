/** What a role that has argument specs does first: its variables are compared with them. */
import * as z from 'zod';
import { isMapping, type Value } from '../../values/value.js';
import { faultsOf, type ArgumentSpec } from '../args/argument-spec.js';
import type { Module } from '../core/module.js';
import { failed, unchanged } from '../core/plan-result.js';

type Given = Readonly<Record<string, Value>>;

/** Its arguments are the role's variables that the spec names, as far as they are defined. */
export function validateRole(spec: ArgumentSpec): Module<Given> {
  const secrets = Object.entries(spec).flatMap(([name, { secret }]) => (secret ? [name] : []));
  return {
    name: 'validate_argument_spec',
    fullNames: ['ansible.builtin.validate_argument_spec'],
    barrier: false,
    offline: true,
    acceptsUnknown: true,
    args: z.custom<Given>(isMapping),
    aliases: {},
    ...(secrets.length === 0 ? {} : { secretArgs: secrets }),
    doc: { summary: 'Compares variables with the argument specs of a role.', args: {}, examples: [] },
    needs: () => [],
    plan: (given) => {
      const faults = faultsOf(given, spec);
      return faults.length === 0
        ? unchanged({}, 'The arg spec validation passed')
        : failed(`Validation of arguments failed: ${faults.join('; ')}`, { argument_errors: [...faults] });
    },
  };
}
