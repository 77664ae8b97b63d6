/**
 * Checks a task's arguments against a module before templating, for all that the text alone shows; `given.ts` does it
 * after. Faults name the argument; the playbook layer gives them positions.
 */
import * as z from 'zod';
import { didYouMean } from '../../diagnostics/nearest.js';
import type { Value } from '../../values/value.js';
import type { ArgRule, Module } from '../core/module.js';
import { readBool, type ArgMeta } from './types.js';

export interface ArgumentFault {
  /** As written in the task, so that its position can be found; empty for the task as a whole. */
  readonly arg: string;
  readonly code:
    | 'UNKNOWN_ARGUMENT'
    | 'MISSING_ARGUMENT'
    | 'BAD_ARGUMENT'
    | 'CONFLICTING_ARGUMENTS'
    | 'UNSUPPORTED_ARGUMENT';
  readonly summary: string;
  readonly detail: string;
  readonly hint?: string;
}

export type RawArgs = Readonly<Record<string, Value>>;
type Shape = Readonly<Record<string, z.ZodType>>;

function fault(
  code: ArgumentFault['code'],
  arg: string,
  summary: string,
  detail: string,
  hint?: string,
): ArgumentFault {
  return { arg, code, summary, detail, ...(hint === undefined ? {} : { hint }) };
}

/** The arguments' own types. A module whose arguments are free (`set_fact`) has none. */
export function shapeOf(module: Module): Shape | undefined {
  const schema: unknown = module.args;
  return schema instanceof z.ZodObject ? schema.shape : undefined;
}

export function isRequired(type: z.ZodType): boolean {
  return !(type instanceof z.ZodOptional) && !(type instanceof z.ZodDefault);
}

/** The metadata of a type, through optional and default. */
export function metaOf(type: z.ZodType): Partial<ArgMeta> {
  if (type instanceof z.ZodOptional || type instanceof z.ZodDefault)
    return metaOf(type.def.innerType as z.ZodType);
  return type.meta() ?? {};
}

/** An argument as it was written, with its main name. */
export interface Named {
  readonly canonical: string;
  readonly written: string;
  readonly value: Value;
}

/** The main name of each other name that a module's arguments have. */
export function mainNames(module: Pick<Module, 'aliases'>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(module.aliases).flatMap(([main, others]) => others.map((other) => [other, main] as const)),
  );
}

/** Gives each argument its canonical name. An argument set to nothing (null) counts as not given. */
export function resolveNames(
  module: Module,
  args: RawArgs,
  shape: Shape,
): { named: Named[]; faults: ArgumentFault[] } {
  const canonicalOf = new Map<string, string>(Object.keys(shape).map((key) => [key, key]));
  for (const [canonical, others] of Object.entries(module.aliases)) {
    for (const other of others) canonicalOf.set(other, canonical);
  }
  const named: Named[] = [];
  const faults: ArgumentFault[] = [];
  for (const [written, value] of Object.entries(args)) {
    const canonical = canonicalOf.get(written);
    if (canonical === undefined) {
      const hint = didYouMean(written, canonicalOf.keys()) ?? `It has: ${Object.keys(shape).join(', ')}.`;
      const detail = `The module "${module.name}" has no argument "${written}".`;
      faults.push(fault('UNKNOWN_ARGUMENT', written, 'The module has no such argument', detail, hint));
      continue;
    }
    const twin = named.find((item) => item.canonical === canonical);
    if (twin !== undefined) {
      const detail = `"${twin.written}" and "${written}" are two names for the same argument of the module "${module.name}".`;
      faults.push(fault('CONFLICTING_ARGUMENTS', written, 'An argument is given twice', detail));
      continue;
    }
    const keepsNull = metaOf(shape[canonical] ?? z.unknown()).raw === true;
    if (value !== null || keepsNull) named.push({ canonical, written, value });
  }
  return { named, faults };
}

function holds(named: readonly Named[], arg: string): Named | undefined {
  return named.find((item) => item.canonical === arg);
}

function matches(given: Value, value: string | boolean | undefined): boolean {
  if (value === undefined) return true;
  return typeof value === 'boolean' ? readBool(given) === value : given === value;
}

/** Whether an argument has no effect, since the one that it belongs to is not there, or may not be. */
export function isIdle(
  module: Module,
  { canonical }: Named,
  named: readonly Named[],
  templated: (value: Value) => boolean,
): boolean {
  const onlyWith = metaOf(shapeOf(module)?.[canonical] ?? z.unknown()).onlyWith;
  if (onlyWith === undefined) return false;
  const other = holds(named, onlyWith.arg)?.value ?? defaultOf(module, onlyWith.arg);
  return other === undefined || templated(other) || !matches(other, onlyWith.value);
}

function quoted(args: readonly string[]): string {
  return args.map((arg) => `"${arg}"`).join(', ');
}

/** The value that an argument has when it is not given. */
function defaultOf(module: Module, arg: string): Value | undefined {
  const type = shapeOf(module)?.[arg];
  return type instanceof z.ZodDefault ? (type.def.defaultValue as Value) : undefined;
}

/** Whether a template may result in `omit`, as in `{{ owner | default(omit) }}`: then the argument is as good as not written. */
function mayBeOmitted(value: Value, templated: (value: Value) => boolean): boolean {
  return typeof value === 'string' && templated(value) && /\bomit\b/.test(value);
}

function checkRequires(
  module: Module,
  rule: Extract<ArgRule, { type: 'requires' }>,
  named: readonly Named[],
  templated: (value: Value) => boolean,
): ArgumentFault | undefined {
  const written = holds(named, rule.arg);
  if (written !== undefined && mayBeOmitted(written.value, templated)) return undefined;
  const value = written?.value ?? (rule.value === undefined ? undefined : defaultOf(module, rule.arg));
  if (value === undefined || (rule.value !== undefined && templated(value)) || !matches(value, rule.value)) {
    return undefined;
  }
  const missing = rule.needs.filter((arg) => holds(named, arg) === undefined);
  if (missing.length === 0) return undefined;
  const name = written?.written ?? rule.arg;
  const why = rule.value === undefined ? `"${name}" is given` : `"${name}" is ${JSON.stringify(rule.value)}`;
  const byDefault = written === undefined ? ', which it is by default' : '';
  const detail = `The module "${module.name}" needs ${quoted(missing)} when ${why}${byDefault}.`;
  return fault('MISSING_ARGUMENT', written?.written ?? '', 'An argument is missing', detail);
}

function checkRule(
  module: Module,
  rule: ArgRule,
  named: readonly Named[],
  templated: (value: Value) => boolean,
): ArgumentFault | undefined {
  if (rule.type === 'requires') return checkRequires(module, rule, named, templated);
  const given = rule.args.flatMap((arg) => holds(named, arg) ?? []);
  const sure = given.filter((item) => !mayBeOmitted(item.value, templated));
  if (rule.type === 'exclusive' && sure.length > 1) {
    const detail = `The module "${module.name}" takes only one of ${quoted(sure.map((item) => item.written))}.`;
    return fault('CONFLICTING_ARGUMENTS', sure[1]?.written ?? '', 'Arguments exclude each other', detail);
  }
  if (rule.type === 'one-of' && given.length === 0) {
    const detail = `The module "${module.name}" needs one of ${quoted(rule.args)}.`;
    return fault('MISSING_ARGUMENT', '', 'An argument is missing', detail);
  }
  if (rule.type === 'together' && sure.length > 0 && given.length < rule.args.length) {
    const missing = rule.args.filter((arg) => holds(named, arg) === undefined);
    const detail = `The module "${module.name}" takes ${quoted(rule.args)} only together; ${quoted(missing)} is missing.`;
    return fault('MISSING_ARGUMENT', sure[0]?.written ?? '', 'An argument is missing', detail);
  }
  return undefined;
}

export function checkPresence(
  module: Module,
  shape: Shape,
  named: readonly Named[],
  templated: (value: Value) => boolean,
): ArgumentFault[] {
  const missing = Object.entries(shape)
    .filter(([arg, type]) => isRequired(type) && holds(named, arg) === undefined)
    .map(([arg]) => {
      const others = module.aliases[arg] ?? [];
      const also = others.length === 0 ? '' : ` (or ${quoted(others)})`;
      const detail = `The module "${module.name}" needs the argument "${arg}"${also}.`;
      return fault('MISSING_ARGUMENT', '', 'An argument is missing', detail);
    });
  const broken = (module.rules ?? []).flatMap((rule) => checkRule(module, rule, named, templated) ?? []);
  return [...missing, ...broken];
}

/** What is wrong with an argument's value. */
export function typeFault(
  module: Module,
  type: z.ZodType,
  item: Named,
  issue: z.core.$ZodIssue | undefined,
): ArgumentFault {
  const params = issue !== undefined && 'params' in issue ? (issue.params as { hint?: string }) : {};
  const reason = metaOf(type).unsupported;
  if (typeof reason === 'string') {
    const detail = `The argument "${item.written}" of the module "${module.name}" is not supported by rtprov. ${reason}`;
    return fault('UNSUPPORTED_ARGUMENT', item.written, 'The argument is not supported', detail);
  }
  const detail = `The argument "${item.written}" of the module "${module.name}" ${issue?.message ?? 'is wrong'}.`;
  return fault('BAD_ARGUMENT', item.written, 'An argument has a wrong value', detail, params.hint);
}

/** A module that takes any name as an argument. */
export function freeFaults(module: Module, issue: z.core.$ZodIssue | undefined): readonly ArgumentFault[] {
  if (issue === undefined) return [];
  const detail = `The arguments of the module "${module.name}" are wrong: ${issue.message}.`;
  const [arg] = issue.path;
  return arg === undefined
    ? [fault('MISSING_ARGUMENT', '', 'An argument is missing', detail)]
    : [fault('BAD_ARGUMENT', String(arg), 'Arguments are wrong', detail)];
}

/**
 * The static check. `templated` says whether a value holds a template (however deep); such values are only
 * checked for their names. Returns every fault.
 */
export function checkArgs(
  module: Module,
  args: RawArgs,
  templated: (value: Value) => boolean,
): readonly ArgumentFault[] {
  const shape = shapeOf(module);
  if (shape === undefined) {
    const plain = Object.entries(args).filter(([name]) => !templated(name));
    return plain.length < Object.keys(args).length && plain.length === 0
      ? []
      : freeFaults(module, module.args.safeParse(Object.fromEntries(plain)).error?.issues[0]);
  }
  const { named, faults } = resolveNames(module, args, shape);
  const types = named.flatMap((item) => {
    const type = shape[item.canonical];
    if (type === undefined || templated(item.value) || isIdle(module, item, named, templated)) return [];
    const parsed = type.safeParse(item.value);
    return parsed.success ? [] : [typeFault(module, type, item, parsed.error.issues[0])];
  });
  return [...faults, ...checkPresence(module, shape, named, templated), ...types];
}
