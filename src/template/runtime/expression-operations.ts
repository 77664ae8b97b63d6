/**
 * What compiled templates call (`$` in the generated code): Jinja2's operations, where Undefined is an
 * error when it is used and Unknown flows. Operations on an Unknown return it, so that `and`, `or`, inline
 * `if` and lists can go on; statements (printing, `if`, `for`) throw UnknownTouched, which ends the run.
 */
import { didYouMean } from '../../diagnostics/nearest.js';
import { derived, isUnknown, type Unknown } from '../../values/value.js';
import { bind } from './arguments.js';
import { spendItems, spendText, step } from './budget.js';
import { TemplateFault, UnknownTouched, asFault, locate, type Position } from '../fault.js';
import { findFilter } from '../filters/registry.js';
import { assign, runLoop, type LoopParts, type Target } from './loop.js';
import { member } from './member.js';
import { ISOLATED, type Host } from './host.js';
import type { Context, Frame } from '../syntax/nunjucks.js';
import {
  binary,
  compareWith,
  concatenate,
  negate,
  slice,
  type BinaryOperator,
  type Comparison,
} from './operators.js';
import {
  Callable,
  Namespace,
  Undefined,
  float,
  isMapping,
  items,
  mappingOf,
  own,
  touch,
  truth,
  tuple,
  typeName,
  type Keywords,
} from '../python/values.js';
import { output, str } from '../python/format.js';
import { findTest } from './tests.js';
import type { Definition, Toolbox } from './toolbox.js';

export class ExpressionOperations implements Toolbox {
  readonly path: Toolbox['path'];

  constructor(protected readonly host: Host) {
    this.path = host.path;
  }

  /** Runs an operation: Unknown becomes its result, a fault gets its place. */
  private attempt<T>(at: Position | undefined, run: () => T): T | Unknown {
    try {
      step();
      return run();
    } catch (error) {
      if (error instanceof UnknownTouched) return error.unknown;
      throw locate(error, at);
    }
  }

  protected located<T>(at: Position, run: () => T): T {
    try {
      step();
      return run();
    } catch (error) {
      throw locate(error, at);
    }
  }

  name(context: Context, frame: Frame, name: string, at: Position): unknown {
    const local = frame.lookup(name);
    if (local !== undefined) return local;
    if (Object.hasOwn(context.ctx, name)) return context.ctx[name];
    if (!Object.hasOwn(context.ctx, ISOLATED)) {
      const found = this.host.variable(name, at);
      if (found !== undefined) return found;
    }
    const global = this.host.global(name);
    if (global !== undefined) return global;
    if (name === ' loop') {
      return new Undefined(
        '"loop(...)" needs a loop with "recursive".',
        'Write: {% for item in list recursive %}.',
        at,
      );
    }
    const hint = (): string | undefined => didYouMean(name, this.host.variableNames());
    return new Undefined(`The variable "${name}" is not defined.`, hint, at, name);
  }

  member(target: unknown, key: unknown, dotted: boolean, at: Position, text: string): unknown {
    return this.attempt(at, () => member(target, key, dotted, at, text));
  }

  /** Attribute access for filters: `a.b`, `0`. */
  attribute(target: unknown, key: unknown): unknown {
    return member(target, key, false, undefined, '');
  }

  slice(value: unknown, start: unknown, stop: unknown, step: unknown, at: Position): unknown {
    if (value instanceof Undefined) return value;
    return this.attempt(at, () => {
      touch(value);
      // As an item that is not there.
      const isSliceable = typeof value === 'string' || Array.isArray(value);
      return isSliceable ? slice(value, start, stop, step) : notSliceable(value, at);
    });
  }

  float(value: number): unknown {
    return float(value);
  }

  list(values: unknown[]): unknown[] {
    return own(values);
  }

  tuple(values: readonly unknown[]): unknown {
    return tuple(...values);
  }

  mapping(pairs: readonly (readonly [unknown, unknown])[], at: Position): unknown {
    return this.attempt(at, () => own(mappingOf(pairs.map(([key, value]) => [str(key), value] as const))));
  }

  items(value: unknown, at: Position): readonly unknown[] {
    return this.located(at, () => items(value));
  }

  keywords(value: unknown, at: Position): Keywords {
    return this.located(at, () => {
      touch(value);
      if (isMapping(value)) return value;
      throw new TemplateFault('TEMPLATE_TYPE', `"**" needs a mapping, not ${typeName(value)}.`);
    });
  }

  choose(condition: unknown, then: () => unknown, otherwise: (() => unknown) | null, at: Position): unknown {
    if (isUnknown(condition)) return derived(condition);
    if (this.located(at, () => truth(condition))) return then();
    if (otherwise !== null) return otherwise();
    return new Undefined(
      'The inline "if" is false here and has no "else".',
      'Add an "else".',
      at,
      undefined,
      true,
    );
  }

  and(left: unknown, right: () => unknown, at: Position): unknown {
    if (isUnknown(left)) return this.decides(derived(left), right, false);
    return this.located(at, () => truth(left)) ? right() : left;
  }

  or(left: unknown, right: () => unknown, at: Position): unknown {
    if (isUnknown(left)) return this.decides(derived(left), right, true);
    return this.located(at, () => truth(left)) ? left : right();
  }

  /**
   * The left side is unknown: the right one decides only when it has the value that ends the matter (false
   * for `and`, true for `or`). It may depend on the left one being true, so its faults are not faults.
   */
  private decides(left: Unknown, right: () => unknown, decisive: boolean): unknown {
    try {
      const value = right();
      return isUnknown(value) || truth(value) !== decisive ? left : value;
    } catch (error) {
      if (error instanceof UnknownTouched || error instanceof TemplateFault) return left;
      throw error;
    }
  }

  not(value: unknown, at: Position): unknown {
    return this.attempt(at, () => !truth(value));
  }

  binary(operator: BinaryOperator, left: unknown, right: unknown, at: Position): unknown {
    return this.attempt(at, () => binary(operator, left, right));
  }

  signed(sign: '-' | '+', value: unknown, at: Position): unknown {
    return this.attempt(at, () => negate(value, sign));
  }

  concatenate(left: unknown, right: unknown, at: Position): unknown {
    return this.attempt(at, () => concatenate(left, right));
  }

  compare(
    first: unknown,
    operands: readonly (readonly [Comparison, () => unknown])[],
    at: Position,
  ): unknown {
    return this.attempt(at, () => {
      let left = first;
      for (const [operator, operand] of operands) {
        const right = operand();
        if (!compareWith(operator, left, right)) return false;
        left = right;
      }
      return true;
    });
  }

  call(callee: unknown, name: string, args: readonly unknown[], keywords: Keywords, at: Position): unknown {
    return this.attempt(at, () => {
      touch(callee);
      if (callee instanceof Callable) return sized(callee.call(args, keywords));
      const what = name === '' ? 'The value' : `"${name}"`;
      throw new TemplateFault(
        'TEMPLATE_TYPE',
        `${what} is not a function but has the type ${typeName(callee)}.`,
      );
    });
  }

  private apply(
    what: string,
    definition: Definition,
    value: unknown,
    args: readonly unknown[],
    keywords: Keywords,
  ) {
    if (definition.undefinedInput !== true) touch(value);
    const given = [...args, ...Object.values(keywords)];
    if (definition.lazyArguments !== true) given.forEach(touch);
    if (definition.shallow !== true) for (const one of [value, ...given]) touchDeep(one);
    return sized(definition.run(this, value, bind(what, definition.parameters, args, keywords)));
  }

  applyFilter(name: string, value: unknown, args: readonly unknown[], keywords: Keywords): unknown {
    try {
      return this.apply(`The filter "${name}"`, findFilter(name), value, args, keywords);
    } catch (error) {
      if (error instanceof UnknownTouched) throw error;
      const fault = asFault(error);
      if (fault instanceof TemplateFault) throw fault;
      const message = error instanceof Error ? error.message : String(error);
      const why = message.includes('Maximum call stack')
        ? 'the value contains itself, or is nested too deeply.'
        : message;
      throw new TemplateFault('TEMPLATE_FILTER_FAILED', `The filter "${name}" failed: ${why}`);
    }
  }

  applyTest(name: string, value: unknown, args: readonly unknown[], keywords: Keywords): boolean {
    return truth(this.apply(`The test "${name}"`, findTest(name), value, args, keywords));
  }

  filter(name: string, value: unknown, args: readonly unknown[], keywords: Keywords, at: Position): unknown {
    return this.attempt(at, () => this.applyFilter(name, value, args, keywords));
  }

  test(
    name: string,
    value: unknown,
    args: readonly unknown[],
    keywords: Keywords,
    isName: boolean,
    at: Position,
  ) {
    return this.attempt(at, () => {
      // A variable that acting will give is there; whether an attribute of it will be is not known.
      if (isUnknown(value) && isName && (name === 'defined' || name === 'undefined'))
        return name === 'defined';
      if (isUnknown(value)) return derived(value);
      return this.applyTest(name, value, args, keywords);
    });
  }

  truth(value: unknown, at: Position): boolean {
    return this.located(at, () => truth(value));
  }

  print(value: unknown, at: Position): string {
    return this.located(at, () => sized(output(value)));
  }

  use(value: unknown, at: Position): void {
    this.located(at, () => touch(value));
  }

  loop(frame: Frame, list: unknown, parts: LoopParts): string {
    return this.located(parts.at, () => runLoop(frame, list, parts));
  }

  assign(context: Context, frame: Frame, target: Target, value: unknown, at: Position): void {
    this.located(at, () => assign(target, value, (name, one) => this.set(context, frame, name, one)));
  }

  protected set(context: Context, frame: Frame, name: string, value: unknown): void {
    const [object = '', attribute] = name.split('.');
    if (attribute === undefined) {
      frame.set(name, value);
      if (!frame.topLevel) return;
      context.setVariable(name, value);
      if (!name.startsWith('_')) context.addExport(name);
      return;
    }
    const namespace = frame.lookup(object) ?? context.ctx[object];
    if (!(namespace instanceof Namespace)) {
      throw new TemplateFault(
        'TEMPLATE_TYPE',
        `"${object}" is not a namespace; attributes of other values cannot be set.`,
        `Make one: {% set ${object} = namespace(${attribute}=...) %}.`,
      );
    }
    namespace.attributes.set(attribute, value);
  }

  scoped(
    frame: Frame,
    values: readonly (readonly [Target, unknown])[],
    body: (frame: Frame) => string,
  ): string {
    const inner = frame.push();
    for (const [target, value] of values) assign(target, value, (name, one) => inner.set(name, one));
    return body(inner);
  }

  macro(
    name: string,
    parameters: readonly (readonly [string, ((frame: Frame) => unknown) | null])[],
    frame: Frame,
    body: (frame: Frame) => string,
    at: Position,
  ): Callable {
    const names = parameters.map(([parameter]) => parameter);
    const run = (args: readonly unknown[], given: Keywords): string => {
      const inner = frame.push();
      const { caller, ...keywords } = given;
      const bound = bind(`The macro "${name}"`, [...names, '*', '**'], args, keywords);
      inner.set('varargs', tuple(...(bound[names.length] as unknown[])));
      inner.set('kwargs', bound[names.length + 1]);
      if (caller !== undefined) inner.set('caller', caller);
      parameters.forEach(([parameter, fallback], index) => {
        const missing = `The macro "${name}" was called without the argument "${parameter}".`;
        inner.set(
          parameter,
          bound[index] ?? fallback?.(inner) ?? new Undefined(missing, undefined, at, parameter),
        );
        if (bound[index] === null) inner.set(parameter, null);
      });
      return body(inner);
    };
    return new Callable(name, run, 'macro');
  }
}

/** What an operation has made counts. */
function sized<T>(made: T): T {
  if (typeof made === 'string') spendText(made.length);
  else if (Array.isArray(made)) spendItems(made.length);
  return made;
}

function notSliceable(value: unknown, at: Position): Undefined {
  return new Undefined(`A slice needs a list or a text, not ${typeName(value)}.`, undefined, at);
}

/** Throws when an Unknown or Undefined is anywhere inside a list or mapping. */
function touchDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  touch(value);
  if (Array.isArray(value)) value.forEach(touchDeep);
  else if (isMapping(value)) Object.values(value).forEach(touchDeep);
}
