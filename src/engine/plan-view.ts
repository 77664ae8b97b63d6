/**
 * What is known of a target's resources while planning: states that were read, under the effects of tasks that
 * are planned but not yet written (the overlay). Later tasks see earlier effects at once.
 */
import {
  keyOf,
  type ContentStore,
  type KindName,
  type ReadRequest,
  type ResourceId,
  type State,
  type StateByKind,
} from '../resources/resource.js';
import type { TransactionState } from '../resources/states.js';
import { Unknown } from '../values/value.js';
import { ownersRenamed, withAccounts } from './plan-accounts.js';
import { foldersOf, resolvePath } from './plan-paths.js';

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

/** Keys of the overlay that say: what was below this path is gone, whatever is made there anew. */
const gone = (path: string): string => `gone:${path}`;

/**
 * Files are known by their real paths: the folders above a path are read with it, and links among them are followed, so
 * that a file that tasks name in two ways is one resource.
 */
export class PlanView {
  private known = new Map<string, Known>();
  private overlay = new Map<string, State | Unknown>();

  constructor(readonly store: ContentStore) {}

  /** Which of these still have to be read. */
  missing(requests: readonly ReadRequest[]): readonly ReadRequest[] {
    const wanted = new Map<string, ReadRequest>();
    const want = (request: ReadRequest): void => {
      const key = keyOf(request);
      const other = wanted.get(key);
      if (other === undefined || rank[request.depth ?? 'meta'] > rank[other.depth ?? 'meta'])
        wanted.set(key, request);
    };
    for (const request of requests) {
      if (this.satisfied(request)) continue;
      if (request.kind !== 'file') want(request);
      else {
        const { path, missing } = this.resolve(request.name);
        for (const name of missing) want({ kind: 'file', name });
        if (!this.satisfiedAt(path, request.depth ?? 'meta')) want({ ...request, name: path });
      }
    }
    return [...wanted.values()];
  }

  has(request: ReadRequest): boolean {
    return this.satisfied(request);
  }

  /** The path without links among its folders, as far as they are known. */
  realPath(path: string): string {
    return this.resolve(path).path;
  }

  /** Throws NotRead or StateUnknown. */
  state<K extends KindName>(kind: K, name: string): StateByKind[K] {
    const state = this.peek({ kind, name });
    if (state instanceof Unknown) throw new StateUnknown(state);
    if (state === undefined) throw new NotRead({ kind, name });
    return state as StateByKind[K];
  }

  /** As `state`, but undefined instead of throwing. */
  peek(id: ResourceId): State | Unknown | undefined {
    const state = this.planned(id) ?? this.known.get(this.key(id))?.state;
    return state === undefined || state instanceof Unknown ? state : this.derived(id, state);
  }

  learn(request: ReadRequest, state: State): void {
    const key = this.key(request);
    const before = this.known.get(key)?.state;
    this.known.set(key, { state, depth: request.depth ?? 'meta' });
    if (request.kind !== 'file' || (state as StateByKind['file']).type !== 'link') return;
    // What is known below a link has another name; if something else was there before, it is not known any more.
    const below = `${key}/`;
    for (const map of [this.known, this.overlay] as readonly Map<string, unknown>[]) {
      for (const [other, value] of [...map]) {
        if (!other.startsWith(below)) continue;
        map.delete(other);
        const real = this.key({ kind: 'file', name: other.slice('file:'.length) });
        if (before === undefined && !map.has(real)) map.set(real, value);
      }
    }
  }

  /** A planned effect, visible to the tasks behind it. */
  plan(id: ResourceId, state: State | Unknown): void {
    const key = this.key(id);
    if (
      id.kind === 'file' &&
      !(state instanceof Unknown) &&
      (state as StateByKind['file']).type !== 'directory'
    ) {
      for (const other of [...this.overlay.keys()])
        if (other.startsWith(`${key}/`)) this.overlay.delete(other);
      this.overlay.set(gone(key.slice('file:'.length)), state);
    }
    this.overlay.set(key, state);
  }

  /** A file's state once all planned accounts are there or gone: names and numbers of owners change with them. */
  afterAccounts<S extends State>(id: ResourceId, state: S): S {
    return id.kind === 'file'
      ? (ownersRenamed(id.name, state as StateByKind['file'], this.accounts()) as S)
      : state;
  }

  /** Some effect is planned that is not written yet. */
  get hasPlanned(): boolean {
    return this.overlay.size > 0;
  }

  /** Was a file read that shows this as its owner or group? */
  readOwner(name: string): boolean {
    return [...this.known.values()].some(
      ({ state }) => ('owner' in state && state.owner === name) || ('group' in state && state.group === name),
    );
  }

  checkpoint(): Overlay {
    return new Map(this.overlay);
  }

  restore(overlay: Overlay): void {
    this.overlay = new Map(overlay);
  }

  /** After a write: the overlay is history, what was read back is known. */
  settle(readBack: readonly { readonly request: ReadRequest; readonly state: State }[]): void {
    const replaced = [...this.overlay.keys()]
      .filter((key) => key.startsWith('gone:'))
      .map((key) => `file:${key.slice('gone:'.length)}/`);
    this.overlay.clear();
    const removed = readBack
      .filter(
        ({ request, state }) =>
          request.kind === 'file' && (state as StateByKind['file']).type !== 'directory',
      )
      .map(({ request }) => `file:${request.name}/`);
    const below = [...replaced, ...removed];
    if (below.length > 0) {
      for (const key of [...this.known.keys()])
        if (below.some((prefix) => key.startsWith(prefix))) this.known.delete(key);
    }
    // What was read of everything below a folder is no longer so.
    for (const { request } of readBack) {
      if (request.kind !== 'file') continue;
      for (const above of foldersOf(request.name)) {
        const key = `file:${above}`;
        const known = this.known.get(key)?.state as StateByKind['file'] | undefined;
        if (known?.type === 'directory' && (known.tree !== undefined || known.listing !== undefined)) {
          const { tree: _tree, listing: _listing, ...state } = known;
          this.known.set(key, { state, depth: 'meta' });
        }
      }
    }
    for (const { request, state } of [...readBack].sort(
      (a, b) => a.request.name.length - b.request.name.length,
    ))
      this.learn(request, state);
  }

  /** Something happened that may have changed anything: all is read again when it is next asked for. */
  forget(): void {
    this.known.clear();
    this.overlay.clear();
  }

  forgetOne(id: ResourceId): void {
    const key = this.key(id);
    this.known.delete(key);
    this.overlay.delete(key);
  }

  /** Every package transaction that was looked at. */
  transactions(): readonly TransactionState[] {
    return [...this.known]
      .filter(([key]) => key.startsWith('transaction:'))
      .map(([, known]) => known.state as TransactionState);
  }

  /** Did a task plan this very resource? */
  isPlanned(id: ResourceId): boolean {
    return this.overlay.has(this.key(id));
  }

  /** Packages that earlier tasks change. */
  plannedPackages(): readonly string[] {
    return [...this.overlay.keys()]
      .filter((key) => key.startsWith('package:'))
      .map((key) => key.slice('package:'.length));
  }

  private key(id: ResourceId): string {
    return id.kind === 'file' ? `file:${this.realPath(id.name)}` : keyOf(id);
  }

  private resolve(path: string): { readonly path: string; readonly missing: readonly string[] } {
    return resolvePath(path, (above) => {
      const state = this.plannedAt(above) ?? this.known.get(`file:${above}`)?.state;
      return state instanceof Unknown ? {} : (state as StateByKind['file'] | undefined);
    });
  }

  private planned(id: ResourceId): State | Unknown | undefined {
    return id.kind === 'file' ? this.plannedAt(this.realPath(id.name)) : this.overlay.get(keyOf(id));
  }

  private plannedAt(path: string): State | Unknown | undefined {
    const own = this.overlay.get(`file:${path}`);
    if (own !== undefined) return own;
    // A path below something that an earlier task removes, or makes a file of, is not there.
    for (const above of foldersOf(path)) {
      const state = this.overlay.get(`file:${above}`);
      if (state instanceof Unknown) return state;
      if (this.overlay.has(gone(above))) return { type: 'absent' };
    }
    return undefined;
  }

  private derived(id: ResourceId, state: State): State {
    if (id.kind === 'file')
      return this.withListing(id.name, ownersRenamed(id.name, state as StateByKind['file'], this.accounts()));
    if (id.kind !== 'user' && id.kind !== 'group') return state;
    const base = this.known.get(keyOf(id))?.state;
    return withAccounts(
      id,
      state as StateByKind['user' | 'group'],
      base as StateByKind['user' | 'group'] | undefined,
      this.accounts(),
    );
  }

  /** Planned users and groups with what is known of them. */
  private *accounts() {
    for (const [key, to] of this.overlay) {
      const kind = key.startsWith('user:') ? 'user' : key.startsWith('group:') ? 'group' : undefined;
      if (kind === undefined || to instanceof Unknown) continue;
      const from = this.known.get(key)?.state as StateByKind['user' | 'group'] | undefined;
      yield {
        kind,
        name: key.slice(kind.length + 1),
        from,
        to: to as StateByKind['user' | 'group'],
      } as const;
    }
  }

  private satisfied(request: ReadRequest): boolean {
    if (request.kind === 'file') {
      const { path, missing } = this.resolve(request.name);
      return missing.length === 0 && this.satisfiedAt(path, request.depth ?? 'meta');
    }
    return this.overlay.has(keyOf(request)) || this.known.has(keyOf(request));
  }

  private satisfiedAt(path: string, depth: Depth): boolean {
    const planned = this.plannedAt(path);
    const known = this.known.get(`file:${path}`);
    if (planned instanceof Unknown) return true;
    if (planned === undefined)
      return known !== undefined && (rank[known.depth] >= rank[depth] || this.deepEnough(known.state, depth));
    if (depth === 'tree')
      return (
        !('type' in planned) || planned.type !== 'directory' || this.isFresh(path) || known?.depth === 'tree'
      );
    // Bytes that only the target has are read from where they still are: at the same path, which has got another mode or owner.
    const asRead =
      known !== undefined &&
      'sha256' in planned &&
      'sha256' in known.state &&
      planned.sha256 === known.state.sha256;
    return !asRead || this.deepEnough(planned, depth);
  }

  /** Made by the plan: nothing of what was read below it is there any more. */
  private isFresh(path: string): boolean {
    if ([path, ...foldersOf(path)].some((above) => this.overlay.has(gone(above)))) return true;
    const known = this.known.get(`file:${path}`)?.state as StateByKind['file'] | undefined;
    return known !== undefined && known.type !== 'directory';
  }

  /** A directory with what the plan makes and removes below it. */
  private withListing(name: string, state: StateByKind['file']): StateByKind['file'] {
    if (state.type !== 'directory') return state;
    const path = this.realPath(name);
    const known = this.known.get(`file:${path}`)?.state as StateByKind['file'] | undefined;
    const fresh = this.isFresh(path);
    const read = fresh ? [] : known?.type === 'directory' ? known.listing : undefined;
    if (read === undefined) return state;
    const listing = new Map(read.map((entry) => [entry.path, entry.type]));
    const below = `file:${path}/`;
    for (const key of this.overlay.keys()) {
      const removed = key.startsWith('gone:') ? `file:${key.slice('gone:'.length)}` : undefined;
      if (removed?.startsWith(below) === true) {
        const relative = removed.slice(below.length);
        for (const entry of [...listing.keys()]) if (entry.startsWith(`${relative}/`)) listing.delete(entry);
      }
    }
    for (const [key, planned] of this.overlay) {
      if (!key.startsWith(below) || planned instanceof Unknown) continue;
      const { type } = planned as StateByKind['file'];
      const relative = key.slice(below.length);
      if (type === 'absent') listing.delete(relative);
      else listing.set(relative, type);
    }
    const entries = [...listing].map(([entry, type]) => ({ path: entry, type }));
    entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    const { tree, ...rest } = state;
    return { ...rest, ...(fresh || tree === undefined ? {} : { tree }), listing: entries };
  }

  private deepEnough(state: State, depth: Depth): boolean {
    if (depth === 'meta' || !('type' in state)) return true;
    if (depth === 'content') return state.type !== 'file' || this.store.has(state.sha256);
    return state.type !== 'directory' || state.tree !== undefined;
  }
}
