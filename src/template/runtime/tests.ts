/** Tests: what comes after `is`. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { given, toList, toNumber, toText } from './arguments.js';
import { TemplateFault } from '../fault.js';
import { isFilter } from '../filters/registry.js';
import { compare, contains, equal, same } from './operators.js';
import { str } from '../python/format.js';
import {
  Callable,
  Undefined,
  isFloat,
  isList,
  isMapping,
  isNumber,
  items,
  numberOf,
  touch,
  truth,
  typeName,
} from '../python/values.js';
import { pathTests } from './path-tests.js';
import { insteadOfPlugin } from './plugins.js';
import { pattern, type PatternFlags } from './regex.js';
import { define, shallow, type Definition, type Definitions } from './toolbox.js';
import { compareVersions } from './versions.js';

const anything = { undefinedInput: true, shallow: true } as const;
const is = (test: (value: unknown) => boolean): Definition => define([], (_, value) => test(value), shallow);
const relation = (test: (value: unknown, other: unknown) => boolean): Definition =>
  define(['other!'], (_, value, [other]) => test(value, other), shallow);

function regexTest(how: 'match' | 'search' | 'fullmatch', value: unknown, args: readonly unknown[]): boolean {
  const [source, ignoreCase, multiline] = args;
  const flags: PatternFlags = {
    ignoreCase: ignoreCase !== undefined && truth(ignoreCase),
    multiline: multiline !== undefined && truth(multiline),
    anchored: how !== 'search',
  };
  const text = str(value);
  const match = pattern(source === undefined ? '' : toText(source, how), flags).exec(text);
  return match !== null && (how !== 'fullmatch' || match[0].length === text.length);
}

const regex = (how: 'match' | 'search'): Definition =>
  define(['pattern', 'ignorecase', 'multiline'], (_, value, args) => regexTest(how, value, args));

/** A member of a registered result; an absent one is false. */
function ofResult(name: string, test: string): Definition['run'] {
  return (_, value) => truth(resultMember(value, name, test));
}

function resultMember(value: unknown, name: string, test: string): unknown {
  touch(value);
  if (!isMapping(value)) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      `The test "${test}" needs the result of a task, not ${typeName(value)}.`,
    );
  }
  return Object.hasOwn(value, name) ? value[name] : false;
}

const negated =
  (run: Definition['run']): Definition['run'] =>
  (tools, value, args) =>
    run(tools, value, args) !== true;

const failed = ofResult('failed', 'failed');
const unreachable = ofResult('unreachable', 'unreachable');
const result = (run: Definition['run']): Definition => define([], run, shallow);

const changed: Definition['run'] = (_, value) => {
  if (isMapping(value) && !Object.hasOwn(value, 'changed') && Object.hasOwn(value, 'results')) {
    touch(value['results']);
  }
  if (isMapping(value) && !Object.hasOwn(value, 'changed') && isList(value['results'])) {
    return value['results'].some((one) => truth(resultMember(one, 'changed', 'changed')));
  }
  return truth(resultMember(value, 'changed', 'changed'));
};

const version = define(['version!', 'operator', 'strict', 'version_type'], (_, value, args) => {
  const [other, operator, strict, type] = args;
  return compareVersions(str(value), str(other), {
    operator: operator === undefined ? 'eq' : toText(operator, 'version'),
    type: toText(
      given(type ?? undefined, strict !== undefined && strict !== null && truth(strict) ? 'strict' : 'loose'),
      'version',
    ),
  });
});

const isSubset = (a: unknown, b: unknown): boolean => toList(a).every((item) => contains(toList(b), item));
const letterCase = (fold: (text: string) => string): Definition =>
  define([], (_, value) => {
    const text = str(value);
    return text === fold(text) && text.toLowerCase() !== text.toUpperCase();
  });

const truthy = (value: unknown, convert: unknown): boolean => {
  if (convert === undefined || !truth(convert) || typeof value !== 'string') return truth(value);
  const word = value.toLowerCase();
  if (['y', 'yes', 'on', '1', 'true', 't', '1.0'].includes(word)) return true;
  return ['n', 'no', 'off', '0', 'false', 'f', '0.0'].includes(word) ? false : truth(value);
};

const modulo = (value: number, by: number): number => value - by * Math.floor(value / by);
const equals = relation(equal);
const greater = relation((a, b) => compare(a, b, '>') > 0);
const less = relation((a, b) => compare(a, b, '<') < 0);
const greaterEqual = relation((a, b) => compare(a, b, '>=') >= 0);
const lessEqual = relation((a, b) => compare(a, b, '<=') <= 0);
const notEqual = relation((a, b) => !equal(a, b));
const subset = relation(isSubset);
const superset = relation((a, b) => isSubset(b, a));

const isIterable = (value: unknown): boolean =>
  typeof value === 'string' || isList(value) || isMapping(value);
const url = /^(?:https?|ftp|file|git|ssh):\/\/[^\s]+$/;

const isAbsolute = define([], (_, value) => toText(value, 'abs').startsWith('/'));

const tests: Definitions = {
  defined: define([], (_, value) => !(value instanceof Undefined), anything),
  undefined: define([], (_, value) => value instanceof Undefined, anything),
  none: is((value) => value === null),
  boolean: is((value) => typeof value === 'boolean'),
  true: is((value) => value === true),
  false: is((value) => value === false),
  integer: is((value) => typeof value === 'number' && Number.isInteger(value)),
  float: is((value) => isFloat(value)),
  number: is((value) => isNumber(value)),
  string: is((value) => typeof value === 'string'),
  mapping: is((value) => isMapping(value)),
  iterable: is(isIterable),
  sequence: is(isIterable),
  callable: is((value) => value instanceof Callable),
  escaped: is(() => false),
  sameas: relation(same),
  '==': equals,
  eq: equals,
  equalto: equals,
  '!=': notEqual,
  ne: notEqual,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  '>=': greaterEqual,
  ge: greaterEqual,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': lessEqual,
  le: lessEqual,
  in: relation((value, list) => contains(list, value)),
  contains: relation((list, value) => contains(list, value)),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  odd: define([], (_, value) => modulo(toNumber(value, 'odd'), 2) === 1),
  even: define([], (_, value) => modulo(toNumber(value, 'even'), 2) === 0),
  divisibleby: define(
    ['num!'],
    (_, value, [by]) => modulo(toNumber(value, 'divisibleby'), toNumber(by, 'divisibleby')) === 0,
  ),
  nan: is((value) => isNumber(value) && Number.isNaN(numberOf(value))),
  isnan: is((value) => isNumber(value) && Number.isNaN(numberOf(value))),
  lower: letterCase((text) => text.toLowerCase()),
  upper: letterCase((text) => text.toUpperCase()),
  match: regex('match'),
  search: regex('search'),
  regex: define(
    ['pattern', 'ignorecase', 'multiline', 'match_type'],
    (_, value, [source, ignoreCase, multiline, type]) => {
      const how = given(type, 'search');
      if (how !== 'match' && how !== 'search' && how !== 'fullmatch') {
        throw new TemplateFault(
          'TEMPLATE_FILTER_FAILED',
          'The match_type is "match", "search" or "fullmatch".',
        );
      }
      return regexTest(how, value, [source, ignoreCase, multiline]);
    },
  ),
  any: define([], (_, value) => items(value).some(truth)),
  all: define([], (_, value) => items(value).every(truth)),
  truthy: define(['convert_bool'], (_, value, [convert]) => truthy(value, convert)),
  falsy: define(['convert_bool'], (_, value, [convert]) => !truthy(value, convert)),
  version,
  version_compare: version,
  failed: result(failed),
  failure: result(failed),
  succeeded: result(negated(failed)),
  success: result(negated(failed)),
  successful: result(negated(failed)),
  unreachable: result(unreachable),
  reachable: result(negated(unreachable)),
  changed: result(changed),
  change: result(changed),
  skipped: result(ofResult('skipped', 'skipped')),
  skip: result(ofResult('skipped', 'skipped')),
  finished: result(
    (_, value) => equal(resultMember(value, 'finished', 'finished'), 1) || !hasMember(value, 'finished'),
  ),
  started: result(
    (_, value) => equal(resultMember(value, 'started', 'started'), 1) || !hasMember(value, 'started'),
  ),
  abs: isAbsolute,
  is_abs: isAbsolute,
  ...pathTests,
  url: define([], (_, value) => url.test(str(value))),
  filter: define([], (_, value) => isFilter(str(value))),
  test: define([], (_, value) => Object.hasOwn(tests, str(value))),
  vault_encrypted: is(() => false),
};

function hasMember(value: unknown, name: string): boolean {
  return isMapping(value) && Object.hasOwn(value, name);
}

export function isTest(name: string): boolean {
  return Object.hasOwn(tests, name);
}

export function unknownTest(name: string): TemplateFault {
  return new TemplateFault(
    'TEMPLATE_TEST_UNKNOWN',
    `There is no test "${name}".`,
    didYouMean(name, Object.keys(tests)) ?? insteadOfPlugin(name, 'test', isTest),
  );
}

export function findTest(name: string): Definition {
  const found = isTest(name) ? tests[name] : undefined;
  if (found === undefined) throw unknownTest(name);
  return found;
}
