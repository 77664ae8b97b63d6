/** Makes symbolic modes for properties. */
import fc from 'fast-check';

const who = fc.stringMatching(/^[ugoa]{0,3}$/);
const permissions = fc.oneof(fc.stringMatching(/^[rwxXst]{0,4}$/), fc.constantFrom('u', 'g', 'o'));
const action = fc
  .tuple(fc.constantFrom('+', '-', '='), permissions)
  .map(([operator, bits]) => operator + bits);
const clause = fc
  .tuple(who, fc.array(action, { minLength: 1, maxLength: 3 }))
  .map(([users, actions]) => users + actions.join(''));

export const symbolicMode = fc
  .array(clause, { minLength: 1, maxLength: 3 })
  .map((clauses) => clauses.join(','));
