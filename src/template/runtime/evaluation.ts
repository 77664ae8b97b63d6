/**
 * One evaluation: the variables of a scope, each rendered once and only when it is used. Members of trusted
 * lists and mappings are rendered one by one, so that a fault in one of them does not spoil the others, and
 * so that one member may refer to another.
 */
import { shortened } from '../../values/shortened.js';
import type { SourceRange } from '../../diagnostics/diagnostic.js';
import { isUnknown, type Value } from '../../values/value.js';
import { TemplateFault, locate, type Position } from '../fault.js';
import { Undefined } from '../python/values.js';
import type { Scope, Variable } from './scope.js';

/** Whether a text can be a template at all; any other is the same after rendering. */
export function mayBeTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || text.includes('{#');
}

const scanned = new WeakMap<object, boolean>();

/** Whether a value holds a template anywhere. Lists and mappings are looked through once. */
export function holdsTemplate(value: Value): boolean {
  if (typeof value === 'string') return mayBeTemplate(value);
  if (typeof value !== 'object' || value === null || isUnknown(value)) return false;
  const known = scanned.get(value);
  if (known !== undefined) return known;
  const found = Object.values(value).some((item: Value) => holdsTemplate(item));
  scanned.set(value, found);
  return found;
}

/** Where a text that the playbook's author did not write comes from. */
export interface DataText {
  /** The variable, and the member of it. */
  readonly path: string;
  readonly origin: SourceRange | undefined;
}

type Source = Pick<Variable, 'data' | 'origin'>;

export class Evaluation {
  private readonly values = new Map<string, unknown>();
  /** Names of the variables being rendered, outermost first. */
  private readonly trail: string[] = [];

  constructor(
    readonly scope: Scope,
    private readonly render: (text: string) => unknown,
    /** The text that is being rendered, when it is data. What it names in turn is its own author's again. */
    private dataText: DataText | undefined,
  ) {}

  /** Throws TEMPLATE_FORBIDDEN when the text that is being rendered was not written by the playbook's author. */
  mayReach(what: string): void {
    if (this.dataText === undefined) return;
    const { path, origin } = this.dataText;
    throw new TemplateFault(
      'TEMPLATE_FORBIDDEN',
      `The value of "${path}" comes from the inventory, which is data only: it may not use ${what}.`,
      'Write it into the playbook, a role, or group_vars or host_vars beside the playbook, and name the variable there.',
      undefined,
      origin,
    );
  }

  variable(name: string, at: Position): unknown {
    if (this.values.has(name)) return this.values.get(name);
    const found = this.scope.lookup(name);
    if (found === undefined) return name === 'vars' ? this.all(at) : undefined;
    if (!found.trusted || !holdsTemplate(found.value)) {
      this.values.set(name, found.value);
      return found.value;
    }
    const value = this.lazy(found.value, name, at, found);
    this.values.set(name, value);
    return value;
  }

  /** `vars`: every variable under its name, rendered when it is read. */
  private all(at: Position): unknown {
    const names = new Set(this.scope.names());
    const read = (key: string | symbol): unknown =>
      typeof key === 'string' && names.has(key) ? this.variable(key, at) : undefined;
    const made = new Proxy<Record<string, unknown>>(
      {},
      {
        get: (target, key, receiver) =>
          typeof key === 'symbol' ? (Reflect.get(target, key, receiver) as unknown) : read(key),
        has: (_, key) => typeof key === 'string' && names.has(key),
        ownKeys: () => [...names],
        getOwnPropertyDescriptor: (_, key) =>
          typeof key === 'string' && names.has(key)
            ? { enumerable: true, configurable: true, get: () => read(key) }
            : undefined,
      },
    );
    this.values.set('vars', made);
    return made;
  }

  private lazy(value: Value, path: string, at: Position, from: Source): unknown {
    if (typeof value === 'string') return mayBeTemplate(value) ? this.rendered(value, path, at, from) : value;
    if (typeof value !== 'object' || value === null || isUnknown(value) || !holdsTemplate(value))
      return value;
    const made: object = Array.isArray(value) ? new Array<unknown>(value.length) : {};
    for (const [key, item] of Object.entries<Value>(value as Readonly<Record<string, Value>>)) {
      this.member(made, key, item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, at, from);
    }
    return made;
  }

  /** A member that renders itself when it is first read. */
  private member(target: object, key: string, item: Value, path: string, at: Position, from: Source): void {
    const shape = { enumerable: true, configurable: true };
    if (!holdsTemplate(item)) {
      Object.defineProperty(target, key, { ...shape, value: item, writable: true });
      return;
    }
    Object.defineProperty(target, key, {
      ...shape,
      get: () => {
        const value = this.lazy(item, path, at, from);
        Object.defineProperty(target, key, { ...shape, value, writable: true });
        return value;
      },
    });
  }

  /** As in Ansible a variable that cannot be rendered for want of another counts as undefined itself. */
  private dangling(fault: TemplateFault, text: string, path: string, at: Position): Undefined {
    return new Undefined(explained(fault, text, path), fault.hint, at, path);
  }

  private rendered(text: string, path: string, at: Position, from: Source): unknown {
    if (this.trail.includes(path)) {
      const circle = [...this.trail.slice(this.trail.indexOf(path)), path].join(' -> ');
      throw new TemplateFault(
        'TEMPLATE_LOOP',
        `The variables refer to each other in a circle: ${circle}.`,
        undefined,
        at,
      );
    }
    const outer = this.dataText;
    this.dataText = from.data === true ? { path, origin: from.origin } : undefined;
    this.trail.push(path);
    try {
      const value = this.render(text);
      return value instanceof Undefined ? this.dangling(value.fault(), text, path, at) : value;
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      if (error.code === 'TEMPLATE_LOOP' || error.code === 'TEMPLATE_FORBIDDEN') throw error;
      if (error.code === 'TEMPLATE_UNDEFINED') return this.dangling(error, text, path, at);
      throw locate(new TemplateFault(error.code, explained(error, text, path), error.hint), at);
    } finally {
      this.dataText = outer;
      this.trail.pop();
    }
  }
}

function explained(fault: TemplateFault, text: string, path: string): string {
  return `${fault.detail} This happened while rendering the variable "${path}": ${JSON.stringify(shortened(text, 95))}`;
}
