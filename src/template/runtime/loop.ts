/** `{% for %}`: the items of a loop and the variable `loop`. */
import { step } from './budget.js';
import { TemplateFault, type Position } from '../fault.js';
import type { Frame } from '../syntax/nunjucks.js';
import { Attributes, Callable, Undefined, items, tuple } from '../python/values.js';
import { equal } from './operators.js';

/** A target of assignment as the compiler writes it: a name, a list of targets, or `[namespace, attribute]`. */
export type Target = string | { readonly items: readonly Target[] };

export interface LoopParts {
  readonly target: Target;
  readonly filter: ((frame: Frame) => boolean) | null;
  readonly body: (frame: Frame) => string;
  readonly otherwise: ((frame: Frame) => string) | null;
  readonly recursive: boolean;
  readonly at: Position;
}

/** Gives the names of a target their values in a frame. */
export function assign(target: Target, value: unknown, set: (name: string, value: unknown) => void): void {
  if (typeof target === 'string') {
    set(target, value);
    return;
  }
  const values = items(value);
  if (values.length !== target.items.length) {
    throw new TemplateFault(
      'TEMPLATE_TYPE',
      `${target.items.length} names cannot be given ${values.length} values.`,
      'To go through keys and values of a mapping write: for key, value in mapping.items().',
    );
  }
  target.items.forEach((inner, index) => assign(inner, values[index], set));
}

class LoopState {
  index0 = 0;
  private changedBefore: readonly unknown[] | undefined;
  constructor(
    readonly all: readonly unknown[],
    readonly depth: number,
    readonly at: Position,
  ) {}

  private neighbour(offset: number, which: string): unknown {
    const index = this.index0 + offset;
    if (index >= 0 && index < this.all.length) return this.all[index];
    return new Undefined(
      `There is no ${which} item in this round of the loop.`,
      'Test it: loop.first, loop.last.',
      this.at,
    );
  }

  get(name: string): unknown {
    const { index0, all } = this;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'revindex':
        return all.length - index0;
      case 'revindex0':
        return all.length - index0 - 1;
      case 'first':
        return index0 === 0;
      case 'last':
        return index0 === all.length - 1;
      case 'length':
        return all.length;
      case 'depth':
        return this.depth;
      case 'depth0':
        return this.depth - 1;
      case 'previtem':
        return this.neighbour(-1, 'previous');
      case 'nextitem':
        return this.neighbour(1, 'next');
      case 'cycle':
        return new Callable('loop.cycle', (args) => {
          if (args.length === 0)
            throw new TemplateFault('TEMPLATE_TYPE', '"loop.cycle" needs at least one value.');
          return args[index0 % args.length];
        });
      case 'changed':
        return new Callable('loop.changed', (args) => {
          const before = this.changedBefore;
          this.changedBefore = args;
          return before === undefined || !equal(tuple(...before), tuple(...args));
        });
      default:
        return undefined;
    }
  }
}

/** Runs a loop and returns what it prints. */
export function runLoop(frame: Frame, list: unknown, parts: LoopParts, depth = 1): string {
  const all = filtered(frame, items(list), parts);
  if (all.length === 0) return parts.otherwise === null ? '' : parts.otherwise(frame.push());
  const state = new LoopState(all, depth, parts.at);
  const variable = new Attributes('loop', (name) => state.get(name));
  const again = new Callable('loop', ([inner]) => runLoop(frame, inner, parts, depth + 1));
  let printed = '';
  for (const item of all) {
    const inner = frame.push();
    inner.set('loop', variable);
    if (parts.recursive) inner.set(' loop', again);
    assign(parts.target, item, (name, value) => inner.set(name, value));
    printed += parts.body(inner);
    step();
    state.index0 += 1;
  }
  return printed;
}

function filtered(frame: Frame, all: readonly unknown[], parts: LoopParts): readonly unknown[] {
  const { filter } = parts;
  if (filter === null) return all;
  return all.filter((item) => {
    const inner = frame.push();
    assign(parts.target, item, (name, value) => inner.set(name, value));
    return filter(inner);
  });
}
