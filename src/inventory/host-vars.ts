/** All variables of one host, layer upon layer, as an immutable value that is cheap to keep. */

import type { SourceRange } from '../diagnostics/diagnostic.js';
import type { Value, Vars } from '../values/value.js';
import { isData, PRECEDENCE, rank, trustedByDefault, type LayerName, type VarLayer } from './precedence.js';

export interface Found {
  readonly value: Value;
  /** Strings in it are templates. */
  readonly trusted: boolean;
  /** They are not the playbook's author's. */
  readonly data: boolean;
  readonly layer: LayerName;
  readonly origin: SourceRange | undefined;
}

/** Of one layer, the later tables cover the earlier ones. */
type Slot = readonly VarLayer[];

const NOWHERE = (): undefined => undefined;
const NONE: ReadonlySet<string> = new Set();

/** So many tables a layer may have before they are made one, so that look-ups stay short. */
const MAX_TABLES = 12;

interface Merged {
  readonly layer: VarLayer;
  readonly vars: Record<string, Value>;
  readonly unsafe: Set<string>;
  readonly origins: Map<string, SourceRange>;
}

/** Copies one variable without reading it: values such as hostvars are lazy. */
function copy(from: Vars, name: string, to: Record<string, Value>): void {
  const property = Object.getOwnPropertyDescriptor(from, name);
  if (property !== undefined) Object.defineProperty(to, name, { ...property, configurable: true });
}

/** One table for each layer name and trust, with no name in two of them. */
function squash(slot: Slot): Slot {
  const merged = new Map<string, Merged>();
  for (const layer of slot) {
    const key = `${layer.name} ${layer.trusted}`;
    const own = merged.get(key) ?? { layer, vars: {}, unsafe: new Set<string>(), origins: new Map() };
    merged.set(key, own);
    for (const name of Object.keys(layer.vars)) {
      for (const { vars, unsafe, origins } of merged.values()) {
        if (!Object.hasOwn(vars, name)) continue;
        Reflect.deleteProperty(vars, name);
        unsafe.delete(name);
        origins.delete(name);
      }
      copy(layer.vars, name, own.vars);
      if (layer.unsafe.has(name)) own.unsafe.add(name);
      const origin = layer.origin(name);
      if (origin !== undefined) own.origins.set(name, origin);
    }
  }
  return [...merged.values()].map(({ layer: { name, trusted }, vars, unsafe, origins }) => {
    return { name, trusted, vars, unsafe, origin: (variable) => origins.get(variable) };
  });
}

export class HostVars {
  private constructor(private readonly slots: readonly Slot[]) {}

  static readonly empty = new HostVars(PRECEDENCE.map(() => []));

  /** Stacks layers; their order in the list only matters within one layer name. */
  static of(layers: readonly VarLayer[]): HostVars {
    return layers.reduce((vars, layer) => vars.withLayer(layer), HostVars.empty);
  }

  /** With further variables in a layer; they cover those of the same name in it and in lower layers. */
  with(layer: LayerName, vars: Vars, trusted: boolean = trustedByDefault(layer)): HostVars {
    return this.withLayer({ name: layer, vars, trusted, unsafe: NONE, origin: NOWHERE });
  }

  withLayer(layer: VarLayer): HostVars {
    const at = rank(layer.name);
    const grown = [...(this.slots[at] ?? []), layer];
    return new HostVars(this.slots.with(at, grown.length > MAX_TABLES ? squash(grown) : grown));
  }

  /** Without anything that a layer held, for instance the task's variables when the next task begins. */
  without(...layers: readonly LayerName[]): HostVars {
    const dropped = new Set<LayerName>(layers);
    const ranks = new Set(layers.map(rank));
    return new HostVars(
      this.slots.map((slot, at) => (ranks.has(at) ? slot.filter((layer) => !dropped.has(layer.name)) : slot)),
    );
  }

  /** With what another host has in these layers, where this one has nothing in them. */
  filledFrom(other: HostVars, ...layers: readonly LayerName[]): HostVars {
    return layers.reduce<HostVars>((filled, name) => {
      const at = rank(name);
      const mine = filled.slots[at] ?? [];
      if (mine.some((layer) => layer.name === name)) return filled;
      const theirs = (other.slots[at] ?? []).filter((layer) => layer.name === name);
      return theirs.length === 0 ? filled : new HostVars(filled.slots.with(at, [...mine, ...theirs]));
    }, this);
  }

  /** The value that counts. Values are whole: a mapping replaces one below, it is not merged. */
  lookup(name: string): Found | undefined {
    for (let at = this.slots.length - 1; at >= 0; at -= 1) {
      const layer = this.slots[at]?.findLast(({ vars }) => Object.hasOwn(vars, name));
      const value = layer?.vars[name];
      if (layer === undefined || value === undefined) continue;
      const trusted = layer.trusted && !layer.unsafe.has(name);
      return { value, trusted, data: isData(layer.name), layer: layer.name, origin: layer.origin(name) };
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.slots.some((slot) => slot.some(({ vars }) => Object.hasOwn(vars, name)));
  }

  /** Every name once, in no promised order. */
  names(): ReadonlySet<string> {
    return new Set(this.slots.flatMap((slot) => slot.flatMap(({ vars }) => Object.keys(vars))));
  }

  /** The values that count, all of them. Lazy values such as hostvars stay lazy. */
  toVars(): Vars {
    const all: Record<string, Value> = {};
    for (const slot of this.slots) {
      for (const { vars } of slot) Object.defineProperties(all, Object.getOwnPropertyDescriptors(vars));
    }
    return all;
  }
}
