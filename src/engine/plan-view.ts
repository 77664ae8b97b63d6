/**
 * What is known of a target's resources while planning: states that were read, under the effects of tasks that
 * are planned but not yet written (the overlay). Later tasks see earlier effects at once.
 */
import { keyOf, type ContentStore, type KindName, type ReadRequest, type ResourceId, type State, type StateByKind } from '../resources/resource.js';
import type { TransactionState } from '../resources/states.js';
import { Unknown } from '../values/value.js';

type Depth = 'meta' | 'content' | 'tree';
const rank: Readonly<Record<Depth, number>> = { meta: 0, content: 1, tree: 2 };

/** Thrown when a state is asked for that was not read: the engine reads it and plans the task again. */
export class NotRead extends Error {
  constructor(readonly request: ReadRequest) {
    super(`${keyOf(request)} was not read`);
  }
}

/** Thrown when a state cannot be known before acting. */
export class StateUnknown extends Error {
  constructor(readonly reason: Unknown) {
    super(reason.reason);
  }
}

interface Known {
  readonly state: State;
  readonly depth: Depth;
}

export type Overlay = ReadonlyMap<string, State | Unknown>;

export class PlanView {
  private known = new Map<string, Known>();
  private overlay = new Map<string, State | Unknown>();

  constructor(readonly store: ContentStore) {}

  /** Which of these still have to be read. */
  missing(requests: readonly ReadRequest[]): readonly ReadRequest[] {
    const wanted = new Map<string, ReadRequest>();
    for (const request of requests) {
      const key = keyOf(request);
      if (this.satisfied(request)) continue;
      const other = wanted.get(key);
      if (other === undefined || rank[request.depth ?? 'meta'] > rank[other.depth ?? 'meta']) wanted.set(key, request);
    }
    return [...wanted.values()];
  }

  has(request: ReadRequest): boolean {
    return this.satisfied(request);
  }

  /** Throws NotRead or StateUnknown. */
  state<K extends KindName>(kind: K, name: string): StateByKind[K] {
    const id: ResourceId<K> = { kind, name };
    const planned = this.planned(id);
    if (planned instanceof Unknown) throw new StateUnknown(planned);
    if (planned !== undefined) return planned as StateByKind[K];
    const known = this.known.get(keyOf(id));
    if (known === undefined) throw new NotRead(id);
    return known.state as StateByKind[K];
  }

  /** As `state`, but undefined instead of throwing. */
  peek(id: ResourceId): State | Unknown | undefined {
    return this.planned(id) ?? this.known.get(keyOf(id))?.state;
  }

  learn(request: ReadRequest, state: State): void {
    this.known.set(keyOf(request), { state, depth: request.depth ?? 'meta' });
  }

  /** A planned effect, visible to the tasks behind it. */
  plan(id: ResourceId, state: State | Unknown): void {
    this.overlay.set(keyOf(id), state);
  }

  checkpoint(): Overlay {
    return new Map(this.overlay);
  }

  restore(overlay: Overlay): void {
    this.overlay = new Map(overlay);
  }

  /** After a write: the overlay is history, what was read back is known. */
  settle(readBack: readonly { readonly request: ReadRequest; readonly state: State }[]): void {
    this.overlay.clear();
    for (const { request, state } of readBack) this.learn(request, state);
    const removed = readBack.filter(({ request, state }) => request.kind === 'file' && (state as StateByKind['file']).type !== 'directory');
    for (const { request } of removed) {
      for (const key of this.known.keys()) if (key.startsWith(`file:${request.name}/`)) this.known.delete(key);
    }
  }

  /** Something happened that may have changed anything: all is read again when it is next asked for. */
  forget(): void {
    this.known.clear();
    this.overlay.clear();
  }

  forgetOne(id: ResourceId): void {
    this.known.delete(keyOf(id));
    this.overlay.delete(keyOf(id));
  }

  /** Every package transaction that was looked at. */
  transactions(): readonly TransactionState[] {
    return [...this.known].filter(([key]) => key.startsWith('transaction:')).map(([, known]) => known.state as TransactionState);
  }

  private planned(id: ResourceId): State | Unknown | undefined {
    const own = this.overlay.get(keyOf(id));
    if (own !== undefined || id.kind !== 'file') return own;
    // A path below something that an earlier task removes, or makes a file of, is not there.
    for (let slash = id.name.lastIndexOf('/'); slash > 0; slash = id.name.lastIndexOf('/', slash - 1)) {
      const above = this.overlay.get(`file:${id.name.slice(0, slash)}`);
      if (above instanceof Unknown) return above;
      if (above !== undefined) return (above as StateByKind['file']).type === 'directory' ? undefined : { type: 'absent' };
    }
    return undefined;
  }

  private satisfied(request: ReadRequest): boolean {
    const depth = request.depth ?? 'meta';
    const planned = this.planned(request);
    if (planned !== undefined) return planned instanceof Unknown || depth !== 'tree' || this.deepEnough(planned, depth);
    const known = this.known.get(keyOf(request));
    if (known === undefined) return false;
    return rank[known.depth] >= rank[depth] || this.deepEnough(known.state, depth);
  }

  private deepEnough(state: State, depth: Depth): boolean {
    if (depth === 'meta' || !('type' in state)) return true;
    if (depth === 'content') return state.type !== 'file' || this.store.has(state.sha256);
    return state.type !== 'directory' || state.tree !== undefined;
  }
}
