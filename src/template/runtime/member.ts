/** `a.b` and `a[b]`, with Jinja's order of methods and keys, and own properties only. */
import { didYouMean } from '../../diagnostics/nearest.js';
import { derived, isUnknown } from '../../values/value.js';
import type { Position } from '../fault.js';
import { methodNames, methodOf } from './methods.js';
import {
  Attributes,
  Namespace,
  Undefined,
  isList,
  isMapping,
  isInteger,
  touch,
  typeName,
} from '../python/values.js';
import { str } from '../python/format.js';

function key(target: unknown, name: unknown): unknown {
  if (isMapping(target)) {
    const text = typeof name === 'string' ? name : str(name);
    return Object.hasOwn(target, text) ? target[text] : undefined;
  }
  if ((isList(target) || typeof target === 'string') && isInteger(name)) {
    const all = typeof target === 'string' ? Array.from(target) : target;
    const index = Number(name);
    return all[index < 0 ? index + all.length : index];
  }
  return undefined;
}

/** An attribute or method, never a key. */
export function attribute(target: unknown, name: unknown): unknown {
  if (typeof name !== 'string') return undefined;
  if (target instanceof Attributes) return target.get(name);
  if (target instanceof Namespace) return target.attributes.get(name);
  return methodOf(target, name, (inner, field) => member(inner, field, true, undefined, ''));
}

/** What `a.b` (dotted) or `a[b]` is; Undefined when there is none. `text` is how the template writes `a`. */
export function member(
  target: unknown,
  name: unknown,
  dotted: boolean,
  at: Position | undefined,
  text: string,
): unknown {
  // What is not there has no attributes either, which "default" and "is defined" may ask for (as in Ansible).
  if (target instanceof Undefined) return target;
  if (isUnknown(target)) return derived(target);
  if (isUnknown(name)) return derived(name);
  touch(name);
  const found = dotted
    ? (attribute(target, name) ?? key(target, name))
    : (key(target, name) ?? attribute(target, name));
  return found === undefined ? missing(target, name, at, text) : found;
}

function missing(target: unknown, name: unknown, at: Position | undefined, text: string): Undefined {
  const owner = text === '' ? 'The value' : `"${text}"`;
  if (isInteger(name) && (isList(target) || typeof target === 'string')) {
    return new Undefined(
      `${owner} has ${target.length} items, but none with the index ${Number(name)}.`,
      undefined,
      at,
    );
  }
  const candidates = (): readonly string[] =>
    target instanceof Namespace
      ? [...target.attributes.keys()]
      : [...(isMapping(target) ? Object.keys(target) : []), ...methodNames(target)];
  const label = str(name);
  const kind = isMapping(target) ? 'key' : 'attribute';
  const type = isMapping(target) ? '' : ` (its type is ${typeName(target)})`;
  return new Undefined(
    `${owner} has no ${kind} "${label}"${type}.`,
    () => didYouMean(label, candidates()),
    at,
  );
}
