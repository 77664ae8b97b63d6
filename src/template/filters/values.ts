/** Filters on any value: defaults, conversions to truth and text. */
import { given, toText } from '../runtime/arguments.js';
import { TemplateFault } from '../fault.js';
import { isUnknown } from '../../values/value.js';
import { repr, str } from '../python/format.js';
import { Undefined, isNumber, numberOf, touch, truth, typeName } from '../python/values.js';
import { define, shallow, type Definitions } from '../runtime/toolbox.js';

const anything = { undefinedInput: true, lazyArguments: true, shallow: true } as const;

const byDefault = define(
  ['default_value', 'boolean'],
  (_, value, [fallback, boolean]) => {
    if (value instanceof Undefined) return fallback ?? (fallback === null ? null : '');
    touch(value);
    const emptyToo = boolean !== undefined && truth(boolean);
    return emptyToo && !truth(value) ? (fallback ?? (fallback === null ? null : '')) : value;
  },
  anything,
);

/** Ansible's names of types, after Python's. */
function debugType(value: unknown): string {
  return value instanceof Undefined ? 'AnsibleUndefined' : typeName(value);
}

export const valueFilters: Definitions = {
  default: byDefault,
  d: byDefault,
  mandatory: define(
    ['msg'],
    (_, value, [message]) => {
      if (!(value instanceof Undefined)) return value;
      const name = value.name === undefined ? '' : ` "${value.name}"`;
      const text = message === undefined || message === null ? undefined : toText(message, 'mandatory');
      throw new TemplateFault(
        'TEMPLATE_UNDEFINED',
        text ?? `The mandatory variable${name} is not defined.`,
        value.hint,
      );
    },
    anything,
  ),
  ternary: define(
    ['true_val!', 'false_val!', 'none_val'],
    (_, value, [whenTrue, whenFalse, whenNone]) => {
      const forNone = given(whenNone, null);
      if (value === null && forNone !== null) return forNone;
      return truth(value) ? whenTrue : whenFalse;
    },
    { lazyArguments: true, shallow: true },
  ),
  bool: define([], (_, value) => {
    if (value === null || typeof value === 'boolean') return value;
    if (isNumber(value)) return numberOf(value) === 1;
    return ['yes', 'on', '1', 'true'].includes(str(value).toLowerCase());
  }),
  string: define([], (_, value) => str(value)),
  type_debug: define(
    [],
    (_, value) => {
      if (isUnknown(value)) touch(value);
      return debugType(value);
    },
    { undefinedInput: true, shallow: true },
  ),
  pprint: define([], (_, value) => repr(value)),
  safe: define([], (_, value) => value, shallow),
};
