/** The order in which layers of variables cover each other (docs/variables.md). */

import { RtprovError, type SourceRange } from '../diagnostics/diagnostic.js';
import type { Vars } from '../values/value.js';

/** All layers, low to high. `set-fact` and `registered` are one step: of these the later one wins. */
export const PRECEDENCE = [
  'role-defaults',
  'inventory-all',
  'inventory-groups',
  'group-vars-all',
  'group-vars-all-playbook',
  'group-vars',
  'group-vars-playbook',
  'inventory-host',
  'host-vars',
  'host-vars-playbook',
  'facts',
  'play-vars',
  'vars-files',
  'role-vars',
  'block-vars',
  'task-vars',
  'include-vars',
  'set-fact',
  'registered',
  'role-params',
  'include-params',
  'extra-vars',
  'loop',
  'magic',
] as const;

export type LayerName = (typeof PRECEDENCE)[number];

/** Layers whose values come from a machine or are templated already: they are never templated (again). */
const UNTRUSTED: ReadonlySet<LayerName> = new Set(['facts', 'set-fact', 'registered', 'loop', 'magic']);

/** Layers that the inventory gives: its files and the variables beside it. They are data (docs/adr/0012). */
const DATA: ReadonlySet<LayerName> = new Set([
  'inventory-all',
  'inventory-groups',
  'group-vars-all',
  'group-vars',
  'inventory-host',
  'host-vars',
]);

/** Whether the templates of a layer may only compute, because the playbook's author did not write them. */
export function isData(layer: LayerName): boolean {
  return DATA.has(layer);
}

/** The place of a layer in the order; `registered` shares that of `set-fact`. */
export function rank(layer: LayerName): number {
  const at = PRECEDENCE.indexOf(layer === 'registered' ? 'set-fact' : layer);
  // A name that a cast let through would silently land on top of all layers.
  if (at < 0) throw new RtprovError('UNKNOWN_LAYER', `there is no layer of variables named ${layer}`);
  return at;
}

/** Whether strings of a layer are templates unless something else is said. */
export function trustedByDefault(layer: LayerName): boolean {
  return !UNTRUSTED.has(layer);
}

/** The variables of one layer. */
export interface VarLayer {
  readonly name: LayerName;
  readonly vars: Vars;
  /** Strings are templates. */
  readonly trusted: boolean;
  /** Names whose values hold `!unsafe` strings and are never templated, even in a trusted layer. */
  readonly unsafe: ReadonlySet<string>;
  /** Where a variable was defined, when that is a file. */
  origin(name: string): SourceRange | undefined;
}
