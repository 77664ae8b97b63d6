/** What a filter, test or global function is, and what it may use. */
import type { Parameters } from './arguments.js';
import type { PathLook } from './path-look.js';
import type { Keywords } from '../python/values.js';

export interface Toolbox {
  /** Looks at the controller's files. Throws TEMPLATE_FORBIDDEN in a text that the playbook's author did not write. */
  readonly path: PathLook;
  /** `value[key]` as Jinja's filters look it up. */
  attribute(target: unknown, key: unknown): unknown;
  applyFilter(name: string, value: unknown, args: readonly unknown[], keywords: Keywords): unknown;
  applyTest(name: string, value: unknown, args: readonly unknown[], keywords: Keywords): boolean;
}

export interface Definition {
  readonly parameters: Parameters;
  readonly run: (tools: Toolbox, value: unknown, args: readonly unknown[]) => unknown;
  /** The input may be undefined (`default`). */
  readonly undefinedInput?: boolean;
  /** Arguments may be undefined or unknown as long as they are not used (`default`, `ternary`). */
  readonly lazyArguments?: boolean;
  /** Unknown members of the input stay as they are; otherwise they make the whole result unknown. */
  readonly shallow?: boolean;
}

export type Definitions = Readonly<Record<string, Definition>>;

export function define(
  parameters: Parameters,
  run: Definition['run'],
  flags: Omit<Definition, 'parameters' | 'run'> = {},
): Definition {
  return { parameters, run, ...flags };
}

/** For filters that pass members through without looking at them. */
export const shallow = { shallow: true } as const;
