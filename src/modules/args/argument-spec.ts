/** Values against the argument specs of roles (meta/argument_specs.yml), with the conversions that Ansible makes. */
import { isMapping, isUnknown, plainText, type Value } from '../../values/value.js';
import { ArgFault, describeValue, readBool } from './types.js';

export interface OptionSpec {
  readonly type: SpecType;
  /** Of the items of a list. */
  readonly elements?: SpecType;
  readonly required: boolean;
  readonly choices?: readonly Value[];
  /** It has a default: then it is never missing. */
  readonly hasDefault: boolean;
  readonly aliases: readonly string[];
  readonly secret: boolean;
  /** Of a mapping, or of the mappings in a list. */
  readonly options?: ArgumentSpec;
}

export type ArgumentSpec = Readonly<Record<string, OptionSpec>>;

/** Undefined: the value fits; else what is expected. */
type Check = (value: Value) => string | undefined;

const isNumeric = (value: Value, whole: boolean): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && (!whole || Number.isInteger(value))) ||
  (typeof value === 'string' &&
    (whole ? /^\s*[-+]?\d+\s*$/ : /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i).test(value));

const isText: Check = () => undefined;

function isJsonMapping(value: string): boolean {
  if (!value.trim().startsWith('{')) return /^\s*\w+=/.test(value);
  try {
    return isMapping(JSON.parse(value) as Value);
  } catch {
    return false;
  }
}

const size =
  (unit: string): Check =>
  (value) =>
    typeof value === 'number' ||
    (typeof value === 'string' &&
      new RegExp(`^\\s*\\d+(?:\\.\\d+)?\\s*(?:[KMGTPEZY]?${unit}?)?\\s*$`, 'i').test(value))
      ? undefined
      : 'a size';

/** Any scalar is text to Ansible, and a list or mapping is written out as one. */
const CHECKS = {
  str: isText,
  path: isText,
  raw: isText,
  json: isText,
  jsonarg: isText,
  int: (value) => (isNumeric(value, true) ? undefined : 'a whole number'),
  float: (value) => (isNumeric(value, false) ? undefined : 'a number'),
  bool: (value) => (readBool(value) instanceof ArgFault ? 'true or false' : undefined),
  list: (value) => (isMapping(value) || typeof value === 'boolean' || value === null ? 'a list' : undefined),
  dict: (value) =>
    isMapping(value) || (typeof value === 'string' && isJsonMapping(value)) ? undefined : 'a mapping',
  bytes: size('B'),
  bits: size('b'),
} satisfies Readonly<Record<string, Check>>;

export type SpecType = keyof typeof CHECKS;

export const specTypes = Object.keys(CHECKS) as readonly SpecType[];

function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : [value];
}

/** Numbers and words are compared as what the type makes of them. */
function isChoice(value: Value, { choices = [], type }: OptionSpec): boolean {
  const same = (one: Value): string => {
    const flag = type === 'bool' ? readBool(one) : undefined;
    return typeof flag === 'boolean' ? String(flag) : plainText(one).trim();
  };
  return itemsOf(type === 'list' ? value : [value]).every((item) =>
    choices.some((one) => same(one) === same(item)),
  );
}

function faultsOfValue(value: Value, spec: OptionSpec, where: string): readonly string[] {
  // What is not known yet may be anything.
  if (isUnknown(value)) return [];
  if (value === null && !spec.required) return [];
  const given = spec.secret ? 'something else' : describeValue(value);
  const expected = CHECKS[spec.type](value);
  if (expected !== undefined) return [`"${where}" has to be ${expected}, but is ${given}`];
  const { elements, options } = spec;
  const items = spec.type === 'list' ? itemsOf(value) : [value];
  if (elements !== undefined) {
    const wrong = items.find((item) => !isUnknown(item) && CHECKS[elements](item) !== undefined);
    if (wrong !== undefined)
      return [
        `"${where}" has to be a list of ${elements}, but contains ${spec.secret ? 'something else' : describeValue(wrong)}`,
      ];
  }
  if (spec.choices !== undefined && !items.some(isUnknown) && !isChoice(value, spec))
    return [`"${where}" has to be one of ${spec.choices.map(plainText).join(', ')}, but is ${given}`];
  return options === undefined
    ? []
    : items.flatMap((item, at) =>
        isMapping(item) ? faultsOf(item, options, spec.type === 'list' ? `${where}[${at}]` : where) : [],
      );
}

/** What is wrong with values; empty when all fit. `within`: the name of the mapping that they are in; of the role itself none. */
export function faultsOf(
  values: Readonly<Record<string, Value>>,
  spec: ArgumentSpec,
  within?: string,
): readonly string[] {
  const named = (name: string): string => (within === undefined ? name : `${within}.${name}`);
  const faults: string[] = [];
  for (const [name, option] of Object.entries(spec)) {
    const key = [name, ...option.aliases].find((one) => Object.hasOwn(values, one));
    if (key !== undefined) faults.push(...faultsOfValue(values[key] ?? null, option, named(key)));
    else if (option.required && !option.hasDefault) faults.push(`"${named(name)}" is missing`);
  }
  const known = Object.entries(spec).flatMap(([name, { aliases }]) => [name, ...aliases]);
  // A role's other variables are none of its arguments.
  for (const name of within === undefined ? [] : Object.keys(values))
    if (!known.includes(name)) faults.push(`"${named(name)}" is not one of ${known.join(', ')}`);
  return faults;
}
