/** What a method of a value is, and how it is bound to the value. */
import { bind, type Parameters } from './arguments.js';
import { Callable } from '../python/values.js';

export type Attribute = (target: unknown, key: string) => unknown;

export interface Method<T> {
  readonly parameters: Parameters;
  readonly run: (self: T, args: unknown[], attribute: Attribute) => unknown;
}

export type Methods<T> = Readonly<Record<string, Method<T>>>;

export function method<T>(parameters: Parameters, run: Method<T>['run']): Method<T> {
  return { parameters, run };
}

export function boundMethod<T>(
  self: T,
  methods: Methods<T>,
  name: string,
  attribute: Attribute,
): Callable | undefined {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (found === undefined) return undefined;
  return new Callable(
    name,
    (args, keywords) =>
      found.run(self, bind(`The method "${name}"`, found.parameters, args, keywords), attribute),
    'method',
  );
}
