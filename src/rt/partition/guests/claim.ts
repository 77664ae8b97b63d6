/** What is to be placed, in the terms of the search: so many cores, where they may be, and memory beside them. */
import type { MachineCore } from '../machine.js';

export type NodeRule =
  /** All in one node, whichever. */
  | { readonly kind: 'any' }
  /** All in one of these. */
  | { readonly kind: 'one'; readonly nodes: readonly number[] }
  /** The same number in each of these. */
  | { readonly kind: 'each'; readonly nodes: readonly number[] };

export interface Claim {
  readonly name: string;
  /** 0: it has a node all the same, for its memory and for the housekeeping CPUs that it shares. */
  readonly cores: number;
  /** A core with fewer threads cannot be used. */
  readonly threads: 1 | 2;
  readonly rule: NodeRule;
  /** 0: memory is not looked at. */
  readonly memoryBytes: number;
  /** Whether caches without housekeeping CPUs come first: a guest with a share of its own need not care. */
  readonly avoidsHousekeeping: boolean;
  /** Cores of its former place that are free now, ascending. They come first. */
  readonly old: readonly MachineCore[];
  /** Nodes of its former place, for a claim of no core. They come first. */
  readonly oldNodes: readonly number[];
}

export interface Placement {
  readonly claim: Claim;
  /** Ascending. */
  readonly cores: readonly MachineCore[];
  /** Ascending. */
  readonly nodes: readonly number[];
  readonly why: readonly string[];
}
